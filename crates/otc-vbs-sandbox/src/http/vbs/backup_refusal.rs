//! Refused requests about backups, as answers.

use http::StatusCode;

use crate::domain::backup_requests::Refusal;
use crate::domain::backup_text::BadText;
use crate::http::failure::Failure;
use crate::text::excerpt;

/// What the request was about, as the caller wrote it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Named<'a> {
    pub(crate) disk: &'a str,
    pub(crate) snapshot: &'a str,
    pub(crate) backup: &'a str,
}

impl Named<'_> {
    /// The answer to a refused request.
    pub(crate) fn refused(&self, refusal: Refusal) -> Failure {
        let (status, code) = status_and_code(refusal);
        Failure::new(status, code, self.message(refusal))
    }

    /// The same for the OpenStack operations, which have 400 for what is not possible now.
    pub(crate) fn refused_by_openstack(&self, refusal: Refusal) -> Failure {
        let (status, code) = status_and_code(refusal);
        let status = match status {
            StatusCode::CONFLICT => StatusCode::BAD_REQUEST,
            status => status,
        };
        Failure::new(status, code, self.message(refusal)).of_openstack()
    }

    fn message(&self, refusal: Refusal) -> String {
        let disk = excerpt(self.disk);
        let snapshot = excerpt(self.snapshot);
        let backup = excerpt(self.backup);
        match refusal {
            Refusal::UnknownDisk | Refusal::UnknownTarget => {
                format!("there is no disk `{disk}` in this project")
            }
            Refusal::BusyDisk => {
                format!("disk `{disk}` is being backed up or restored; wait until that has ended")
            }
            Refusal::BusyTarget => format!(
                "disk `{disk}` is being backed up or restored, so nothing can be written to it; wait until that has \
                 ended"
            ),
            Refusal::UnknownSnapshot => {
                format!("there is no snapshot `{snapshot}` in this project")
            }
            Refusal::SnapshotOfAnotherDisk => {
                format!("snapshot `{snapshot}` is not one of disk `{disk}`; send one that is")
            }
            Refusal::Quota(exceeded) => exceeded.message().to_owned(),
            Refusal::UnknownBackup => format!("there is no backup `{backup}` in this project"),
            Refusal::Undeletable(status) => format!(
                "backup `{backup}` is {}; it can be deleted once it is available or in error",
                status.as_str()
            ),
            Refusal::Unrestorable(status) => format!(
                "backup `{backup}` is {}; only an available backup can be restored",
                status.as_str()
            ),
            Refusal::SmallTarget {
                disk: has,
                backup: needs,
            } => format!(
                "disk `{disk}` has {has} GB, and the backup needs {needs}; choose a disk that is as large"
            ),
        }
    }
}

fn status_and_code(refusal: Refusal) -> (StatusCode, &'static str) {
    match refusal {
        Refusal::UnknownDisk => (StatusCode::NOT_FOUND, "VolumeBackup.0021"),
        Refusal::BusyDisk => (StatusCode::CONFLICT, "VolumeBackup.0013"),
        Refusal::UnknownSnapshot => (StatusCode::NOT_FOUND, "VolumeBackup.0019"),
        Refusal::SnapshotOfAnotherDisk => (StatusCode::BAD_REQUEST, "VolumeBackup.0019"),
        Refusal::Quota(exceeded) => (StatusCode::FORBIDDEN, exceeded.code()),
        Refusal::UnknownBackup => (StatusCode::NOT_FOUND, "VolumeBackup.0111"),
        Refusal::Undeletable(_) => (StatusCode::CONFLICT, "VolumeBackup.0102"),
        Refusal::Unrestorable(_) => (StatusCode::CONFLICT, "VolumeBackup.0089"),
        Refusal::UnknownTarget => (StatusCode::NOT_FOUND, "VolumeBackup.0207"),
        Refusal::BusyTarget => (StatusCode::CONFLICT, "VolumeBackup.0206"),
        Refusal::SmallTarget { .. } => (StatusCode::BAD_REQUEST, "VolumeBackup.0209"),
    }
}

impl From<BadText> for Failure {
    fn from(bad: BadText) -> Self {
        Self::new(StatusCode::BAD_REQUEST, bad.code, bad.violation.to_string())
    }
}
