//! A policy from its beginning to its end, as the client drives it against the sandbox.

#![allow(clippy::unwrap_used, missing_docs)]

use std::time::Duration;

use futures_util::TryStreamExt;
use otc_vbs::{BackupJob, BackupJobStatus, Client, PolicyId, Schedule, TagAction, Weekday};
use otc_vbs_sandbox::Sandbox;

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn jobs(client: &Client, policy: &PolicyId) -> Vec<BackupJob> {
    let jobs = client.policy(policy).tasks().stream();
    jobs.try_collect().await.unwrap()
}

#[tokio::test]
async fn a_policy_lives() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let client = Client::builder()
        .endpoint(sandbox.endpoint())
        .project_id(sandbox.project_id())
        .token(sandbox.token())
        .build()
        .unwrap();

    // It is six in the morning.
    let schedule = Schedule::builder()
        .at([22])
        .every_days(1)
        .keep_backups(2)
        .build()
        .unwrap();
    let create = client.policies().create("database", schedule);
    let id = create.tag("owner", "me").send().await.unwrap();
    let policy = client.policy(&id);
    let outcome = policy.associate(sandbox.free_disk_ids()).await.unwrap();
    assert!(outcome.is_complete());
    let disks = outcome.succeeded().len();
    assert_eq!(disks, 3);

    policy.run().await.unwrap();
    let error = policy.run().await.unwrap_err();
    let code = error.service().and_then(|service| service.code.clone());
    assert_eq!(code.as_deref(), Some("AutoBackup.0225"));
    let begun = jobs(&client, &id).await;
    assert_eq!(begun.len(), disks);
    let waits = |job: &BackupJob| job.status == BackupJobStatus::Waiting;
    assert!(begun.iter().all(waits));
    sandbox.advance(HOUR).unwrap();
    let ended = jobs(&client, &id).await;
    let ids = |jobs: &[BackupJob]| jobs.iter().map(|job| job.job_id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&ended), ids(&begun));
    let succeeded = |job: &&BackupJob| job.status == BackupJobStatus::ExecuteSuccess;
    assert!(ended.iter().any(|job| succeeded(&job)));
    assert!(
        !ended
            .iter()
            .any(|job| waits(job) || job.status == BackupJobStatus::Running)
    );

    policy.add_tag("team", "db2").await.unwrap();
    let change = [("team", Some("db3")), ("stage", Some("test"))];
    policy.change_tags(TagAction::Update, change).await.unwrap();
    policy.remove_tag("owner").await.unwrap();
    let tags = policy.tags().await.unwrap();
    let tags: Vec<(&str, Option<&str>)> = tags
        .iter()
        .map(|tag| (tag.key.as_str(), tag.value.as_deref()))
        .collect();
    assert_eq!(tags, [("stage", Some("test")), ("team", Some("db3"))]);
    let by_tag = client.policies().by_tag().tag("team", ["db3", "db4"]);
    let found: Vec<_> = by_tag.clone().stream().try_collect().await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].resource_id, id);
    let others = client.policies().by_tag().without_tag("team", ["db3"]);
    assert_eq!(others.count().await.unwrap(), 3);
    let all = client.policies().tags().await.unwrap();
    let team = all.iter().find(|tag| tag.key == "team").unwrap();
    assert_eq!(team.values.as_deref().unwrap(), ["db", "db3", "web"]);

    let weekly = Schedule::builder()
        .at([12])
        .on([Weekday::Thu])
        .keep_days(30)
        .build()
        .unwrap();
    let update = policy.update().name("database-weekly").schedule(weekly);
    update.send().await.unwrap();
    let listed = client.policies().list().await.unwrap();
    let listed = listed.iter().find(|policy| policy.backup_policy_id == id);
    let listed = listed.unwrap();
    assert_eq!(listed.backup_policy_name.as_deref(), Some("database-weekly"));
    assert_eq!(listed.policy_resource_count, Some(3));

    // Today is Thursday: it runs at noon, and not at ten in the evening.
    policy.disable().await.unwrap();
    policy.enable().await.unwrap();
    sandbox.advance(18 * HOUR).unwrap();
    assert_eq!(jobs(&client, &id).await.len(), 2 * disks);

    let held = outcome.succeeded().iter();
    let held = held.map(|disk| disk.resource_id.as_str());
    let taken = policy.disassociate(held).await.unwrap();
    assert_eq!(taken.succeeded().len(), disks);
    policy.delete().await.unwrap();
    assert!(policy.delete().await.unwrap_err().is_not_found());
    assert_eq!(by_tag.count().await.unwrap(), 0);
}
