//! Backups, by the operations of VBS itself.

use otc_vbs_tests::{BACKUP, DISK};

use crate::{Case, case, check};

#[allow(deprecated)]
pub(crate) const CASES: &[Case] = &[
    case!("createBackup-all", |vbs| {
        let backup = vbs.backups().create(DISK, "backup1");
        let backup = backup.snapshot("2bb856e1-b3d8-4432-a858-09e4ce939389");
        let backup = backup.description("before the update").full(true);
        backup.tag("team", "db é").tag("no-value", "").send().await
    }),
    case!("createBackup-least", |vbs| {
        vbs.backups().create(DISK, "backup1").send().await
    }),
    case!("createBackup-incremental", |vbs| {
        vbs.backups().create(DISK, "backup1").full(false).send().await
    }),
    case!("restoreBackup", |vbs| vbs.backup(BACKUP).restore(DISK).await),
    case!("deleteBackupByPost", |vbs| vbs
        .backup(BACKUP)
        .delete_by_post()
        .await),
];

#[tokio::test]
async fn each_request() {
    check(CASES).await;
}
