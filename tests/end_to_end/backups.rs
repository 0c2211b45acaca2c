//! Backups of the sandbox: created, listed, restored and deleted with the client.

use std::time::Duration;

use otc_vbs::types::{BackupStatus, Job, JobStatus};
use otc_vbs::{Client, JobHandle};
use otc_vbs_sandbox::Sandbox;

const HOUR: Duration = Duration::from_secs(3600);

fn client_of(sandbox: &Sandbox) -> Client {
    Client::builder()
        .endpoint(sandbox.endpoint())
        .project_id(sandbox.project_id())
        .token(sandbox.token())
        .build()
        .unwrap()
}

/// Gets a job until it has ended, and advances the sandbox's clock after each request. Returns the job and its statuses.
async fn ended(sandbox: &Sandbox, job: &JobHandle) -> (Job, Vec<JobStatus>) {
    let mut statuses = Vec::new();
    loop {
        let job = job.get().send().await.unwrap();
        statuses.push(job.status.clone());
        if job.has_ended() {
            return (job, statuses);
        }
        let pause = match statuses.len() {
            1 => Duration::from_secs(10),
            _ => HOUR,
        };
        sandbox.advance(pause).unwrap();
    }
}

/// The used part of each quota: the number of backups, and their size in gigabytes.
async fn used(vbs: &Client) -> Vec<Option<i64>> {
    let quotas = vbs.quotas().list().send().await.unwrap();
    quotas.items.iter().map(|quota| quota.used).collect()
}

#[tokio::test]
async fn backup_is_created_listed_restored_and_deleted() {
    // Without backup jobs, nothing else creates backups.
    let sandbox = Sandbox::builder().jobs(0).start().await.unwrap();
    let vbs = client_of(&sandbox);
    let disk = sandbox.free_disk_ids().next().unwrap();
    let before = used(&vbs).await;

    let creation = vbs.backups().create(&disk, "before-update").full(true);
    let creation = creation.description("by hand").tags([("team", "storage")]);
    let job = creation.send().await.unwrap();
    let (job, statuses) = ended(&sandbox, &job).await;
    let expected = [JobStatus::Init, JobStatus::Running, JobStatus::Success];
    assert_eq!(statuses, expected);
    let id = job.backup_id().unwrap();

    let backups = vbs.backups();
    let listed: Vec<_> = backups.list().volume_id(&disk).items().try_collect().await.unwrap();
    let [listed] = listed.as_slice() else { unreachable!("one backup: {listed:?}") };
    let backup = vbs.backup(&id).get().send().await.unwrap();
    assert_eq!(*listed, backup);
    assert_eq!(backup.status, BackupStatus::Available);
    assert_eq!(backup.name.as_deref(), Some("before-update"));
    let description = backup.description_parts().unwrap();
    assert_eq!((description.text.as_str(), description.incremental), ("by hand", Some(false)));
    let after = used(&vbs).await;
    assert_eq!(after[0], before[0].map(|used| used + 1));
    assert_eq!(after[1], before[1].map(|used| used + i64::try_from(backup.size.unwrap()).unwrap()));

    let (job, statuses) = ended(&sandbox, &vbs.backup(&id).restore(&disk).send().await.unwrap()).await;
    assert_eq!(statuses, expected);
    assert_eq!(job.backup_id(), Some(id.clone()));

    vbs.backup(&id).delete().send().await.unwrap();
    let deleting = vbs.backup(&id).get().send().await.unwrap();
    assert_eq!(deleting.status, BackupStatus::Deleting);
    sandbox.advance(HOUR).unwrap();
    assert!(vbs.backup(&id).get().send().await.unwrap_err().is_not_found());
    assert_eq!(used(&vbs).await, before);
}

#[tokio::test]
async fn native_backup_is_created_from_a_snapshot() {
    let sandbox = Sandbox::builder().jobs(0).start().await.unwrap();
    let vbs = client_of(&sandbox);
    let disk = sandbox.free_disk_ids().next().unwrap();
    // The first backup has a snapshot of the disk.
    let job = vbs.backups().create(&disk, "first").send().await.unwrap();
    let (job, _) = ended(&sandbox, &job).await;
    let first = vbs.backup(job.backup_id().unwrap()).get().send().await.unwrap();
    let snapshot = first.snapshot_id.unwrap();

    let create = vbs.backups().create_native(&disk, &snapshot).name("second");
    let second = create.send().await.unwrap();
    let again = vbs.backups().create_native(&disk, &snapshot).send().await;
    let busy = again.unwrap_err();
    assert_eq!(busy.service().unwrap().code, Some("VolumeBackup.0013".to_owned()));
    sandbox.advance(HOUR).unwrap();
    let found = vbs.backups().list_summaries().name("second").with_count(true);
    let page = found.send().await.unwrap();
    assert_eq!(page.count, Some(1));
    assert_eq!(page.items[0].id, second.id);
    let second = vbs.backup(&second.id).get().send().await.unwrap();
    assert_eq!((second.status, second.is_incremental), (BackupStatus::Available, Some(true)));
}
