//! Reads what the service tells of a project.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use otc_vbs::types::{BackupJob, BackupJobSortKey, SortDirection};
use otc_vbs::{Error, Page, PageStream};
use serde::Serialize;

use crate::archive::manifest::Kind;
use crate::archive::write::spool::{Group, Spool};
use crate::archive::write::write_job;
use crate::backup_job::BackupJobRow;
use crate::connect::Target;
use crate::exit::Failure;
use crate::policies::Policy;
use crate::progress::Spinner;
use crate::words::time::utc_day;

/// The largest page of the service.
const PAGE: u32 = 1000;
/// The clocks of this machine and of the service may differ, and a job may be listed later than it was created. Jobs from
/// this long before the last complete export are read again.
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);

/// A list, as far as it could be read.
pub(super) struct ListRead<T> {
    pub(super) items: Vec<T>,
    /// Errors of items that can't be decoded, and of the last request.
    pub(super) errors: Vec<Error>,
    /// Whether all pages were received.
    pub(super) is_complete: bool,
}

impl<T: Send + 'static> ListRead<T> {
    /// A list that the service returns as a list.
    pub(super) fn of_page<M>(page: otc_vbs::Result<Page<T, M>>) -> Self {
        match page {
            Ok(page) => Self { items: page.items, errors: page.errors, is_complete: true },
            Err(error) => Self { items: Vec::new(), errors: vec![error], is_complete: false },
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.items.extend(other.items);
        self.errors.extend(other.errors);
        self.is_complete &= other.is_complete;
    }

    pub(super) async fn read<M: Send + 'static>(mut pages: PageStream<T, M>) -> Self {
        let mut list = Self { items: Vec::new(), errors: Vec::new(), is_complete: true };
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => {
                    list.items.extend(page.items);
                    list.errors.extend(page.errors);
                }
                Err(error) => {
                    list.errors.push(error);
                    list.is_complete = false;
                }
            }
        }
        list
    }
}

/// The backups of a project, which are in the spool: there may be more than fit into memory.
pub(super) struct BackupsRead {
    pub(super) number: usize,
    /// Errors of backups that can't be decoded, and of the last request.
    pub(super) errors: Vec<Error>,
    /// Whether all pages were received.
    pub(super) is_complete: bool,
}

impl BackupsRead {
    /// Reads the backups into the spool. An error of the service is part of the result.
    pub(super) async fn read(target: &Target, project: usize, spool: &Spool) -> Result<Self, Failure> {
        let mut read = Self { number: 0, errors: Vec::new(), is_complete: true };
        let mut pages = target.client.backups().list().pages();
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(error) => {
                    read.errors.push(error);
                    read.is_complete = false;
                    break;
                }
            };
            read.errors.extend(page.errors);
            read.number += page.items.len();
            let mut lines: BTreeMap<Option<Date>, String> = BTreeMap::new();
            for mut backup in page.items {
                // They lead to the service, and change with its address.
                backup.links = None;
                let lines =
                    lines.entry(backup.created_at.map(|time| utc_day(time.as_timestamp()))).or_default();
                let item = Item { project: &target.place.project, item: backup };
                lines
                    .push_str(&serde_json::to_string(&item).map_err(|error| Failure::Runtime(error.into()))?);
                lines.push('\n');
            }
            for (day, lines) in lines {
                spool.append(Group { kind: Kind::Backups, project, day, policy: None }, &lines)?;
            }
        }
        Ok(read)
    }
}

/// An item of a list, with the name of its project.
#[derive(Serialize)]
pub(super) struct Item<'a, T> {
    pub(super) project: &'a str,
    #[serde(flatten)]
    pub(super) item: T,
}

/// A policy whose jobs are read.
pub(super) struct PolicyToRead<'a> {
    pub(super) target: &'a Target,
    pub(super) policy: Arc<Policy>,
    /// All jobs that were created before have ended and are in the archive.
    pub(super) known_before: Option<Timestamp>,
}

/// What was read of the jobs of a policy.
#[derive(Default)]
pub(super) struct JobsRead {
    /// The disks that the jobs name.
    pub(super) disks: BTreeSet<String>,
    /// Whether at least one page was received.
    pub(super) has_page: bool,
    /// Whether all pages were received, up to the jobs that are known.
    pub(super) is_complete: bool,
    /// Whether some jobs can't be decoded.
    pub(super) has_undecodable: bool,
    /// The errors of jobs that can't be decoded, and of the last request.
    pub(super) errors: Vec<Error>,
}

impl PolicyToRead<'_> {
    /// Reads the jobs into the spool, newest first, until the rest is known. An error of the service is part of the result.
    pub(super) async fn read(
        &self,
        project: usize,
        spool: &Spool,
        spinner: &Spinner,
    ) -> Result<JobsRead, Failure> {
        let known_before = self.known_before.map(|time| time.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN));
        let list = self.target.client.policy(&self.policy.id).backup_jobs().limit(PAGE);
        let mut pages = list.sort_key(BackupJobSortKey::CreatedAt).sort_dir(SortDirection::Desc).pages();
        let mut read = JobsRead { is_complete: true, ..JobsRead::default() };
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(error) => {
                    read.errors.push(error);
                    read.is_complete = false;
                    break;
                }
            };
            read.has_page = true;
            read.has_undecodable |= !page.errors.is_empty();
            read.errors.extend(page.errors);
            spinner.add_jobs(page.items.len());
            let oldest = page.items.last().and_then(created_at);
            let disks = page.items.iter().filter_map(|job| job.resource_id.as_ref());
            let disks = disks.map(|id| id.as_str()).filter(|id| !read.disks.contains(*id));
            let disks: Vec<String> = disks.map(str::to_owned).collect();
            read.disks.extend(disks);
            for (day, lines) in self.lines(page.items)? {
                let policy = Some(self.policy.id.to_string());
                spool.append(Group { kind: Kind::Jobs, project, day, policy }, &lines)?;
            }
            if known_before.zip(oldest).is_some_and(|(known, oldest)| oldest < known) {
                break;
            }
        }
        Ok(read)
    }

    fn lines(&self, jobs: Vec<BackupJob>) -> Result<BTreeMap<Option<Date>, String>, Failure> {
        let mut lines: BTreeMap<Option<Date>, String> = BTreeMap::new();
        for job in jobs {
            let lines = lines.entry(created_at(&job).map(utc_day)).or_default();
            let row =
                BackupJobRow { place: Arc::clone(&self.target.place), policy: Arc::clone(&self.policy), job };
            write_job(&row, lines).map_err(|error| Failure::Runtime(error.into()))?;
        }
        Ok(lines)
    }
}

fn created_at(job: &BackupJob) -> Option<Timestamp> {
    job.created_at.timestamp().map(|time| time.as_timestamp())
}
