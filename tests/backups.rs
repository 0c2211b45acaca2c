//! The life of a backup, from the client to the sandbox and back.

#![allow(clippy::unwrap_used, missing_docs)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use otc_vbs::{BackupStatus, Client, Job, JobHandle, JobStatus};
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

/// Waits for a job, and puts the sandbox's clock forward after each look. Returns the job and what the looks saw.
async fn ended(sandbox: &Arc<Sandbox>, job: &JobHandle) -> (Job, Vec<JobStatus>) {
    let statuses = Arc::new(Mutex::new(Vec::new()));
    let (seen, clock) = (Arc::clone(&statuses), Arc::clone(sandbox));
    let wait = job.wait().poll(Duration::ZERO, Duration::ZERO);
    let job = wait
        .on_progress(move |job| {
            let mut seen = seen.lock().unwrap();
            let by = match seen.len() {
                0 => Duration::from_secs(10),
                _ => HOUR,
            };
            seen.push(job.status.clone());
            clock.advance(by).unwrap();
        })
        .await
        .unwrap();
    let statuses = statuses.lock().unwrap().clone();
    (job, statuses)
}

/// How many backups the project has, and their gigabytes.
async fn used(vbs: &Client) -> Vec<Option<i64>> {
    let quotas = vbs.quotas().list().await.unwrap();
    quotas.iter().map(|quota| quota.used).collect()
}

#[tokio::test]
async fn a_backup_is_made_found_restored_and_deleted() {
    // Without backup jobs, nothing else makes backups.
    let sandbox = Arc::new(Sandbox::builder().jobs(0).start().await.unwrap());
    let vbs = client_of(&sandbox);
    let disk = sandbox.free_disk_ids().next().unwrap();
    let before = used(&vbs).await;

    let creation = vbs.backups().create(&disk, "before-update").full(true);
    let creation = creation.description("by hand").tag("team", "storage");
    let job = creation.send().await.unwrap();
    let (job, statuses) = ended(&sandbox, &job).await;
    let life = [JobStatus::Init, JobStatus::Running, JobStatus::Success];
    assert_eq!(statuses, life);
    let id = job.backup_id().unwrap();

    let backups = vbs.backups();
    let listed: Vec<_> = backups
        .list()
        .volume_id(&disk)
        .stream()
        .try_collect()
        .await
        .unwrap();
    let [listed] = listed.as_slice() else {
        unreachable!("one backup: {listed:?}")
    };
    let backup = vbs.backup(&id).get().await.unwrap();
    assert_eq!(*listed, backup);
    assert_eq!(backup.status, BackupStatus::Available);
    assert_eq!(backup.name.as_deref(), Some("before-update"));
    let description = backup.description_parts().unwrap();
    assert_eq!(
        (description.text.as_str(), description.incremental),
        ("by hand", Some(false))
    );
    let after = used(&vbs).await;
    assert_eq!(after[0], before[0].map(|used| used + 1));
    assert_eq!(after[1], before[1].map(|used| used + backup.size.unwrap()));

    let (job, statuses) = ended(&sandbox, &vbs.backup(&id).restore(&disk).await.unwrap()).await;
    assert_eq!(statuses, life);
    assert_eq!(job.backup_id(), Some(id.clone()));

    vbs.backup(&id).delete().await.unwrap();
    let deleting = vbs.backup(&id).get().await.unwrap();
    assert_eq!(deleting.status, BackupStatus::Deleting);
    sandbox.advance(HOUR).unwrap();
    assert!(vbs.backup(&id).get().await.unwrap_err().is_not_found());
    assert_eq!(used(&vbs).await, before);
}

#[tokio::test]
async fn a_native_backup_is_made_from_a_snapshot() {
    let sandbox = Arc::new(Sandbox::builder().jobs(0).start().await.unwrap());
    let vbs = client_of(&sandbox);
    let disk = sandbox.free_disk_ids().next().unwrap();
    // A first backup tells a snapshot of the disk.
    let job = vbs.backups().create(&disk, "first").send().await.unwrap();
    let (job, _) = ended(&sandbox, &job).await;
    let first = vbs.backup(job.backup_id().unwrap()).get().await.unwrap();
    let snapshot = first.snapshot_id.unwrap();

    let create = vbs.backups().create_native(&disk, &snapshot).name("second");
    let second = create.send().await.unwrap();
    let again = vbs.backups().create_native(&disk, &snapshot).send().await;
    let busy = again.unwrap_err();
    assert_eq!(busy.service().unwrap().code, Some("VolumeBackup.0013".to_owned()));
    sandbox.advance(HOUR).unwrap();
    let found = vbs.backups().list_summaries().name("second").with_count(true);
    let page = found.page().await.unwrap();
    assert_eq!(page.count, Some(1));
    assert_eq!(page.backups[0].id, second.id);
    let second = vbs.backup(&second.id).get().await.unwrap();
    assert_eq!(
        (second.status, second.is_incremental),
        (BackupStatus::Available, Some(true))
    );
}
