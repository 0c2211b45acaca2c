//! Checks policies of a sandbox through 60 days. The due times are computed hour by hour, independently of the
//! module `schedule`.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use otc_vbs::types::{BackupJobStatus, BackupPolicy, DiskId, PolicyId, Weekday};
use otc_vbs::{Client, Schedule};
use otc_vbs_sandbox::Sandbox;

use super::support::short;
use crate::check::finding::{PolicyCheck, Severity, Verdict};
use crate::check::plan::Options;
use crate::check::read::read_jobs;
use crate::check::verdict::check_policy;

const HOUR: i64 = 3600;
const DAYS: u64 = 60;
/// The hours from one check to the next.
const STEP: u64 = 7;
/// Every job succeeds at once.
const ALL_WELL: &str =
    "GET /v2/*/backuppolicy/*/backuptasks: unknown-status; value=EXECUTE_SUCCESS; times=always";

/// A sandbox with disks that are in no policy.
struct Cloud {
    sandbox: Sandbox,
    client: Client,
    disks: Vec<DiskId>,
}

impl Cloud {
    async fn start(disks: u64) -> Self {
        let builder = Sandbox::builder().real_time_tokens(true).policies(1).disks(disks).jobs(0);
        let sandbox = builder.start().await.unwrap();
        let client = Client::builder().endpoint(sandbox.endpoint()).project_id(sandbox.project_id());
        let client = client.token(sandbox.token()).allow_http(true).build().unwrap();
        let seeded = sandbox.policy_ids().next().unwrap();
        client.policy(&seeded).delete().send().await.unwrap();
        let disks = sandbox.free_disk_ids().collect();
        Self { sandbox, client, disks }
    }

    /// Creates a policy for the next free disks.
    async fn policy(&mut self, schedule: &Schedule, disks: usize) -> (PolicyId, Vec<DiskId>) {
        let id = self.client.policies().create("tested", schedule).send().await.unwrap();
        let disks: Vec<DiskId> = self.disks.drain(..disks).collect();
        self.add(&id, &disks).await;
        (id, disks)
    }

    async fn add(&self, policy: &PolicyId, disks: &[DiskId]) {
        let added = self.client.policy(policy).associate(disks.iter().cloned()).send().await.unwrap();
        assert!(added.is_complete());
    }

    fn advance(&self, hours: u64) {
        self.sandbox.advance(Duration::from_secs(hours * 3600)).unwrap();
    }

    fn plant(&self, fault: &str) {
        self.sandbox.fault(fault.parse().unwrap());
    }

    async fn policies(&self) -> Vec<BackupPolicy> {
        self.client.policies().list().items().try_collect().await.unwrap()
    }

    async fn check(&self, id: &PolicyId) -> PolicyCheck {
        self.check_listed(&self.policies().await, id).await
    }

    async fn check_listed(&self, policies: &[BackupPolicy], id: &PolicyId) -> PolicyCheck {
        let policy = policies.iter().find(|policy| policy.backup_policy_id == *id).unwrap();
        let (now, options) = (self.sandbox.now(), Options::default());
        let read = read_jobs(&self.client, policy, now, &options).await.unwrap();
        check_policy(policy, &read, now, &options)
    }
}

/// A schedule, described a second time.
struct Described {
    /// In UTC.
    hours: &'static [u32],
    offset_minutes: i64,
    days: Days,
}

#[derive(Clone, Copy)]
enum Days {
    /// Counted from the local day of this time.
    Every(u32, Timestamp),
    /// In local time, from Monday.
    Weekdays(&'static [i64]),
}

impl Described {
    fn schedule(&self) -> Schedule {
        let builder = Schedule::builder().at(self.hours.iter().copied()).keep_backups(14);
        let (sign, minutes) = (if self.offset_minutes < 0 { '-' } else { '+' }, self.offset_minutes.abs());
        let builder = builder.time_zone(format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60));
        let week = [
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
            Weekday::Sat,
            Weekday::Sun,
        ];
        match self.days {
            Days::Every(days, _) => builder.every_days(days),
            Days::Weekdays(days) => builder.on(days.iter().map(|day| week[*day as usize].clone())),
        }
        .build()
        .unwrap()
    }

    fn local_day(&self, time: Timestamp) -> i64 {
        (time.as_second() + self.offset_minutes * 60).div_euclid(24 * HOUR)
    }

    fn is_due(&self, time: Timestamp) -> bool {
        let hour = time.as_second().rem_euclid(24 * HOUR);
        let day = self.local_day(time);
        hour % HOUR == 0
            && self.hours.contains(&((hour / HOUR) as u32))
            && match self.days {
                Days::Every(days, since) => (day - self.local_day(since)).rem_euclid(days.into()) == 0,
                // Day 0 was a Thursday.
                Days::Weekdays(days) => days.contains(&(day + 3).rem_euclid(7)),
            }
    }
}

