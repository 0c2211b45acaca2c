//! The table of refusals: the status, the code and the text of each.

use http::StatusCode;
use otc_vbs_api::limit::ViolationKind;

use super::failure::Failure;
use crate::domain::refusal::Refusal;
use crate::text::excerpt;

/// The ids in the request, as sent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RequestIds<'a> {
    pub(crate) policy: &'a str,
    pub(crate) disk: &'a str,
    pub(crate) snapshot: &'a str,
    pub(crate) backup: &'a str,
    pub(crate) share: &'a str,
}

impl RequestIds<'_> {
    /// The failure of a refused request.
    pub(crate) fn refused(&self, refusal: &Refusal) -> Failure {
        let (status, code, message) = self.row(refusal);
        match code {
            Some(code) => Failure::new(status, code, message),
            None => Failure::without_code(status, message),
        }
    }

    /// The failure of a refused request in the OpenStack API, which uses 400 if the current state does not
    /// allow a request.
    pub(crate) fn refused_by_openstack(&self, refusal: &Refusal) -> Failure {
        let (status, code, message) = self.row(refusal);
        let status = match status {
            StatusCode::CONFLICT => StatusCode::BAD_REQUEST,
            status => status,
        };
        match code {
            Some(code) => Failure::new(status, code, message).of_openstack(),
            None => Failure::without_code(status, message).of_openstack(),
        }
    }

    /// The table. The codes are the best matches in the reference.
    pub(crate) fn row(&self, refusal: &Refusal) -> (StatusCode, Option<&'static str>, String) {
        const INVALID: StatusCode = StatusCode::BAD_REQUEST;
        const UNKNOWN: StatusCode = StatusCode::NOT_FOUND;
        const CONFLICT: StatusCode = StatusCode::CONFLICT;
        const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;
        let disk = excerpt(self.disk);
        let snapshot = excerpt(self.snapshot);
        let backup = excerpt(self.backup);
        let share = excerpt(self.share);
        let (status, code, message) = match refusal {
            Refusal::NoPolicyId => {
                (INVALID, "AutoBackup.0006", "the path has no policy id after `backuppolicy/`".to_owned())
            }
            Refusal::UnknownPolicy => {
                let policy = excerpt(self.policy);
                (UNKNOWN, "AutoBackup.1100", format!("there is no backup policy `{policy}`"))
            }
            Refusal::PolicyName { violation, has_markup } => {
                let code = match violation.kind() {
                    ViolationKind::TooShort | ViolationKind::TooLong => "AutoBackup.0101",
                    ViolationKind::Character(_) if *has_markup => "AutoBackup.0221",
                    _ => "AutoBackup.0102",
                };
                (INVALID, code, violation.to_string())
            }
            Refusal::StartTime(invalid) | Refusal::TimeZone(invalid) => {
                let code = match refusal {
                    Refusal::StartTime(_) => "AutoBackup.0103",
                    _ => "AutoBackup.0226",
                };
                let (field, problem) = (invalid.field(), invalid.problem());
                (INVALID, code, format!("`{field}` is not valid: {problem}"))
            }
            Refusal::Frequency(violation) => (INVALID, "AutoBackup.0106", violation.to_string()),
            // The reference has one code for both kinds of retention.
            Refusal::Retention(violation) => (INVALID, "AutoBackup.0107", violation.to_string()),
            Refusal::NumberTooLarge { name, sent } => {
                let message = format!("the sandbox can't hold a `{name}` of {sent}");
                (INVALID, "AutoBackup.0001", message)
            }
            Refusal::NoWeekday => (
                INVALID,
                "AutoBackup.0106",
                "`week_frequency` is empty; name at least one day, or send `frequency`".to_owned(),
            ),
            Refusal::UnknownWeekday(day) => {
                let day = excerpt(day);
                let message =
                    format!("`week_frequency` accepts SUN, MON, TUE, WED, THU, FRI and SAT, not `{day}`");
                (INVALID, "AutoBackup.0106", message)
            }
            Refusal::NoRecurrence => (
                INVALID,
                "AutoBackup.0106",
                "the schedule has neither `frequency` nor `week_frequency`; send one of them".to_owned(),
            ),
            Refusal::NoRetention => (
                INVALID,
                "AutoBackup.0107",
                "the schedule has neither `rentention_num` nor `rentention_day`; send one of them".to_owned(),
            ),
            Refusal::TooManyPolicies { count, limit } => {
                let message =
                    format!("the project has {count} policies and may have {limit}; delete a policy first");
                (CONFLICT, "AutoBackup.0203", message)
            }
            Refusal::PolicyWithoutDisks { policy } => {
                let message = format!("policy `{policy}` has no disks; associate disks with it first");
                (CONFLICT, "AutoBackup.1700", message)
            }
            Refusal::PolicyRuns { policy } => {
                let message = format!("policy `{policy}` is running; wait until its backup jobs have ended");
                (CONFLICT, "AutoBackup.0225", message)
            }
            Refusal::TooManyBackupJobs { policy } => {
                let message = format!(
                    "the sandbox can't number more backup jobs of policy `{policy}`; use another policy"
                );
                (CONFLICT, "AutoBackup.1700", message)
            }
            Refusal::NoResourceId => {
                (INVALID, "AutoBackup.0209", "`resource_id` is empty; send the id of the disk".to_owned())
            }
            Refusal::ResourceType => {
                (INVALID, "AutoBackup.0211", "`resource_type` must be `volume`".to_owned())
            }
            Refusal::NotADiskOfTheProject => {
                (INVALID, "AutoBackup.1400", "the project has no such disk; check its id".to_owned())
            }
            Refusal::DiskListedTwice => {
                (INVALID, "AutoBackup.1400", "the disk is listed twice; list it once".to_owned())
            }
            Refusal::DiskOfAnotherPolicy { policy } => {
                let message = format!("the disk is in policy `{policy}`; remove it from that policy first");
                (INVALID, "AutoBackup.1400", message)
            }
            Refusal::DiskNotOfPolicy { policy } => {
                let message = format!("the disk is not in policy `{policy}`; check its id");
                (INVALID, "AutoBackup.1400", message)
            }
            Refusal::Tag(violation) => (INVALID, "AutoBackup.0214", violation.to_string()),
            Refusal::DuplicateTagKey(key) => {
                let message = format!("the key `{}` appears twice; send it once", excerpt(key));
                (INVALID, "AutoBackup.0214", message)
            }
            Refusal::TooManyTags { count, limit } => {
                let message =
                    format!("the policy would have {count} tags and may have {limit}; remove a tag first");
                (CONFLICT, "AutoBackup.0215", message)
            }
            Refusal::UnknownTag { policy, key } => {
                let message = format!("policy `{policy}` has no tag `{}`; list its tags", excerpt(key));
                (UNKNOWN, "AutoBackup.0216", message)
            }
            Refusal::BackupName(violation) => {
                let code = match violation.kind() {
                    ViolationKind::TooShort => "VolumeBackup.0026",
                    ViolationKind::TooLong => "VolumeBackup.0003",
                    ViolationKind::ReservedPrefix => "VolumeBackup.0005",
                    _ => "VolumeBackup.0004",
                };
                (INVALID, code, violation.to_string())
            }
            Refusal::BackupDescription(violation) => (INVALID, "VolumeBackup.0006", violation.to_string()),
            Refusal::BackupTag(violation) => (INVALID, "VolumeBackup.0049", violation.to_string()),
            Refusal::UnknownDisk => {
                let message = format!("there is no disk `{disk}` in this project");
                (UNKNOWN, "VolumeBackup.0021", message)
            }
            Refusal::UnknownTarget => {
                let message = format!("there is no disk `{disk}` in this project");
                (UNKNOWN, "VolumeBackup.0207", message)
            }
            Refusal::BusyDisk => {
                let message =
                    format!("disk `{disk}` is being backed up or restored; wait until that has ended");
                (CONFLICT, "VolumeBackup.0013", message)
            }
            Refusal::BusyTarget => {
                let message = format!(
                    "disk `{disk}` is being backed up or restored, so nothing can be written to it; wait until that has \
                     ended"
                );
                (CONFLICT, "VolumeBackup.0206", message)
            }
            Refusal::UnknownSnapshot => {
                let message = format!("there is no snapshot `{snapshot}` in this project");
                (UNKNOWN, "VolumeBackup.0019", message)
            }
            Refusal::SnapshotOfAnotherDisk => {
                let message =
                    format!("snapshot `{snapshot}` is not of disk `{disk}`; send a snapshot of this disk");
                (INVALID, "VolumeBackup.0019", message)
            }
            // These are also the failures of backup jobs.
            Refusal::Quota(exceeded) => (FORBIDDEN, exceeded.code(), exceeded.message().to_owned()),
            Refusal::UnknownBackup => {
                let message = format!("there is no backup `{backup}` in this project");
                (UNKNOWN, "VolumeBackup.0111", message)
            }
            Refusal::Undeletable(status) => {
                let status = status.as_str();
                let message = format!(
                    "backup `{backup}` is {status}; it can be deleted once it is available or in error"
                );
                (CONFLICT, "VolumeBackup.0102", message)
            }
            Refusal::Unrestorable(status) => {
                let status = status.as_str();
                let message =
                    format!("backup `{backup}` is {status}; only an available backup can be restored");
                (CONFLICT, "VolumeBackup.0089", message)
            }
            Refusal::SmallTarget { disk: has, backup: needs } => {
                let message =
                    format!("disk `{disk}` has {has} GB, but the backup needs {needs}; choose a larger disk");
                (INVALID, "VolumeBackup.0209", message)
            }
            Refusal::BackupNotAvailable => {
                let message =
                    format!("backup `{backup}` is not available; share it when its status is `available`");
                (CONFLICT, "VolumeBackup.0089", message)
            }
            Refusal::ShareOfAnotherProject => {
                let message = format!(
                    "the share `{share}` was created by another project, which is the only one that can cancel it"
                );
                (FORBIDDEN, "VolumeBackup.0042", message)
            }
            // The reference has no codes for these.
            Refusal::SharedWithOwnProject => {
                let message =
                    "the backup belongs to one of the projects in `to_project_ids`; omit that project";
                return (INVALID, None, message.to_owned());
            }
            Refusal::AlreadyShared => {
                let message = format!(
                    "backup `{backup}` is already shared with one of the projects in `to_project_ids`; omit that project"
                );
                return (CONFLICT, None, message);
            }
            Refusal::UnknownShare => {
                let message = format!(
                    "this project has no share `{share}`; if this is the identifier of a backup, send `is_backup_id=true` to cancel its \
                     shares"
                );
                return (UNKNOWN, None, message);
            }
        };
        (status, Some(code), message)
    }
}

/// A refusal whose text needs no id of the request.
impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        RequestIds::default().refused(&refusal)
    }
}

#[cfg(test)]
impl Refusal {
    /// The code of the response, for tests of the domain.
    pub(crate) fn code(&self) -> &'static str {
        RequestIds::default().row(self).1.unwrap_or_default()
    }

    pub(crate) fn status(&self) -> u16 {
        RequestIds::default().row(self).0.as_u16()
    }
}
