//! The work that asynchronous jobs do: making, deleting and restoring backups.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Vbs;
use super::agenda::Event;
use super::backup::{Backup, Status};
use super::disk::Snapshot;
use super::numbers::{BackupNumber, DiskNumber, JobNumber, ProjectNumber, SnapshotNumber, VbsJobNumber};
use super::project::Project;
use super::quota::Exceeded;
use super::seed::Purpose;
use super::vbs_job::{Kind, Outcome, VbsJob};

/// How long a job is there before it begins.
const BEFORE_BEGIN: SignedDuration = SignedDuration::from_secs(2);
/// The code of a backup that ended in status `error`. After other failures no backup is left.
const ENDED_IN_ERROR: &str = "VolumeBackup.0064";

/// A backup to make.
#[derive(Clone, Debug)]
pub(crate) struct Creation {
    pub(crate) project: ProjectNumber,
    pub(crate) disk: DiskNumber,
    /// Without one, the service takes one.
    pub(crate) snapshot: Option<SnapshotNumber>,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) is_full: bool,
    pub(crate) tags: BTreeMap<String, String>,
    /// The backup job that it is made for.
    pub(crate) backup_job: Option<JobNumber>,
    pub(crate) takes: SignedDuration,
    pub(crate) outcome: Outcome,
}

/// A backup that is being made, and the job that makes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun {
    pub(crate) backup: BackupNumber,
    pub(crate) job: VbsJobNumber,
}

impl Vbs {
    /// Begins to make a backup, if the quotas leave room for it.
    pub(crate) fn begin_backup(&mut self, creation: Creation) -> Result<Begun, Exceeded> {
        let now = self.now;
        let size = self.disk(creation.disk).size;
        let number = self.new_number();
        let new_snapshot = self.new_number();
        let Some(project) = self.project_mut(creation.project) else {
            return Err(Exceeded::Backups);
        };
        project.check_quotas(size)?;
        let snapshot = creation.snapshot.unwrap_or_else(|| {
            project.snapshots.insert(
                new_snapshot,
                Snapshot {
                    number: new_snapshot,
                    disk: creation.disk,
                    name: format!("{}_snapshot", creation.name.as_deref().unwrap_or("backup")),
                    created_at: now,
                    is_of_backup: true,
                },
            );
            new_snapshot
        });
        let earlier = |backup: &Backup| backup.disk == creation.disk && backup.status != Status::Error;
        let is_incremental = !creation.is_full && project.backups.values().any(earlier);
        let policy = creation.backup_job.map(|job| job.policy);
        project.backups.insert(
            number,
            Backup {
                number,
                name: creation.name.clone(),
                description: creation.description,
                disk: creation.disk,
                snapshot: Some(snapshot),
                policy,
                status: Status::Creating,
                size,
                created_at: now,
                updated_at: now,
                is_incremental,
                tags: creation.tags,
                fail_reason: None,
            },
        );
        let job = self.begin_job(
            creation.project,
            number,
            Kind::Create,
            creation.takes,
            creation.outcome,
            creation.backup_job,
        );
        Ok(Begun { backup: number, job })
    }

    /// Begins to delete a backup. Returns the job, or nothing where there is no such backup.
    pub(crate) fn begin_deletion(
        &mut self,
        project: ProjectNumber,
        backup: BackupNumber,
    ) -> Option<VbsJobNumber> {
        let (now, takes) = (self.now, self.duration(backup, 10, 50));
        let kept = self.project_mut(project)?;
        kept.backups.get(&backup)?;
        kept.set_status(backup, Status::Deleting, now);
        let kind = Kind::Delete;
        Some(self.begin_job(project, backup, kind, takes, Outcome::Success, None))
    }

