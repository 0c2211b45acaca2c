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
    case!("createNativeBackupV3-all", |vbs| whole_backup!(vbs).send().await),
    case!("createNativeBackupV3-least", |vbs| {
        vbs.backups().create_native(DISK, SNAPSHOT).send().await
    }),
    case!("createNativeBackupV2-all", |vbs| whole_backup!(vbs)
        .send_v2()
        .await),
    case!("createNativeBackupV2-least", |vbs| {
        vbs.backups().create_native(DISK, SNAPSHOT).send_v2().await
    }),
    case!("listNativeBackupsV3-all", |vbs| {
        filtered_v3!(vbs.backups().list_summaries()).page().await
    }),
    case!("listNativeBackupsV3-least", |vbs| {
        vbs.backups().list_summaries().page().await
    }),
    stream_case!("listNativeBackupsV3-stream", |vbs| {
        vbs.backups().list_summaries().stream()
    }),
    case!("listNativeBackupsV2-all", |vbs| {
        filtered!(vbs.backups().list_summaries_v2()).page().await
    }),
    case!("listNativeBackupsV2-least", |vbs| {
        vbs.backups().list_summaries_v2().page().await
    }),
    case!("listNativeBackupDetailsV3-all", |vbs| {
        filtered_v3!(vbs.backups().list()).page().await
    }),
    case!("listNativeBackupDetailsV3-least", |vbs| {
        vbs.backups().list().page().await
    }),
    case!("listNativeBackupDetailsV3-status_not_listed", |vbs| {
        vbs.backups().list().status("half way").page().await
    }),
    stream_case!("listNativeBackupDetailsV3-stream", |vbs| {
        vbs.backups().list().limit(50).stream()
    }),
    case!("listNativeBackupDetailsV2-all", |vbs| {
        let list = filtered!(vbs.backups().list_v2());
        let list = list.sort_key(BackupSortKey::CreatedAt);
        list.sort_dir(SortDirection::Asc).page().await
    }),
    case!("listNativeBackupDetailsV2-least", |vbs| {
        vbs.backups().list_v2().page().await
    }),
    case!("getNativeBackupV3", |vbs| vbs.backup(BACKUP).get().await),
    case!("getNativeBackupV2", |vbs| vbs.backup(BACKUP).get_v2().await),
    case!("deleteNativeBackupV3", |vbs| vbs.backup(BACKUP).delete().await),
    case!("deleteNativeBackupV2", |vbs| vbs.backup(BACKUP).delete_v2().await),
    case!("restoreNativeBackupV3", |vbs| {
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
