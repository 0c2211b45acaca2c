//! Creates a policy, associates a disk, changes the schedule, and deletes the policy. The disk is the first argument.

use std::error::Error;

use otc_vbs::types::DiskId;
use otc_vbs::{Client, Schedule, ScheduleBuilder};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let disk = DiskId::new(std::env::args().nth(1).ok_or("usage: policies DISK")?)?;
    let vbs = Client::from_env().await?;
    let schedule = Schedule::builder().at([1]).every_days(1).keep_backups(14).build()?;
    let id = vbs.policies().create("example", &schedule).tags([("team", "db")]).send().await?;
    let policy = vbs.policy(&id);

    // The service responds with success even if it failed for every disk.
    let outcome = policy.associate([&disk]).send().await?;
    if !outcome.is_complete() {
        println!("not associated: {:?}", outcome.failed());
    }

    let mut policies = vbs.policies().list().items();
    while let Some(listed) = policies.try_next().await? {
        if listed.backup_policy_id == id {
            let every_other_day = ScheduleBuilder::from(&listed).every_days(2).build()?;
            policy.update().schedule(&every_other_day).send().await?;
        }
    }
    policy.disassociate([&disk]).send().await?;
    policy.delete().send().await?;
    println!("created, changed and deleted policy {id}");
    Ok(())
}