    /// Begins to write a backup, of this project or of another, to a disk of this project. Returns the job, or nothing
    /// where there is no such backup.
    pub(crate) fn begin_restoration(
        &mut self,
        project: ProjectNumber,
        backup: BackupNumber,
        disk: DiskNumber,
    ) -> Option<VbsJobNumber> {
        let takes = self.duration(backup, 120, 600);
        self.backup(backup)?;
        self.set_status(backup, Status::Restoring);
        let kind = Kind::Restore;
        let job = self.begin_job(project, backup, kind, takes, Outcome::Success, None);
        let kept = self.project_mut(project)?;
        kept.vbs_jobs.get_mut(&job)?.disk = disk;
        kept.busy.insert(disk, job);
        Some(job)
    }

    /// A backup of whatever project. No two have the same number.
    fn backup(&self, number: BackupNumber) -> Option<&Backup> {
        let mut projects = self.projects.iter();
        projects.find_map(|project| project.backups.get(&number))
    }

    /// Sets the status of a backup of whatever project.
    pub(super) fn set_status(&mut self, backup: BackupNumber, status: Status) {
        let now = self.now;
        for project in &mut self.projects {
            project.set_status(backup, status, now);
        }
    }

    /// How long a job takes whose length nobody said, in seconds.
    pub(crate) fn duration(&self, drawn_by: u64, least: u64, spread: u64) -> SignedDuration {
        let drawn = self.seed.draw(Purpose::JobEnd, drawn_by) % spread.max(1);
        SignedDuration::from_secs((least + drawn).cast_signed())
    }

    fn begin_job(
        &mut self,
        project: ProjectNumber,
        backup: BackupNumber,
        kind: Kind,
        takes: SignedDuration,
        outcome: Outcome,
        backup_job: Option<JobNumber>,
    ) -> VbsJobNumber {
        let number = self.new_number();
        let now = self.now;
        let later = |by| now.saturating_add(by).unwrap_or(now);
        let (begins_at, ends_at) = (later(BEFORE_BEGIN), later(BEFORE_BEGIN + takes));
        let Some(made_of) = self.backup(backup) else {
            return number;
        };
        let job = VbsJob {
            number,
            kind,
            begins_at,
            ends_at,
            outcome,
            backup,
            backup_name: made_of.name.clone(),
            disk: made_of.disk,
            snapshot: made_of.snapshot,
            backup_job,
        };
        let Some(project) = self.project_mut(project) else {
            return number;
        };
        if kind == Kind::Create {
            project.busy.insert(job.disk, number);
        }
        project.vbs_jobs.insert(number, job);
        self.agenda.enter(ends_at, Event::JobEnds(number));
        number
    }
}

impl Project {
    pub(super) fn set_status(&mut self, backup: BackupNumber, status: Status, at: Timestamp) {
        if let Some(backup) = self.backups.get_mut(&backup) {
            backup.status = status;
            backup.updated_at = at;
        }
    }

    pub(super) fn finish_backup(&mut self, job: &VbsJob, at: Timestamp) {
        match &job.outcome {
            Outcome::Success => self.set_status(job.backup, Status::Available, at),
            Outcome::Failure { code, message } if code == ENDED_IN_ERROR => {
                self.set_status(job.backup, Status::Error, at);
                if let Some(backup) = self.backups.get_mut(&job.backup) {
                    backup.fail_reason = Some(format!("{code}#{message}"));
                }
            }
            Outcome::Failure { .. } | Outcome::Timeout => self.remove_backup(job.backup),
        }
    }

    /// Removes a backup, its shares and the snapshot that was taken for it.
    pub(super) fn remove_backup(&mut self, backup: BackupNumber) {
        let removed = self.backups.remove(&backup);
        self.shares.retain(|_, share| share.backup != backup);
        if let Some(snapshot) = removed.and_then(|backup| backup.snapshot) {
            let is_used = |backup: &Backup| backup.snapshot == Some(snapshot);
            let is_of_backup = |kept: &Snapshot| kept.is_of_backup;
            if self.snapshots.get(&snapshot).is_some_and(is_of_backup) && !self.backups.values().any(is_used)
            {
                self.snapshots.remove(&snapshot);
            }
        }
    }
}
