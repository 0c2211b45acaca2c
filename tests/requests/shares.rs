//! Backups shared between projects.

use otc_vbs::{BackupSortKey, BackupStatus, ShareQuery, SortDirection};
use otc_vbs_tests::{BACKUP, DISK, SHARE};

use crate::{Case, case, check, stream_case};

const GIVER: &str = "c13f5220dc1949b0b741ea81a7cd5554";
const TAKER: &str = "722513ed0a324dadaabe5b2d0fe848c9";
const OTHER_TAKER: &str = "722513ed0a324dadaabe5b2d0fe84919";

pub(crate) const CASES: &[Case] = &[
    case!("shareBackup-all", |vbs| {
        vbs.backup(BACKUP).share([TAKER, OTHER_TAKER]).await
    }),
    case!("shareBackup-least", |vbs| vbs.backup(BACKUP).share([TAKER]).await),
    case!("cancelBackupShare", |vbs| vbs
        .shares()
        .share(SHARE)
        .cancel()
        .await),
    case!("cancelBackupShare-all_of_a_backup", |vbs| {
        vbs.backup(BACKUP).unshare().await
    }),
    case!("getBackupShare", |vbs| vbs.shares().share(SHARE).get().await),
    case!("listBackupShares-all", |vbs| {
        let query = filtered(vbs.shares().query());
        let query = query.sort_key(BackupSortKey::UpdatedAt);
        query
            .sort_dir(SortDirection::Desc)
            .limit(10)
            .offset(20)
            .page()
            .await
    }),
    case!("listBackupShares-least", |vbs| {
        vbs.shares().query().page().await
    }),
    stream_case!("listBackupShares-stream", |vbs| {
        vbs.shares().query().shared_to_me(false).stream()
    }),
    case!("countBackupShares-all", |vbs| {
        filtered(vbs.shares().query()).count().await
    }),
    case!("countBackupShares-least", |vbs| {
        vbs.shares().query().count().await
    }),
];

fn filtered(query: ShareQuery) -> ShareQuery {
    query
        .shared_to_me(true)
        .volume_id(DISK)
        .name("lbf")
        .status(BackupStatus::Available)
        .backup_id(BACKUP)
        .from_project(GIVER)
        .to_project(TAKER)
        .availability_zone("AZ1")
}

#[tokio::test]
async fn each_request() {
    check(CASES).await;
}
