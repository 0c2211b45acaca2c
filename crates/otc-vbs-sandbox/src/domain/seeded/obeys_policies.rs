//! Checks for many seeds and random policies that jobs and backups obey the policies, before the sandbox
//! started and while it runs.
//!
//! The expected due times come from a loop over all hours, and the expected backups from a scan of all jobs.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::domain::backup::Status as BackupStatus;
use crate::domain::backup_job::Status;
use crate::domain::history::job_list::{Job, JobList};
use crate::domain::job_draws::ENDED_IN_ERROR;
use crate::domain::numbers::BackupNumber;
use crate::domain::policy::Retention;
use crate::domain::schedule::{Days, Schedule};
use crate::domain::seed::mix;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
const OFFSETS: [(&str, i32); 6] = [
    ("UTC+00:00", 0),
    ("UTC+02:00", 120),
    ("UTC+05:30", 330),
    ("UTC-03:00", -180),
    ("UTC+14:00", 840),
    ("UTC-11:45", -705),
];

/// Random numbers that depend only on the seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = mix(self.0);
        self.0 % end
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// A random policy as the test understands it.
#[derive(Debug)]
struct Case {
    start: Timestamp,
    until: Timestamp,
    hours: BTreeSet<i8>,
    days: Days,
    offset: Offset,
    is_on: bool,
    retention: Retention,
    keeps_first_of_month: bool,
    disks: u64,
    jobs: Option<u64>,
    window: u16,
}

impl Case {
    fn random(random: &mut Random) -> (Self, PolicyKind) {
        let start = Timestamp::from_second(1_600_000_000 + random.below(300_000_000) as i64).unwrap();
        // Often exactly when something is due.
        let start = match random.below(3) {
            0 => Timestamp::from_second(start.as_second() / 3600 * 3600).unwrap(),
            _ => start + SignedDuration::from_millis(random.below(1000) as i64),
        };
        let (time_zone, minutes) = OFFSETS[random.below(6) as usize];
        let is_on = random.below(4) > 0;
        let case = Self {
            start,
            until: match is_on {
                true => start,
                false => start - SignedDuration::from_secs(random.below(10 * 24 * 3600) as i64),
            },
            hours: (0..=random.below(3)).map(|_| random.below(24) as i8).collect(),
            days: match random.coin() {
                true => Days::Every {
                    days: 1 + random.below(7) as u8,
                    since: Date::constant(2026, 1, 1 + random.below(28) as i8),
                },
                false => Days::Week((0..=random.below(3)).map(|_| 1 + random.below(7) as i8).collect()),
            },
            offset: Offset::from_seconds(minutes * 60).unwrap(),
            is_on,
            retention: match random.coin() {
                true => Retention::Backups(2 + random.below(10) as u32),
                false => Retention::Days(2 + random.below(30) as u32),
            },
            keeps_first_of_month: random.coin(),
            disks: 1 + random.below(3),
            jobs: random.coin().then(|| random.below(40)),
            window: 1 + random.below(30) as u16,
        };
        let start_time: Vec<String> = case.hours.iter().map(|hour| format!("{hour:02}:00")).collect();
        let kind = PolicyKind {
            schedule: Schedule {
                start_time: start_time.join(","),
                days: case.days.clone(),
                time_zone: Some(time_zone.to_owned()),
                is_on,
            },
            retention: case.retention,
            until: case.until,
            keep_first_of_month: case.keeps_first_of_month,
            tags: &[],
        };
        (case, kind)
    }

    /// The due times from one time until before another, newest first.
    fn due(&self, from: Timestamp, before: Timestamp) -> Vec<Timestamp> {
        let first = Timestamp::from_second(from.as_second() / 3600 * 3600).unwrap();
        let hours = std::iter::successors(Some(first), |hour| Some(*hour + HOUR));
        let hours = hours.take_while(|hour| *hour < before);
        let due = hours.filter(|hour| *hour >= from && self.is_due(*hour));
        let mut due: Vec<Timestamp> = due.collect();
        due.reverse();
        due
    }

    fn is_due(&self, hour: Timestamp) -> bool {
        let local = self.offset.to_datetime(hour).date();
        let is_day = match &self.days {
            Days::Every { days, since } => local.since(*since).unwrap().get_days() % i32::from(*days) == 0,
            Days::Week(weekdays) => weekdays.contains(&local.weekday().to_monday_one_offset()),
        };
        is_day && self.hours.contains(&Offset::UTC.to_datetime(hour).hour())
    }
}

fn list(vbs: &Vbs) -> JobList {
    vbs.backup_jobs(vbs.policies(ProjectNumber::OWN).next().unwrap())
}

fn jobs(list: &JobList) -> impl Iterator<Item = Job<'_>> {
    (0..list.len()).map(|position| list.get(position).unwrap())
}

/// Jobs exist exactly at the due times, one for each disk, and are counted correctly.
fn check_jobs(vbs: &Vbs, runs: &[Timestamp], case: &Case, seeded: usize) {
    let list = list(vbs);
    let held = &vbs.policies(ProjectNumber::OWN).next().unwrap().disks;
    let expected = runs.iter().flat_map(|run| held.iter().rev().map(move |disk| (*run, *disk)));
    let found: Vec<_> = jobs(&list).map(|job| (job.created_at(), job.disk())).collect();
    assert_eq!(found, expected.take(seeded).collect::<Vec<_>>(), "{case:?}");
    for status in Status::ALL {
        let count = jobs(&list).filter(|job| job.status() == status).count() as u64;
        assert_eq!(list.count_before(status, u64::MAX), count, "{case:?}");
    }
    for job in jobs(&list) {
        let has_ended = !matches!(job.status(), Status::Waiting | Status::Running);
        assert!(job.finished_at().is_none_or(|end| has_ended && end > job.created_at() && end <= vbs.now));
    }
}

