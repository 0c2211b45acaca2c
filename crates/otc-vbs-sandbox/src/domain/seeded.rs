//! What there is when the sandbox begins.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::agenda::{Agenda, Event};
use super::backup::{Backup, Status};
use super::disk::{Disk, Snapshot};
use super::history::job_list::JobList;
use super::history::job_times::SEEDED_JOBS_END;
use super::history::statuses;
use super::numbers::{DiskNumber, PolicyNumber, ProjectNumber, first_snapshot_of};
use super::policy::{History, Policy, Retention};
use super::project::{FREE_DISKS, Project};
use super::quota::Quotas;
use super::schedule::{Days, Schedule};
use super::seed::Seed;
use super::tags::Tags;
use crate::domain::{Vbs, WINDOW};

/// How many projects there are, and how much there is in each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// How many projects the users' domain has.
    pub(crate) projects: u8,
    pub(crate) policies: u64,
    /// Those that policies hold.
    pub(crate) disks: u64,
    pub(crate) jobs: u64,
    /// How many days the backup jobs go back.
    pub(crate) days: u16,
}

/// A project has no more policies, by the reference, unless it is seeded with more.
const MOST_POLICIES: u64 = 10;
/// Backups are kept one by one, so there are not as many of them as of backup jobs.
const MOST_SEEDED_BACKUPS: usize = 1000;
const BACKUPS_QUOTA: u64 = 5000;
const GIGABYTES_QUOTA: u64 = 500_000;

impl Vbs {
    pub(crate) fn seeded(seed: Seed, start: Timestamp, sizes: Sizes) -> Self {
        let mut vbs = Self {
            seed,
            start,
            days: sizes.days,
            now: start,
            forgot: start,
            projects: Vec::new(),
            agenda: Agenda::default(),
            next_number: 0,
        };
        for project in ProjectNumber::all(sizes.projects) {
            let kept = seeded_project(project, start, sizes);
            let policies: Vec<PolicyNumber> = kept.policies.keys().copied().collect();
            vbs.projects.push(kept);
            vbs.seed_snapshots(project);
            vbs.seed_backups(&policies);
            for policy in policies {
                vbs.plan_next_run(policy);
                let end = start.saturating_add(SEEDED_JOBS_END).unwrap_or(start);
                vbs.agenda.enter(end, Event::SeededJobsEnd(policy));
            }
        }
        vbs
    }

    /// Each disk that no policy holds has a snapshot: a backup through the OpenStack API needs one.
    fn seed_snapshots(&mut self, number: ProjectNumber) {
        let (created_at, seed) = (self.start, self.seed);
        let Some(project) = self.project_mut(number) else {
            return;
        };
        for disk in project.disk_numbers().rev().take(FREE_DISKS as usize) {
            let snapshot = Snapshot {
                number: first_snapshot_of(disk),
                disk,
                name: format!("{}-snapshot", Disk::new(disk, seed).name()),
                created_at,
                is_of_backup: false,
            };
            project.snapshots.insert(snapshot.number, snapshot);
        }
    }

    /// The backups that the newest successful backup jobs made, as far as their policies keep them.
    fn seed_backups(&mut self, policies: &[PolicyNumber]) {
        let most = MOST_SEEDED_BACKUPS.div_ceil(policies.len().max(1));
        for policy in policies {
            let Some(policy) = self.policy(*policy) else {
                continue;
            };
            let jobs = self.backup_jobs(policy);
            let made = made_by(policy, &jobs, most);
            self.add_backups(policy.number, made);
        }
    }

    /// The jobs that waited or ran when the sandbox began have succeeded.
    pub(super) fn end_seeded_jobs(&mut self, number: PolicyNumber) {
        let Some(policy) = self.policy(number) else {
            return;
        };
        let jobs = self.backup_jobs(policy);
        let first = jobs.live();
        let ended = (first..jobs.len().min(first + statuses::UNENDED))
            .filter(|position| jobs.status(*position) == statuses::Status::ExecuteSuccess)
            .filter_map(|position| made_at(policy, &jobs, position))
            .collect::<Vec<_>>();
        let disks: Vec<DiskNumber> = ended.iter().map(|backup| backup.disk).collect();
        self.add_backups(number, ended);
        for disk in disks {
            self.apply_retention(number, disk);
        }
    }

    fn add_backups(&mut self, policy: PolicyNumber, made: Vec<Backup>) {
        for mut backup in made {
            backup.size = self.disk(backup.disk).size;
            let Some(project) = self.project_mut(policy.project()) else {
                return;
            };
            let snapshot = Snapshot {
                number: backup.number,
                disk: backup.disk,
                name: format!("{}_snapshot", backup.name.as_deref().unwrap_or("backup")),
                created_at: backup.created_at,
                is_of_backup: true,
            };
            project.snapshots.insert(snapshot.number, snapshot);
            project.backups.insert(backup.number, backup);
        }
    }
}

