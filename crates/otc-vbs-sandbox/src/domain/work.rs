//! The work of asynchronous jobs: creating, deleting and restoring backups.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Vbs;
use super::agenda::Event;
use super::backup::{Backup, Status};
use super::disk::Snapshot;
use super::job_draws::{ENDED_IN_ERROR, JobDraws};
use super::numbers::{BackupNumber, DiskNumber, JobNumber, ProjectNumber, SnapshotNumber, VbsJobNumber};
use super::project::Project;
use super::refusal::Exceeded;
use super::seed::{Purpose, Seed};
use super::time::later;
use super::vbs_job::{Kind, Outcome, VbsJob};

/// The time between the creation of a job and its start.
const BEFORE_BEGIN: SignedDuration = SignedDuration::from_secs(2);
/// A backup to create.
#[derive(Clone, Debug)]
pub(crate) struct Creation {
    pub(crate) project: ProjectNumber,
    pub(crate) disk: DiskNumber,
    /// `None` if the service creates one.
    pub(crate) snapshot: Option<SnapshotNumber>,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) is_full: bool,
    pub(crate) tags: BTreeMap<String, String>,
    /// The backup job that needs it.
    pub(crate) backup_job: Option<JobNumber>,
    pub(crate) takes: SignedDuration,
    pub(crate) outcome: Outcome,
}

/// A backup that is being created, and the job that creates it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StartedBackup {
    pub(crate) backup: BackupNumber,
    pub(crate) job: VbsJobNumber,
}

impl Creation {
    /// The backup that a backup job creates.
    pub(super) fn of_job(
        job: JobNumber,
        disk: DiskNumber,
        seed: Seed,
        takes: SignedDuration,
        outcome: Outcome,
    ) -> Self {
        Self {
            project: job.policy.project(),
            disk,
            snapshot: None,
            name: Some(JobDraws::new(seed, job).backup_name()),
            description: None,
            is_full: false,
            tags: BTreeMap::new(),
            backup_job: Some(job),
            takes,
            outcome,
        }
    }
}

/// An asynchronous job to start.
struct NewJob {
    kind: Kind,
    disk: DiskNumber,
    takes: SignedDuration,
    outcome: Outcome,
    backup_job: Option<JobNumber>,
}

impl Vbs {
    /// Starts creating a backup, if the quotas allow it.
    pub(crate) fn begin_backup(&mut self, creation: Creation) -> Result<StartedBackup, Exceeded> {
        let size = self.disk(creation.disk).size;
        self.existing_project(creation.project).check_quotas(size)?;
        Ok(self.make_backup(creation))
    }

    pub(super) fn make_backup(&mut self, creation: Creation) -> StartedBackup {
        let now = self.now;
        let size = self.disk(creation.disk).size;
        let number = self.new_number();
        let new_snapshot = self.new_number();
        let project = self.existing_project(creation.project);
        let is_usable = |backup: Cow<'_, Backup>| backup.status != Status::Error;
        let has_earlier = project.backups.of_disk(creation.disk).any(is_usable);
        let backup = Backup {
            number,
            name: creation.name,
            description: creation.description,
            disk: creation.disk,
            snapshot: Some(creation.snapshot.unwrap_or(new_snapshot)),
            policy: creation.backup_job.map(|job| job.policy),
            status: Status::Creating,
            size,
            created_at: now,
            updated_at: now,
            is_incremental: !creation.is_full && has_earlier,
            tags: creation.tags,
            fail_reason: None,
        };
        if creation.snapshot.is_none() {
            let snapshot = Snapshot::of_backup(&backup, new_snapshot);
            project.stored_snapshots.insert(new_snapshot, snapshot);
        }
        project.backups.insert(backup.clone());
        let new = NewJob {
            kind: Kind::Create,
            disk: creation.disk,
            takes: creation.takes,
            outcome: creation.outcome,
            backup_job: creation.backup_job,
        };
        let job = self.begin_job(creation.project, backup, new);
        StartedBackup { backup: number, job }
    }