/// Each successful job has its backup unless retention removed it, and no other job has one. `applied` is the
/// last time at which retention was applied to a disk.
fn check_backups(vbs: &Vbs, case: &Case, applied: impl Fn(&[Job<'_>]) -> Timestamp) {
    let project = vbs.project(ProjectNumber::OWN).unwrap();
    let list = list(vbs);
    let mut of_disks: BTreeMap<DiskNumber, Vec<Job<'_>>> = BTreeMap::new();
    for job in jobs(&list) {
        of_disks.entry(job.disk()).or_default().push(job);
    }
    let backup = |job: &Job<'_>| -> BackupNumber {
        let vbs_job = vbs.vbs_job(ProjectNumber::OWN, job.vbs_job().unwrap());
        vbs_job.unwrap().backup
    };
    let (mut available, mut failed) = (BTreeSet::new(), BTreeSet::new());
    for newest_first in of_disks.values() {
        let applied = applied(newest_first);
        let month = |time: Timestamp| Offset::UTC.to_datetime(time).strftime("%Y-%m").to_string();
        let made = newest_first.iter().filter(|job| job.status() == Status::ExecuteSuccess);
        let made: Vec<_> = made.collect();
        let first = made.iter().rposition(|job| month(job.created_at()) == month(applied));
        let is_kept = |place: usize, created_at: Timestamp| match case.retention {
            _ if case.keeps_first_of_month && first == Some(place) => true,
            Retention::Backups(most) => place < most as usize,
            Retention::Days(days) => applied.duration_since(created_at) <= DAY * days as i32,
        };
        let kept = made.iter().enumerate();
        let kept = kept.filter(|(place, job)| is_kept(*place, job.created_at()));
        available.extend(kept.map(|(_, job)| backup(job)));
        let in_error = newest_first.iter().filter(|job| {
            let failure = job.failure();
            failure.is_some_and(|(code, _)| code == ENDED_IN_ERROR)
        });
        failed.extend(in_error.map(backup));
    }
    let found = |status: BackupStatus| -> BTreeSet<BackupNumber> {
        let backups = project.backups.iter().filter(|backup| backup.status == status);
        backups.map(|backup| backup.number).collect()
    };
    assert_eq!(found(BackupStatus::Available), available, "{case:?}");
    assert_eq!(found(BackupStatus::Error), failed, "{case:?}");
    let running = jobs(&list).filter(|job| job.status() == Status::Running);
    assert_eq!(found(BackupStatus::Creating), running.map(|job| backup(&job)).collect());

    let backups: Vec<_> = project.backups.iter().collect();
    assert_eq!(project.backups.count(), backups.len() as u64, "{case:?}");
    let gigabytes: u64 = backups.iter().map(|backup| u64::from(backup.size)).sum();
    assert_eq!(project.backups.gigabytes(), gigabytes, "{case:?}");
    for backup in &backups {
        assert_eq!(project.backups.get(backup.number).unwrap().disk, backup.disk);
        let snapshot = project.snapshot(backup.snapshot.unwrap()).unwrap();
        assert_eq!((snapshot.disk, snapshot.created_at), (backup.disk, backup.created_at));
        let mut of_disk = project.backups.of_disk(backup.disk);
        assert!(of_disk.any(|other| other.number == backup.number));
    }
    assert_eq!(project.snapshots().len() as u64, backups.len() as u64 + FREE_DISKS);
}

#[test]
fn jobs_and_backups_obey_their_policy() {
    for seed in 0..1000 {
        let mut random = Random(seed);
        let (case, kind) = Case::random(&mut random);
        let oldest = case.start - DAY * i32::from(case.window);
        let past = case.due(oldest + SignedDuration::from_nanos(1), case.until);
        let capacity = past.len() as u64 * case.disks;
        let jobs = case.jobs.map(|jobs| jobs.min(capacity));
        let sizes = Sizes { projects: 2, policies: 1, disks: Some(case.disks), jobs, days: case.window };
        let mut vbs = Vbs::with_kinds(Seed(seed), case.start, sizes, &[kind]).unwrap();
        let seeded = jobs.unwrap_or(capacity) as usize;
        check_jobs(&vbs, &past, &case, seeded);
        check_backups(&vbs, &case, |_| case.until);

        let now = case.start + SignedDuration::from_secs(random.below(5 * 24 * 3600) as i64);
        vbs.catch_up(now);
        let future = case.due(case.start, now + SignedDuration::from_nanos(1));
        let future = if case.is_on { future } else { Vec::new() };
        let listed_from = now - DAY * 30;
        let runs: Vec<Timestamp> = future.iter().chain(&past).copied().collect();
        let seeded = seeded + future.len() * case.disks as usize;
        let listed = runs.iter().filter(|run| **run > listed_from).count() * case.disks as usize;
        check_jobs(&vbs, &runs, &case, seeded.min(listed));
        if listed >= seeded {
            // Retention is applied to a disk when the policy runs and when a backup is created.
            check_backups(&vbs, &case, |jobs| {
                let ends = jobs.iter().filter(|job| job.status() == Status::ExecuteSuccess);
                let ends = ends.filter_map(|job| job.finished_at());
                ends.chain(future.first().copied()).fold(case.until, Timestamp::max)
            });
        }
    }
}