/// The backups that the newest jobs of a policy made, oldest first: of each disk as many as the policy keeps, and no
/// more than `most` in all.
fn made_by(policy: &Policy, jobs: &JobList, most: usize) -> Vec<Backup> {
    let keeps = match policy.retention {
        Retention::Backups(most) => most as usize,
        Retention::Days(_) => usize::MAX,
    };
    let mut of_disk: BTreeMap<DiskNumber, usize> = BTreeMap::new();
    let successes = (0..jobs.len())
        .take(most.saturating_mul(2))
        .filter(|position| jobs.status(*position) == statuses::Status::ExecuteSuccess);
    let mut made: Vec<Backup> = successes
        .filter_map(|position| made_at(policy, jobs, position))
        .filter(|backup| {
            let kept = of_disk.entry(backup.disk).or_default();
            *kept += 1;
            *kept <= keeps
        })
        .take(most)
        .collect();
    made.reverse();
    let mut seen = std::collections::BTreeSet::new();
    for backup in &mut made {
        backup.is_incremental = !seen.insert(backup.disk);
    }
    made
}

/// The backup that a successful seeded job made.
fn made_at(policy: &Policy, jobs: &JobList, position: u64) -> Option<Backup> {
    Some(Backup {
        number: jobs.number(position).into(),
        name: Some(jobs.backup_name(position)),
        description: None,
        disk: jobs.disk(position),
        snapshot: Some(jobs.number(position).into()),
        policy: Some(policy.number),
        status: Status::Available,
        size: 0,
        created_at: jobs.created_at(position),
        updated_at: jobs.finished_at(position)?,
        is_incremental: true,
        tags: BTreeMap::new(),
        fail_reason: None,
    })
}

fn seeded_project(number: ProjectNumber, start: Timestamp, sizes: Sizes) -> Project {
    let with_disk = sizes.policies.min(sizes.disks);
    let policies: BTreeMap<PolicyNumber, Policy> = (0..sizes.policies)
        .filter_map(|index| {
            let policy = PolicyNumber::new(number, u32::try_from(index).ok()?)?;
            let disks = share(sizes.disks, sizes.policies, index);
            let history = History {
                jobs: match index < with_disk {
                    true => share(sizes.jobs, with_disk, index),
                    false => 0,
                },
                disks,
                policies: sizes.policies,
            };
            let disks = (0..disks).map(|turn| number.seeded_disk(turn * sizes.policies + index));
            Some((policy, seeded_policy(policy, start, history, disks.collect())))
        })
        .collect();
    Project {
        number,
        policies_made: policies.len() as u32,
        most_policies: MOST_POLICIES.max(sizes.policies),
        policies,
        disks: sizes.disks + FREE_DISKS,
        snapshots: BTreeMap::new(),
        backups: BTreeMap::new(),
        shares: BTreeMap::new(),
        vbs_jobs: BTreeMap::new(),
        busy: BTreeMap::new(),
        quotas: Quotas {
            backups: Some(BACKUPS_QUOTA),
            backup_gigabytes: Some(GIGABYTES_QUOTA),
        },
    }
}

/// One of three kinds of policy, so that every documented field is met.
fn seeded_policy(number: PolicyNumber, start: Timestamp, history: History, disks: Vec<DiskNumber>) -> Policy {
    let index = number.index();
    let name = match index {
        0 => "nightly".to_owned(),
        1 => "weekly-db".to_owned(),
        2 => "month-end".to_owned(),
        _ => format!("policy-{:02}", index + 1),
    };
    let since = start.saturating_sub(WINDOW).unwrap_or(start);
    let since = Offset::UTC.to_datetime(since).date();
    let every = |days| Days::Every { days, since };
    let (start_time, hours, days, retention, keep_first, is_on) = match index % 3 {
        0 => ("01:00", vec![1], every(1), Retention::Backups(14), false, true),
        1 => (
            "22:00,02:00",
            vec![2, 22],
            Days::Week(vec![3, 7]),
            Retention::Days(60),
            false,
            true,
        ),
        _ => ("03:00", vec![3], every(30), Retention::Backups(12), true, false),
    };
    Policy {
        number,
        name,
        schedule: Schedule {
            start_time: start_time.to_owned(),
            hours,
            days,
            is_on,
        },
        retention,
        keep_first_of_month: Some(keep_first),
        time_zone: (index % 3 == 1).then(|| "UTC+01:00".to_owned()),
        tags: seeded_tags(index),
        disks,
        history,
        jobs: std::collections::VecDeque::new(),
        triggered: 0,
        next_run: None,
    }
}

/// Tags in which the kinds of policy partly agree, so that each way to ask for tags finds some and leaves some out.
fn seeded_tags(index: u32) -> Tags {
    let tags: &[(&str, &str)] = match index % 3 {
        0 => &[("stage", "production"), ("team", "web")],
        1 => &[("stage", "production"), ("team", "db")],
        _ => &[("archive", "")],
    };
    let tags = tags
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    tags.collect()
}

/// How many of `total` things the one with this index gets, where `among` take them in turn.
fn share(total: u64, among: u64, index: u64) -> u64 {
    total / among + u64::from(index < total % among)
}
