//! Backups shared between projects.

use otc_vbs::types::{BackupSortKey, BackupStatus, SortDirection};
use otc_vbs_testing::{BACKUP, DISK, Id, SHARE};

use crate::{Case, case, check, stream_case};

const GIVER: Id = Id("c13f5220dc1949b0b741ea81a7cd5554");
const TAKER: Id = Id("722513ed0a324dadaabe5b2d0fe848c9");
const OTHER_TAKER: Id = Id("722513ed0a324dadaabe5b2d0fe84919");

/// A request with the filters that the list and the count have.
macro_rules! filtered {
    ($request:expr) => {
        $request
            .share_to_me(true)
            .volume_id(DISK)
            .name("lbf")
            .status(BackupStatus::Available)
            .backup_id(BACKUP)
            .from_project_id(GIVER)
            .to_project_id(TAKER)
            .availability_zone("AZ1")
    };
}

pub(crate) const CASES: &[Case] = &[
    case!("shareBackup-all", |vbs| { vbs.backup(BACKUP).share([TAKER, OTHER_TAKER]).send().await }),
    case!("shareBackup-least", |vbs| vbs.backup(BACKUP).share([TAKER]).send().await),
    case!("cancelBackupShare", |vbs| vbs.share(SHARE).cancel().send().await),
    case!("cancelBackupShare-all_of_a_backup", |vbs| { vbs.backup(BACKUP).unshare().send().await }),
    case!("getBackupShare", |vbs| vbs.share(SHARE).get().send().await),
    case!("listBackupShares-all", |vbs| {
        let query = filtered!(vbs.shares().list());
        let query = query.sort_key(BackupSortKey::UpdatedAt);
        query.sort_dir(SortDirection::Desc).limit(10).offset(20).send().await
    }),
    case!("listBackupShares-least", |vbs| { vbs.shares().list().send().await }),
    stream_case!("listBackupShares-stream", |vbs| { vbs.shares().list().share_to_me(false).items() }),
    case!("countBackupShares-all", |vbs| { filtered!(vbs.shares().count()).send().await }),
    case!("countBackupShares-least", |vbs| { vbs.shares().count().send().await }),
];

#[tokio::test]
async fn requests_are_those_of_their_snapshots() {
    check(CASES).await;
}
