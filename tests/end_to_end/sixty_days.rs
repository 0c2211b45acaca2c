//! A backup policy over 60 days of the sandbox's clock: the jobs that it triggers, and the backups that it keeps.

use std::collections::BTreeMap;
use std::time::Duration;

use otc_auth::{Config, Session};
use otc_vbs::types::{Backup, BackupJob, BackupStatus, DiskId, PolicyId};
use otc_vbs::{Client, Schedule};
use otc_vbs_sandbox::Sandbox;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A client that signs in with a password, and again whenever its token has expired.
async fn client(sandbox: &Sandbox) -> Client {
    let config = Config::builder()
        .auth_url(sandbox.identity_endpoint())
        .region(sandbox.region())
        .project_id(sandbox.project_id())
        .user_id(sandbox.user_id())
        .password(sandbox.password())
        .build()
        .unwrap();
    let session = Session::connect(config).unwrap();
    Client::builder().connect(session).await.unwrap()
}

fn every_night() -> otc_vbs::ScheduleBuilder {
    Schedule::builder().at([1]).every_days(1).keep_first_of_month(true)
}

async fn backups(client: &Client, disk: &DiskId) -> Vec<Backup> {
    let backups = client.backups().list().volume_id(disk.clone()).items();
    let backups: Vec<Backup> = backups.try_collect().await.unwrap();
    let kept = backups.into_iter();
    kept.filter(|backup| backup.status == BackupStatus::Available).collect()
}

async fn jobs(client: &Client, policy: &PolicyId) -> Vec<BackupJob> {
    client.policy(policy).backup_jobs().items().try_collect().await.unwrap()
}

#[tokio::test]
async fn policy_triggers_jobs_and_keeps_backups_for_sixty_days() {
    // It is 2026-01-15, 06:00.
    let sandbox = Sandbox::builder().policies(0).disks(0).jobs(0);
    let sandbox = sandbox.start().await.unwrap();
    let client = client(&sandbox).await;
    let disks: Vec<DiskId> = sandbox.free_disk_ids().take(2).collect();
    let schedule = every_night().keep_backups(5).build().unwrap();
    let policy = client.policies().create("every-night", &schedule).send().await.unwrap();
    client.policy(&policy).associate(disks.clone()).send().await.unwrap();

    // Days 1 to 25. There are no jobs before the first night.
    sandbox.advance(DAY / 2).unwrap();
    assert_eq!(jobs(&client, &policy).await, []);
    sandbox.advance(DAY * 25 - DAY / 2).unwrap();
    assert_eq!(jobs(&client, &policy).await.len(), 25 * disks.len());
    for disk in &disks {
        // The newest five, and the first one of February.
        let kept = backups(&client, disk).await;
        assert_eq!(kept.len(), 6);
    }

    // Days 26 to 30: disabled.
    client.policy(&policy).disable().send().await.unwrap();
    sandbox.advance(DAY * 5).unwrap();
    assert_eq!(jobs(&client, &policy).await.len(), 30 * disks.len() - 5 * disks.len());

    // Day 30: a manual run, and no second one while it lasts.
    client.policy(&policy).run().send().await.unwrap();
    let again = client.policy(&policy).run().send().await.unwrap_err();
    assert_eq!(again.service().unwrap().code.as_deref(), Some("AutoBackup.0225"));

    // Days 31 to 60: enabled, backups are kept by age, and one disk is removed on day 45.
    let schedule = every_night().keep_days(10).build().unwrap();
    client.policy(&policy).update().schedule(&schedule).send().await.unwrap();
    sandbox.advance(DAY * 15).unwrap();
    client.policy(&policy).disassociate([disks[1].clone()]).send().await.unwrap();
    sandbox.advance(DAY * 15).unwrap();

    // The backups of the last ten days, and the first one of March.
    let kept = backups(&client, &disks[0]).await;
    let created: Vec<String> = kept.iter().map(|backup| backup.created_at.unwrap().to_string()).collect();
    let (first, last_ten_days) = created.split_last().unwrap();
    assert!(first.starts_with("2026-03-01T"), "{created:?}");
    let oldest = last_ten_days.last().unwrap();
    assert!(oldest.as_str() > "2026-03-06T01:00", "{created:?}");

    insta::assert_snapshot!("sixty_days_of_a_policy", table(&jobs(&client, &policy).await, &disks));
}

/// One line for each backup job, newest first.
fn table(jobs: &[BackupJob], disks: &[DiskId]) -> String {
    let names: BTreeMap<&str, String> = disks
        .iter()
        .enumerate()
        .map(|(index, disk)| (disk.as_str(), format!("disk {}", index + 1)))
        .collect();
    let line = |job: &BackupJob| {
        let disk = job.resource_id.as_ref().map_or("", |id| &names[id.as_str()]);
        let created = job.created_at.timestamp().unwrap().as_timestamp();
        let took = job.finished_at.map(|end| end.as_timestamp().duration_since(created));
        let took = took.map(|took| format!("{} min", took.as_mins())).unwrap_or_default();
        let reason = job.fail_reason.as_deref().unwrap_or_default();
        let line = format!("{created} {disk} {:<15} {took:<8} {reason}", job.status.as_str());
        line.trim_end().to_owned()
    };
    jobs.iter().map(line).collect::<Vec<_>>().join("\n")
}