    /// Starts deleting a backup. Returns the job, or `None` if there is no such backup.
    pub(crate) fn begin_deletion(
        &mut self,
        project: ProjectNumber,
        backup: BackupNumber,
    ) -> Option<VbsJobNumber> {
        let (now, takes) = (self.now, self.duration(backup, 10, 50));
        let kept = self.existing_project(project);
        let backup = kept.set_status(backup, Status::Deleting, now)?.clone();
        let new = NewJob {
            kind: Kind::Delete,
            disk: backup.disk,
            takes,
            outcome: Outcome::Success,
            backup_job: None,
        };
        Some(self.begin_job(project, backup, new))
    }

    /// Starts restoring a backup, of this project or another, to a disk of this project. Returns the job, or
    /// `None` if there is no such backup.
    pub(crate) fn begin_restoration(
        &mut self,
        project: ProjectNumber,
        backup: BackupNumber,
        disk: DiskNumber,
    ) -> Option<VbsJobNumber> {
        let takes = self.duration(backup, 120, 600);
        let backup = self.set_status(backup, Status::Restoring)?;
        let new = NewJob { kind: Kind::Restore, disk, takes, outcome: Outcome::Success, backup_job: None };
        Some(self.begin_job(project, backup, new))
    }

    /// Sets the status of a backup of any project, because numbers are unique across projects. Returns the
    /// backup, or `None` if there is no such backup.
    pub(super) fn set_status(&mut self, backup: BackupNumber, status: Status) -> Option<Backup> {
        let now = self.now;
        let mut projects = self.projects.iter_mut();
        let changed = projects.find_map(|project| project.set_status(backup, status, now));
        changed.cloned()
    }

    /// The duration of a job, in seconds: `least` and up to `spread` more.
    pub(crate) fn duration(&self, drawn_by: u64, least: u64, spread: u64) -> SignedDuration {
        let drawn = self.seed.draw(Purpose::JobEnd, drawn_by) % spread.max(1);
        SignedDuration::from_secs((least + drawn).cast_signed())
    }

    fn begin_job(&mut self, project: ProjectNumber, backup: Backup, new: NewJob) -> VbsJobNumber {
        let number = self.new_number();
        let now = self.now;
        let job = VbsJob {
            number,
            kind: new.kind,
            begins_at: later(now, BEFORE_BEGIN),
            ends_at: later(now, BEFORE_BEGIN + new.takes),
            outcome: new.outcome,
            backup: backup.number,
            backup_name: backup.name,
            disk: new.disk,
            snapshot: backup.snapshot,
            backup_job: new.backup_job,
        };
        self.agenda.enter(job.ends_at, Event::JobEnds(number));
        let project = self.existing_project(project);
        if matches!(job.kind, Kind::Create | Kind::Restore) {
            project.busy.insert(job.disk, number);
        }
        project.vbs_jobs.insert(number, job);
        number
    }
}

impl Project {
    /// Returns the backup, or `None` if there is no such backup.
    pub(super) fn set_status(
        &mut self,
        backup: BackupNumber,
        status: Status,
        at: Timestamp,
    ) -> Option<&Backup> {
        self.backups.change(backup, |backup| {
            backup.status = status;
            backup.updated_at = at;
        })
    }

    pub(super) fn finish_backup(&mut self, job: &VbsJob, at: Timestamp) {
        match &job.outcome {
            Outcome::Success => {
                self.set_status(job.backup, Status::Available, at);
            }
            Outcome::Failure { code, message } if code == ENDED_IN_ERROR => {
                self.backups.change(job.backup, |backup| {
                    backup.status = Status::Error;
                    backup.updated_at = at;
                    backup.fail_reason = Some(format!("{code}#{message}"));
                });
            }
            Outcome::Failure { .. } | Outcome::Timeout => self.remove_backup(job.backup),
        }
    }
}
