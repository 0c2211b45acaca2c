//! Backups, with the operations of VBS.

use otc_vbs_testing::{BACKUP, DISK, SNAPSHOT};

use crate::{Case, case, check};

pub(crate) const CASES: &[Case] = &[
    case!("createBackup-all", |vbs| {
        let backup = vbs.backups().create(DISK, "backup1");
        let backup = backup.snapshot_id(SNAPSHOT);
        let backup = backup.description("before the update").full(true);
        backup.tags([("team", "db é"), ("no-value", "")]).send().await
    }),
    case!("createBackup-least", |vbs| { vbs.backups().create(DISK, "backup1").send().await }),
    case!("createBackup-incremental", |vbs| {
        vbs.backups().create(DISK, "backup1").full(false).send().await
    }),
    case!("restoreBackup", |vbs| vbs.backup(BACKUP).restore(DISK).send().await),
    case!("deleteBackupByPost", |vbs| { vbs.v2().delete_backup_by_post(BACKUP).send().await }),
];

#[tokio::test]
async fn requests_are_those_of_their_snapshots() {
    check(CASES).await;
}
