//! Tests a function of a service without a socket: its client sends to a transport with prepared replies.

use std::collections::BTreeSet;
use std::error::Error;

use otc_vbs::Client;
use otc_vbs::http::{Method, StatusCode};
use otc_vbs::testing::{self, MockTransport, Reply};
use otc_vbs::types::{BackupJobStatus, DiskId};

/// The disks without a successful backup in the last 30 days. This is the function to test.
async fn disks_without_backup(vbs: &Client, disks: BTreeSet<DiskId>) -> otc_vbs::Result<BTreeSet<DiskId>> {
    let mut missing = disks;
    let mut jobs = vbs.backup_jobs().each(|jobs| jobs.status(BackupJobStatus::ExecuteSuccess)).items();
    while let Some(found) = jobs.try_next().await? {
        if let Some(resource) = found.job.resource_id {
            missing.remove(&DiskId::from(resource));
        }
    }
    Ok(missing)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let policies = r#"{ "backup_policies": [{ "backup_policy_id": "p1" }] }"#;
    let jobs = r#"{ "tasks": [{ "status": "EXECUTE_SUCCESS", "job_id": "j1", "created_at": "2026-01-02T03:04:05",
                                "resource_id": "disk-1" }] }"#;
    let service = MockTransport::new()
        .on(Method::GET, "/v2/*/backuppolicy", [Reply::json(StatusCode::OK, policies)])
        .on(Method::GET, "/v2/*/backuppolicy/p1/backuptasks", [Reply::json(StatusCode::OK, jobs)]);
    let vbs = testing::client(&service)?;

    let disks = ["disk-1", "disk-2"].map(DiskId::new).into_iter().collect::<Result<_, _>>()?;
    let missing = disks_without_backup(&vbs, disks).await?;

    assert_eq!(missing, BTreeSet::from([DiskId::new("disk-2")?]));
    assert!(service.requests()[1].path_and_query().contains("status=EXECUTE_SUCCESS"));
    println!("{} disk without a backup", missing.len());
    Ok(())
}
