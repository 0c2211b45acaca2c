//! Reads the backup jobs of all policies with otc-vbs, one after the other, and prints how many there are.

use otc_vbs::Client;
use otc_vbs_bench::server::{POLICY, PROJECT};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().ok_or("the address of a server is missing")?;
    let all_policies = arguments.next().is_some_and(|argument| argument == "--all-policies");
    let vbs = Client::builder().endpoint(address).project_id(PROJECT).token("token").no_proxy().build()?;
    let (mut jobs, mut failed) = (0, 0);
    if all_policies {
        let mut items = vbs.backup_jobs().items();
        while let Some(found) = items.try_next().await? {
            jobs += 1;
            failed += usize::from(found.job.failure().is_some());
        }
    } else {
        let mut items = vbs.policy(&POLICY.parse()?).backup_jobs().items();
        while let Some(job) = items.try_next().await? {
            jobs += 1;
            failed += usize::from(job.failure().is_some());
        }
    }
    println!("{jobs} jobs, {failed} failed");
    Ok(())
}
