//! Backups, with the OpenStack API: v3, and the deprecated v2.

use otc_vbs::types::{BackupSortKey, BackupStatus, SortDirection};
use otc_vbs_testing::{BACKUP, DISK, Id, PROJECT, SNAPSHOT};

use crate::{Case, case, check, stream_case};

/// A backup with every member.
macro_rules! whole_backup {
    ($create:expr) => {{
        let backup = $create.name("backup1").description("before the update");
        let backup = backup.container("ignored").incremental(true).force(true);
        backup.project_id(Id(PROJECT))
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
        filtered!($list).name_like("back").status_like("err").volume_id_like("c68a").with_count(true)
    };
}

pub(crate) const CASES: &[Case] = &[
    case!("createNativeBackup-all", |vbs| whole_backup!(vbs.backups().create_native(DISK, SNAPSHOT))
        .send()
        .await),
    case!("createNativeBackup-least", |vbs| { vbs.backups().create_native(DISK, SNAPSHOT).send().await }),
    case!("createNativeBackupV2-all", |vbs| {
        whole_backup!(vbs.v2().create_native_backup(DISK, SNAPSHOT)).send().await
    }),
    case!("createNativeBackupV2-least", |vbs| { vbs.v2().create_native_backup(DISK, SNAPSHOT).send().await }),
    case!("listBackupSummaries-all", |vbs| { filtered_v3!(vbs.backups().list_summaries()).send().await }),
    case!("listBackupSummaries-least", |vbs| { vbs.backups().list_summaries().send().await }),
    stream_case!("listBackupSummaries-stream", |vbs| { vbs.backups().list_summaries().items() }),
    case!("listBackupSummariesV2-all", |vbs| { filtered!(vbs.v2().backup_summaries()).send().await }),
    case!("listBackupSummariesV2-least", |vbs| { vbs.v2().backup_summaries().send().await }),
    case!("listBackups-all", |vbs| { filtered_v3!(vbs.backups().list()).send().await }),
    case!("listBackups-least", |vbs| { vbs.backups().list().send().await }),
    case!("listBackups-status_not_listed", |vbs| { vbs.backups().list().status("half way").send().await }),
    stream_case!("listBackups-stream", |vbs| { vbs.backups().list().limit(50).items() }),
    case!("listBackupsV2-all", |vbs| {
        let list = filtered!(vbs.v2().backups());
        let list = list.sort_key(BackupSortKey::CreatedAt);
        list.sort_dir(SortDirection::Asc).send().await
    }),
    case!("listBackupsV2-least", |vbs| { vbs.v2().backups().send().await }),
    case!("getBackup", |vbs| vbs.backup(BACKUP).get().send().await),
    case!("getBackupV2", |vbs| vbs.v2().get_backup(BACKUP).send().await),
    case!("deleteBackup", |vbs| vbs.backup(BACKUP).delete().send().await),
    case!("deleteBackupV2", |vbs| vbs.v2().delete_backup(BACKUP).send().await),
    case!("restoreNativeBackup", |vbs| { vbs.backup(BACKUP).restore_native(DISK).send().await }),
    case!("restoreNativeBackupV2", |vbs| { vbs.v2().restore_native_backup(BACKUP, DISK).send().await }),
];

#[tokio::test]
async fn requests_are_those_of_their_snapshots() {
    check(CASES).await;
}