fn described(start: Timestamp) -> Vec<Described> {
    let every = |days| Days::Every(days, start);
    vec![
        Described { hours: &[1], offset_minutes: 0, days: every(1) },
        Described { hours: &[22, 2, 5], offset_minutes: 120, days: every(1) },
        Described { hours: &[1, 20], offset_minutes: 0, days: Days::Weekdays(&[2, 6]) },
        Described { hours: &[22], offset_minutes: 330, days: Days::Weekdays(&[0, 1, 2, 3, 4]) },
        Described { hours: &[3, 13], offset_minutes: -570, days: every(3) },
        Described { hours: &[10, 12], offset_minutes: 840, days: every(2) },
    ]
}

/// What happened to a policy, and what therefore is expected.
struct Tracked {
    described: Described,
    id: PolicyId,
    is_on: bool,
    /// The due times, and whether the policy ran.
    due: Vec<(Timestamp, bool)>,
}

impl Tracked {
    fn pass(&mut self, hour: Timestamp) {
        if self.described.is_due(hour) {
            self.due.push((hour, self.is_on));
        }
    }

    fn expected(&self, now: Timestamp) -> Verdict {
        let has_run = self.due.iter().any(|(_, ran)| *ran);
        match has_run {
            _ if !self.is_on => Verdict::Off,
            // No job shows on which days it runs.
            false if matches!(self.described.days, Days::Every(2.., _)) => Verdict::Unknown,
            false => Verdict::Never,
            true => self.of_runs(now),
        }
    }

    fn of_runs(&self, now: Timestamp) -> Verdict {
        for (due, ran) in self.due.iter().rev() {
            if *ran {
                return Verdict::Ok;
            }
            if now.duration_since(*due) >= SignedDuration::from_hours(6) {
                return Verdict::Missed;
            }
        }
        Verdict::Ok
    }
}

#[tokio::test]
async fn policies_are_ok_every_day_except_for_missed_runs() {
    let mut cloud = Cloud::start(9).await;
    cloud.plant(ALL_WELL);
    let start = cloud.sandbox.now();
    let mut policies = Vec::new();
    for described in described(start) {
        let (id, _) = cloud.policy(&described.schedule(), 1).await;
        policies.push(Tracked { described, id, is_on: true, due: Vec::new() });
    }
    let mut seen: BTreeMap<Verdict, usize> = BTreeMap::new();
    // Each hour of the day is checked on some day.
    for hour in (0..DAYS * 24).step_by(STEP as usize) {
        // For a fortnight, all is well. Then each policy is off for 21 hours now and then.
        for (index, tracked) in policies.iter_mut().enumerate() {
            let place = hour.checked_sub(14 * 24 + 31 * index as u64);
            let is_on = place.is_none_or(|place| place % (8 * 24) >= 3 * STEP);
            if is_on != tracked.is_on {
                let policy = cloud.client.policy(&tracked.id);
                let change = if is_on { policy.enable() } else { policy.disable() };
                change.send().await.unwrap();
                tracked.is_on = is_on;
            }
        }
        cloud.advance(STEP);
        let now = cloud.sandbox.now();
        for tracked in &mut policies {
            let hours = (0..STEP as i64).rev().map(|ago| now - SignedDuration::from_hours(ago));
            hours.for_each(|hour| tracked.pass(hour));
        }
        let listed = cloud.policies().await;
        for (index, tracked) in policies.iter().enumerate() {
            let check = cloud.check_listed(&listed, &tracked.id).await;
            let expected = tracked.expected(now);
            assert_eq!(check.findings[0].verdict, expected, "{now} {index}: {}", short(&check));
            assert_eq!(check.severity, expected.severity());
            *seen.entry(expected).or_default() += 1;
        }
    }
    let verdicts: Vec<Verdict> = seen.keys().copied().collect();
    assert_eq!(
        verdicts,
        [Verdict::Missed, Verdict::Unknown, Verdict::Never, Verdict::Off, Verdict::Ok],
        "{seen:?}"
    );
    assert!(seen[&Verdict::Ok] > 1000 && seen[&Verdict::Missed] > 50, "{seen:?}");
}

