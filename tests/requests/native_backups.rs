//! Backups, by the OpenStack API, v3 and the deprecated v2.

use otc_vbs::{BackupSortKey, BackupStatus, SortDirection};
use otc_vbs_tests::{BACKUP, DISK};

use crate::{Case, case, check, stream_case};

const SNAPSHOT: &str = "2bb856e1-b3d8-4432-a858-09e4ce939389";

/// A backup to make, with every field.
macro_rules! whole_backup {
    ($vbs:ident) => {{
        let backup = $vbs.backups().create_native(DISK, SNAPSHOT);
        let backup = backup.name("backup1").description("before the update");
        let backup = backup.container("ignored").incremental(true).force(true);
        backup.project("4229d7a45436489f8c3dc2b1d35d4987")
    }};
}
/// A list with the filters that every list has.
macro_rules! filtered {
    ($list:expr) => {{
        let list = $list.name("backup").status(BackupStatus::Error);
        list.volume_id(DISK).limit(10).offset(0).marker(BACKUP)
    }};
}
macro_rules! filtered_v3 {
    ($list:expr) => {
        filtered!($list)
            .name_like("back")
            .status_like("err")
            .volume_id_like("c68a")
            .with_count(true)
    };
}

#[allow(deprecated)]
pub(crate) const CASES: &[Case] = &[
    case!("createNativeBackup-all", |vbs| whole_backup!(vbs).send().await),
    case!("createNativeBackup-least", |vbs| {
        vbs.backups().create_native(DISK, SNAPSHOT).send().await
    }),
    case!("createNativeBackupV2-all", |vbs| whole_backup!(vbs)
        .send_v2()
        .await),
    case!("createNativeBackupV2-least", |vbs| {
        vbs.backups().create_native(DISK, SNAPSHOT).send_v2().await
    }),
    case!("listBackupSummaries-all", |vbs| {
        filtered_v3!(vbs.backups().list_summaries()).page().await
    }),
    case!("listBackupSummaries-least", |vbs| {
        vbs.backups().list_summaries().page().await
    }),
    stream_case!("listBackupSummaries-stream", |vbs| {
        vbs.backups().list_summaries().stream()
    }),
    case!("listBackupSummariesV2-all", |vbs| {
        filtered!(vbs.backups().list_summaries_v2()).page().await
    }),
    case!("listBackupSummariesV2-least", |vbs| {
        vbs.backups().list_summaries_v2().page().await
    }),
    case!("listBackups-all", |vbs| {
        filtered_v3!(vbs.backups().list()).page().await
    }),
    case!("listBackups-least", |vbs| { vbs.backups().list().page().await }),
    case!("listBackups-status_not_listed", |vbs| {
        vbs.backups().list().status("half way").page().await
    }),
    stream_case!("listBackups-stream", |vbs| {
        vbs.backups().list().limit(50).stream()
    }),
    case!("listBackupsV2-all", |vbs| {
        let list = filtered!(vbs.backups().list_v2());
        let list = list.sort_key(BackupSortKey::CreatedAt);
        list.sort_dir(SortDirection::Asc).page().await
    }),
    case!("listBackupsV2-least", |vbs| {
        vbs.backups().list_v2().page().await
    }),
    case!("getBackup", |vbs| vbs.backup(BACKUP).get().await),
    case!("getBackupV2", |vbs| vbs.backup(BACKUP).get_v2().await),
    case!("deleteBackup", |vbs| vbs.backup(BACKUP).delete().await),
    case!("deleteBackupV2", |vbs| vbs.backup(BACKUP).delete_v2().await),
    case!("restoreNativeBackup", |vbs| {
        vbs.backup(BACKUP).restore_native(DISK).await
    }),
    case!("restoreNativeBackupV2", |vbs| vbs
        .backup(BACKUP)
        .restore_v2(DISK)
        .await),
];

#[tokio::test]
async fn each_request() {
    check(CASES).await;
}
