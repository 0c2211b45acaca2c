#![allow(clippy::unwrap_used)]

use otc_vbs_api::schedule::{StartTimes, parse_time_zone};

use super::*;
use crate::domain::limits::WINDOW;

/// 2026-01-15T06:00:00Z
pub(in crate::domain) const START: Timestamp = Timestamp::constant(1_768_456_800, 0);

fn sizes(policies: u64, disks: Option<u64>, jobs: Option<u64>) -> Sizes {
    Sizes { projects: 2, policies, disks, jobs, days: 30 }
}

/// A service with these numbers of policies, disks and backup jobs in each project.
pub(in crate::domain) fn seeded_vbs(seed: u64, policies: u64, disks: u64, jobs: u64) -> Vbs {
    Vbs::seeded(Seed(seed), START, sizes(policies, Some(disks), Some(jobs))).unwrap()
}

/// The numbers of disks and jobs of each policy.
fn planned(sizes: Sizes) -> Result<Vec<(u64, u64)>, TooManyJobs> {
    let plan = Plan::new(START, sizes, &PolicyKind::all(START))?;
    let policies = plan.policies.iter();
    Ok(policies.map(|size| (size.disks, size.jobs)).collect())
}

#[test]
fn number_of_jobs_defaults_to_that_of_the_schedules() {
    // In 30 days, `nightly` ran 90 times, `weekly-db` 18 times and `month-end` once.
    let all = planned(sizes(3, None, None)).unwrap();
    assert_eq!(all, [(3, 270), (2, 36), (2, 2)]);
    assert_eq!(planned(sizes(0, None, None)).unwrap(), []);
}

#[test]
fn policies_share_the_jobs_in_proportion_to_their_schedules() {
    assert_eq!(planned(sizes(3, None, Some(48))).unwrap(), [(3, 42), (2, 5), (2, 1)]);
    // As many disks as needed.
    assert_eq!(
        planned(sizes(3, None, Some(109_000))).unwrap(),
        [(1000, 90_000), (1000, 18_000), (1000, 1000)]
    );
    let jobs = |sizes: Sizes| -> u64 { planned(sizes).unwrap().iter().map(|(_, jobs)| jobs).sum() };
    for total in (0..1000).chain([1_000_000, 12_345_678]) {
        assert_eq!(jobs(sizes(3, None, Some(total))), total);
        assert_eq!(jobs(sizes(17, None, Some(total))), total);
    }
}

#[test]
fn too_few_disks_for_the_jobs_are_refused() {
    assert_eq!(planned(sizes(1, Some(2), Some(180))).unwrap(), [(2, 180)]);
    let refused = planned(sizes(1, Some(2), Some(181))).unwrap_err();
    assert_eq!(refused, TooManyJobs { disks: 2, most: 180 });
    let refused = planned(sizes(1, None, Some(u64::MAX))).unwrap_err();
    let most = TooManyJobs { disks: 1_000_000, most: 90_000_000 };
    assert_eq!(refused, most);
    // A policy whose last run is older than the seeded days has no jobs.
    let short = Sizes { days: 7, ..sizes(3, None, None) };
    assert_eq!(planned(short).unwrap(), [(3, 63), (2, 8), (2, 0)]);
}

#[test]
fn seeded_policies_are_valid_and_stop_when_switched_off() {
    let vbs = Vbs::seeded(Seed(1), START, sizes(3, None, None)).unwrap();
    let policies: Vec<&Policy> = vbs.policies(ProjectNumber::OWN).collect();
    let names: Vec<&str> = policies.iter().map(|policy| policy.name.as_str()).collect();
    assert_eq!(names, ["nightly", "weekly-db", "month-end"]);
    for policy in &policies {
        crate::domain::policy_rules::check_name(&policy.name).unwrap();
        let start_times: StartTimes = policy.schedule.start_time.parse().unwrap();
        let offset = policy.schedule.time_zone.as_deref().unwrap_or("UTC+00:00");
        let offset = parse_time_zone(offset).unwrap();
        assert_eq!(policy.schedule.start_time, start_times.to_request(offset));
        let jobs = vbs.backup_jobs(policy);
        let newest = jobs.get(0).unwrap().created_at();
        let days = START.duration_since(newest).as_hours() / 24;
        match policy.schedule.is_on {
            true => assert!(days < 7, "{days}"),
            false => assert_eq!((days, policy.next_run), (10, None)),
        }
        let oldest = jobs.get(jobs.len() - 1).unwrap().created_at();
        assert!(START.duration_since(oldest) < WINDOW);
        assert_eq!(jobs.len(), u64::from(policy.job_count));
    }
}

#[test]
fn run_that_is_due_at_the_start_happens_at_the_start() {
    let start: Timestamp = "2026-01-15T05:00:00Z".parse().unwrap();
    let mut vbs = Vbs::seeded(Seed(1), start, sizes(1, None, None)).unwrap();
    let newest = |vbs: &Vbs| {
        let jobs = vbs.backup_jobs(vbs.policies(ProjectNumber::OWN).next().unwrap());
        jobs.get(0).unwrap().created_at()
    };
    assert_eq!(newest(&vbs).to_string(), "2026-01-15T02:00:00Z");
    vbs.catch_up(start);
    assert_eq!(newest(&vbs), start);
}

#[test]
fn newest_running_jobs_end_within_an_hour() {
    let mut vbs = seeded_vbs(1, 1, 3, 30);
    let nightly = |vbs: &Vbs| vbs.policies(ProjectNumber::OWN).next().unwrap().clone();
    let states = |vbs: &Vbs| -> Vec<State> {
        let policy = nightly(vbs);
        policy.jobs.iter().map(|job| job.state.clone()).collect()
    };
    assert_eq!(states(&vbs), [State::Running, State::Waiting]);
    let backups = vbs.project(ProjectNumber::OWN).unwrap().backups.count();
    vbs.catch_up(START + SignedDuration::from_hours(1));
    let succeeded = |state: &State| matches!(state, State::Succeeded { .. });
    assert!(states(&vbs).iter().all(succeeded), "{:?}", states(&vbs));
    // The running backup already existed.
    let after = vbs.project(ProjectNumber::OWN).unwrap().backups.count();
    assert_eq!(after, backups + 1);
    assert!(vbs.project(ProjectNumber::OWN).unwrap().busy.is_empty());
}

#[test]
fn million_jobs_and_their_backups_are_not_stored() {
    let stored = |jobs: u64| {
        let mut vbs = Vbs::seeded(Seed(1), START, sizes(3, Some(30_000), Some(jobs))).unwrap();
        vbs.catch_up(START);
        serde_json::to_string(&vbs).unwrap().len()
    };
    let (few, many) = (stored(1000), stored(1_000_000));
    assert!(many < few + 10_000, "{few} {many}");
}
