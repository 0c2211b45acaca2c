//! A policy of the sandbox: created, run, changed and deleted with the client.

use std::time::Duration;

use otc_vbs::types::{BackupJob, BackupJobStatus, PolicyId, TagAction, Weekday};
use otc_vbs::{Client, Schedule};
use otc_vbs_sandbox::Sandbox;

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn jobs(client: &Client, policy: &PolicyId) -> Vec<BackupJob> {
    let jobs = client.policy(policy).backup_jobs().items();
    jobs.try_collect().await.unwrap()
}

#[tokio::test]
async fn policy_is_created_run_changed_and_deleted() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let client = Client::builder()
        .endpoint(sandbox.endpoint())
        .project_id(sandbox.project_id())
        .token(sandbox.token())
        .build()
        .unwrap();

    // It is six in the morning.
    let schedule = Schedule::builder().at([22]).every_days(1).keep_backups(2).build().unwrap();
    let create = client.policies().create("database", &schedule);
    let id = create.tags([("owner", "me")]).send().await.unwrap();
    let policy = client.policy(&id);
    let outcome = policy.associate(sandbox.free_disk_ids()).send().await.unwrap();
    assert!(outcome.is_complete());
    let disks = outcome.succeeded().len();
    assert_eq!(disks, 3);

    policy.run().send().await.unwrap();
    let error = policy.run().send().await.unwrap_err();
    let code = error.service().and_then(|service| service.code.clone());
    assert_eq!(code.as_deref(), Some("AutoBackup.0225"));
    let started = jobs(&client, &id).await;
    assert_eq!(started.len(), disks);
    let waits = |job: &BackupJob| job.status == BackupJobStatus::Waiting;
    assert!(started.iter().all(waits));
    sandbox.advance(HOUR).unwrap();
    let ended = jobs(&client, &id).await;
    let ids = |jobs: &[BackupJob]| jobs.iter().map(|job| job.job_id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&ended), ids(&started));
    let succeeded = |job: &&BackupJob| job.status == BackupJobStatus::ExecuteSuccess;
    assert!(ended.iter().any(|job| succeeded(&job)));
    assert!(!ended.iter().any(|job| waits(job) || job.status == BackupJobStatus::Running));

    policy.add_tag("team", "db2").send().await.unwrap();
    let change = [("team", Some("db3")), ("stage", Some("test"))];
    policy.change_tags(TagAction::Update, change).send().await.unwrap();
    policy.remove_tag("owner").send().await.unwrap();
    let tags = policy.tags().send().await.unwrap();
    let tags: Vec<(&str, Option<&str>)> =
        tags.items.iter().map(|tag| (tag.key.as_str(), tag.value.as_deref())).collect();
    assert_eq!(tags, [("stage", Some("test")), ("team", Some("db3"))]);
    let by_tag = client.policies().by_tag().tags([("team", ["db3", "db4"])]);
    let found: Vec<_> = by_tag.clone().items().try_collect().await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].resource_id, id);
    let others = client.policies().by_tag().not_tags([("team", ["db3"])]);
    assert_eq!(others.count().await.unwrap(), 3);
    let all = client.policies().tags().send().await.unwrap();
    let team = all.items.iter().find(|tag| tag.key == "team").unwrap();
    assert_eq!(team.values.as_deref().unwrap(), ["db", "db3", "web"]);

    let weekly = Schedule::builder().at([12]).on([Weekday::Thu]).keep_days(30).build().unwrap();
    let update = policy.update().backup_policy_name("database-weekly").schedule(&weekly);
    update.send().await.unwrap();
    let listed = client.policies().list().send().await.unwrap();
    let listed = listed.items.iter().find(|policy| policy.backup_policy_id == id);
    let listed = listed.unwrap();
    assert_eq!(listed.backup_policy_name.as_deref(), Some("database-weekly"));
    assert_eq!(listed.policy_resource_count, Some(3));

    // Today is Thursday: it runs at noon, and not at 22:00.
    policy.disable().send().await.unwrap();
    policy.enable().send().await.unwrap();
    sandbox.advance(18 * HOUR).unwrap();
    assert_eq!(jobs(&client, &id).await.len(), 2 * disks);

    let held = outcome.succeeded().iter();
    let held = held.map(|disk| &disk.resource_id);
    let taken = policy.disassociate(held).send().await.unwrap();
    assert_eq!(taken.succeeded().len(), disks);
    policy.delete().send().await.unwrap();
    assert!(policy.delete().send().await.unwrap_err().is_not_found());
    assert_eq!(by_tag.count().await.unwrap(), 0);
}