#[tokio::test]
async fn every_outcome_of_a_night_is_found() {
    let mut cloud = Cloud::start(9).await;
    let schedule = Schedule::builder().at([1]).every_days(1).keep_backups(14).build().unwrap();
    let (id, disks) = cloud.policy(&schedule, 9).await;
    // Until each disk has a usual duration.
    cloud.advance(10 * 24);
    let mut seen: BTreeMap<Verdict, usize> = BTreeMap::new();
    for _ in 0..DAYS {
        cloud.advance(24);
        let check = cloud.check(&id).await;
        let night = cloud.sandbox.now() - SignedDuration::from_hours(5);
        let mut expected: BTreeSet<(String, Verdict)> = BTreeSet::new();
        let mut jobs = cloud.client.policy(&id).backup_jobs().items();
        while let Some(job) = jobs.try_next().await.unwrap() {
            let created_at: Timestamp = job.created_at.timestamp().unwrap().into();
            if created_at < night {
                break;
            }
            let verdict = match job.status {
                BackupJobStatus::ExecuteSuccess => Verdict::Ok,
                BackupJobStatus::ExecuteFail => Verdict::Failed,
                BackupJobStatus::Skip => Verdict::Skipped,
                // A backup takes less than an hour, except those that time out after a day.
                BackupJobStatus::Running => Verdict::Late,
                _ => Verdict::Unknown,
            };
            expected.insert((job.resource_id.unwrap().to_string(), verdict));
            *seen.entry(verdict).or_default() += 1;
        }
        let found = check.findings.iter().map(|finding| (finding.disk.clone().unwrap(), finding.verdict));
        assert_eq!(found.collect::<BTreeSet<_>>(), expected, "{}", cloud.sandbox.now());
        assert_eq!(check.disks, disks.len() as u64);
    }
    let verdicts: Vec<Verdict> = seen.keys().copied().collect();
    assert_eq!(verdicts, [Verdict::Failed, Verdict::Late, Verdict::Skipped, Verdict::Ok], "{seen:?}");
}

#[tokio::test]
async fn planted_changes_are_found_and_pass() {
    let mut cloud = Cloud::start(9).await;
    let schedule = Schedule::builder().at([1]).every_days(1).keep_backups(14).build().unwrap();
    let (id, disks) = cloud.policy(&schedule, 3).await;
    let status = |status: &str| {
        format!("GET /v2/*/backuppolicy/*/backuptasks: unknown-status; value={status}; times=1")
    };
    let policy = cloud.client.policy(&id);

    let once = status("EXECUTE_SUCCESS");
    cloud.plant(&once);
    assert_eq!(short(&cloud.check(&id).await), "3 never", "the policy is new");

    for (planted, verdict, severity) in [
        ("EXECUTE_SUCCESS", Verdict::Ok, Severity::Ok),
        ("EXECUTE_FAIL", Verdict::Failed, Severity::Critical),
        ("EXECUTE_TIMEOUT", Verdict::Failed, Severity::Critical),
        ("SKIP", Verdict::Skipped, Severity::Warning),
        ("HALTED", Verdict::Unknown, Severity::Unknown),
        ("EXECUTE_SUCCESS", Verdict::Ok, Severity::Ok),
    ] {
        cloud.advance(24);
        cloud.plant(&status(planted));
        let check = cloud.check(&id).await;
        assert!(check.findings.iter().all(|finding| finding.verdict == verdict), "{}", short(&check));
        assert_eq!((check.severity, check.disks), (severity, 3));
    }

    // A job that hangs: seven hours after the start, it still runs.
    cloud.advance(26);
    cloud.plant(&status("RUNNING"));
    let check = cloud.check(&id).await;
    assert!(check.findings.iter().all(|finding| finding.verdict == Verdict::Late), "{}", short(&check));
    cloud.advance(22);

    cloud.plant(ALL_WELL);
    policy.disassociate([disks[0].clone()]).send().await.unwrap();
    assert_eq!(cloud.check(&id).await.severity, Severity::Ok, "nothing was due without the disk");
    cloud.advance(24);
    let check = cloud.check(&id).await;
    let removed: Vec<&str> = check
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Removed)
        .filter_map(|finding| finding.disk.as_deref())
        .collect();
    assert_eq!(removed, [disks[0].as_str()]);
    assert_eq!((check.severity, check.disks, check.backed_up), (Severity::Ok, 2, 2));
    cloud.advance(24);
    assert_eq!(cloud.check(&id).await.findings.len(), 2, "a removal is news for one run");

    cloud.add(&id, &cloud.disks[..2]).await;
    let check = cloud.check(&id).await;
    assert_eq!((check.severity, check.disks, check.backed_up), (Severity::Warning, 4, 2));
    cloud.advance(24);
    let check = cloud.check(&id).await;
    assert_eq!((check.severity, check.disks, check.backed_up), (Severity::Ok, 4, 4));

    policy.disable().send().await.unwrap();
    cloud.advance(10 * 24);
    let check = cloud.check(&id).await;
    assert_eq!((short(&check).as_str(), check.severity), ("4 off", Severity::Warning));
}
