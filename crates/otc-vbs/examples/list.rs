//! Lists the policies, and the failed backup jobs of the first one page by page.

use std::error::Error;

use otc_vbs::Client;
use otc_vbs::types::BackupJobStatus;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let vbs = Client::from_env().await?;
    let policies = vbs.policies().list().send().await?.into_items()?;
    for policy in &policies {
        println!("{} {}", policy.backup_policy_id, policy.backup_policy_name.as_deref().unwrap_or("-"));
    }
    let Some(policy) = policies.first() else {
        return Ok(());
    };
    let jobs = vbs.policy(&policy.backup_policy_id).backup_jobs();
    let mut pages = jobs.status(BackupJobStatus::ExecuteFail).limit(10).pages();
    while let Some(page) = pages.try_next().await? {
        for job in &page.items {
            let reason = job.failure().map(|failure| failure.to_string()).unwrap_or_default();
            println!("{} {} {reason}", job.created_at, job.job_id);
        }
        println!("next page: {}", page.next.map_or("none".to_owned(), |marker| marker.to_string()));
    }
    Ok(())
}
