#![allow(clippy::unwrap_used)]

use jiff::SignedDuration;

use crate::domain::association::Candidate;
use crate::domain::backup_job::State;
use crate::domain::policies::*;
use crate::domain::seeded::tests::seeded_vbs;

const OWN: ProjectNumber = ProjectNumber::OWN;

/// A service without policies, at 06:00 on a Thursday.
fn vbs_without_policies() -> Vbs {
    seeded_vbs(3, 0, 0, 0)
}

/// A policy that runs at midnight every day.
pub(in crate::domain) fn spec(name: &str) -> PolicySpec {
    PolicySpec {
        name: name.to_owned(),
        start_time: StartTime::parse("00:00").unwrap(),
        recurrence: Recurrence::EveryDays(1),
        retention: Retention::Backups(2),
        keep_first_of_month: None,
        is_on: true,
        time_zone: None,
        tags: Tags::new(),
    }
}

pub(in crate::domain) fn policy(spec: PolicySpec) -> Policy {
    let mut vbs = vbs_without_policies();
    let number = vbs.create_policy(OWN, spec).unwrap();
    vbs.policy(number).unwrap().clone()
}

fn next_run(vbs: &Vbs, number: PolicyNumber) -> Option<String> {
    let next = vbs.policy(number).unwrap().next_run?;
    Some(next.strftime("%a %d %H:%M").to_string())
}

fn pass(vbs: &mut Vbs, hours: i64) {
    let now = vbs.now + SignedDuration::from_hours(hours);
    vbs.catch_up(now);
}

fn associate_all_free(vbs: &mut Vbs, number: PolicyNumber) {
    let free = vbs.project(OWN).unwrap().free_disks();
    let candidates: Vec<Candidate> = free.iter().map(|disk| Candidate::Disk(*disk)).collect();
    let outcomes = vbs.associate(number, &candidates).unwrap();
    assert!(outcomes.iter().all(Result::is_ok));
}

#[test]
fn project_has_at_most_ten_policies_and_no_number_is_reused() {
    let mut vbs = vbs_without_policies();
    let numbers: Vec<PolicyNumber> =
        (0..10).map(|index| vbs.create_policy(OWN, spec(&format!("p{index}"))).unwrap()).collect();
    let refused = vbs.create_policy(OWN, spec("more")).unwrap_err();
    assert_eq!((refused.status(), refused.code()), (409, "AutoBackup.0203"));
    vbs.delete_policy(numbers[9]).unwrap();
    let next = vbs.create_policy(OWN, spec("more")).unwrap();
    assert!(!numbers.contains(&next));
}

#[test]
fn change_of_the_schedule_replans_the_next_run() {
    let mut vbs = vbs_without_policies();
    let number = vbs.create_policy(OWN, spec("p")).unwrap();
    assert_eq!(next_run(&vbs, number).unwrap(), "Fri 16 00:00");

    let change = PolicyChange {
        start_time: Some(StartTime::parse("08:00,20:00").unwrap()),
        recurrence: Some(Recurrence::EveryDays(3)),
        ..PolicyChange::default()
    };
    vbs.change_policy(number, change.clone()).unwrap();
    assert_eq!(next_run(&vbs, number).unwrap(), "Thu 15 08:00");
    pass(&mut vbs, 24);
    assert_eq!(next_run(&vbs, number).unwrap(), "Sun 18 08:00");
    // An unchanged interval keeps its anchor.
    vbs.change_policy(number, change).unwrap();
    assert_eq!(next_run(&vbs, number).unwrap(), "Sun 18 08:00");

    let set = |vbs: &mut Vbs, is_on| {
        let change = PolicyChange { is_on: Some(is_on), ..PolicyChange::default() };
        vbs.change_policy(number, change).unwrap();
    };
    set(&mut vbs, false);
    assert_eq!(next_run(&vbs, number), None);
    set(&mut vbs, true);
    assert_eq!(next_run(&vbs, number).unwrap(), "Sun 18 08:00");

    let change = PolicyChange {
        recurrence: Some(Recurrence::Weekdays(vec![7])),
        time_zone: Some("UTC+08:00".to_owned()),
        ..PolicyChange::default()
    };
    vbs.change_policy(number, change).unwrap();
    // By then it is Sunday in the time zone of the schedule.
    assert_eq!(next_run(&vbs, number).unwrap(), "Sat 17 20:00");
}

#[test]
fn changed_policy_runs_by_its_new_schedule_only() {
    let mut vbs = vbs_without_policies();
    let number = vbs.create_policy(OWN, spec("p")).unwrap();
    associate_all_free(&mut vbs, number);
    let change = PolicyChange {
        start_time: Some(StartTime::parse("08:00").unwrap()),
        recurrence: Some(Recurrence::EveryDays(2)),
        ..PolicyChange::default()
    };
    vbs.change_policy(number, change).unwrap();
    pass(&mut vbs, 24);
    let policy = vbs.policy(number).unwrap();
    let times: Vec<String> = policy.jobs.iter().map(|job| job.created_at.to_string()).collect();
    assert_eq!(times, ["2026-01-15T08:00:00Z"; 3]);
}

#[test]
fn running_policy_is_not_run_again() {
    let mut vbs = vbs_without_policies();
    let mut off = spec("p");
    off.is_on = false;
    let number = vbs.create_policy(OWN, off).unwrap();
    let refused = vbs.run_policy(number).unwrap_err();
    assert_eq!((refused.status(), refused.code()), (409, "AutoBackup.1700"));
    associate_all_free(&mut vbs, number);
    assert_eq!(vbs.run_policy(number).unwrap().len(), 3);
    let refused = vbs.run_policy(number).unwrap_err();
    assert_eq!((refused.status(), refused.code()), (409, "AutoBackup.0225"));
    pass(&mut vbs, 1);
    assert_eq!(vbs.run_policy(number).unwrap().len(), 3);
}

#[test]
fn backups_and_running_jobs_outlive_their_policy() {
    let mut vbs = vbs_without_policies();
    let number = vbs.create_policy(OWN, spec("p")).unwrap();
    associate_all_free(&mut vbs, number);
    vbs.run_policy(number).unwrap();
    // By now all of its jobs have started and none has ended.
    let soon = vbs.now + SignedDuration::from_mins(3);
    vbs.catch_up(soon);
    let running = vbs.policy(number).unwrap().jobs.iter();
    let running = running.filter(|job| job.state == State::Running).count();
    assert!(running > 0);
    assert_eq!(vbs.project(OWN).unwrap().busy.len(), running);

    vbs.delete_policy(number).unwrap();
    pass(&mut vbs, 1);
    let project = vbs.project(OWN).unwrap();
    assert_eq!(project.busy.len(), 0);
    assert!(project.backups.count() > 0);
    assert_eq!(project.free_disks().len(), 3);
    // The policy does not run at night.
    let before = project.vbs_jobs.len();
    pass(&mut vbs, 24);
    assert_eq!(vbs.project(OWN).unwrap().vbs_jobs.len(), before);
}

#[test]
fn disk_is_in_one_policy_and_associated_once() {
    let mut vbs = vbs_without_policies();
    let first = vbs.create_policy(OWN, spec("first")).unwrap();
    let second = vbs.create_policy(OWN, spec("second")).unwrap();
    let codes = |outcomes: Vec<Result<_, Refusal>>| -> Vec<Option<&str>> {
        let codes = outcomes.into_iter().map(|outcome| outcome.err());
        codes.map(|refused| Some(refused?.code())).collect()
    };
    assert_eq!(
        codes(vbs.associate(first, &[Candidate::Disk(0), Candidate::Disk(0)]).unwrap()),
        [None, Some("AutoBackup.1400")]
    );
    let candidates = [
        Candidate::Disk(0),
        Candidate::OfOtherType,
        Candidate::Disk(3),
        Candidate::Disk(ProjectNumber::DELEGATED.seeded_disk(0)),
        Candidate::Disk(2),
    ];
    assert_eq!(
        codes(vbs.associate(second, &candidates).unwrap()),
        [
            Some("AutoBackup.1400"),
            Some("AutoBackup.0211"),
            Some("AutoBackup.1400"),
            Some("AutoBackup.1400"),
            None
        ]
    );
    // Removing what is already removed reports so.
    assert_eq!(codes(vbs.associate(first, &[Candidate::Disk(0)]).unwrap()), [None]);
    assert_eq!(vbs.policy(first).unwrap().disks, [0]);

    let outcomes = vbs.disassociate(first, &[Some(0), Some(0), Some(2), None]).unwrap();
    let worked: Vec<bool> = outcomes.iter().map(Result::is_ok).collect();
    assert_eq!(worked, [true, false, false, false]);
    assert_eq!(vbs.policy(first).unwrap().disks, [0; 0]);
    assert_eq!(vbs.policy(second).unwrap().disks, [2]);
}

#[test]
fn refused_change_changes_nothing() {
    let mut vbs = vbs_without_policies();
    let number = vbs.create_policy(OWN, spec("p")).unwrap();
    let cases = [
        (
            "AutoBackup.0106",
            PolicyChange {
                name: Some("other".to_owned()),
                retention: Some(Retention::Days(3)),
                ..PolicyChange::default()
            },
        ),
        (
            "AutoBackup.0226",
            PolicyChange {
                name: Some("other".to_owned()),
                time_zone: Some("CET".to_owned()),
                ..PolicyChange::default()
            },
        ),
    ];
    for (code, change) in cases {
        assert_eq!(vbs.change_policy(number, change).unwrap_err().code(), code);
        assert_eq!(vbs.policy(number).unwrap().name, "p");
    }
}

#[test]
fn every_request_for_an_unknown_policy_is_refused() {
    let mut vbs = vbs_without_policies();
    let unknown = PolicyNumber::new(OWN, 7).unwrap();
    let refusals = [
        vbs.change_policy(unknown, PolicyChange::default()).err(),
        vbs.run_policy(unknown).err(),
        vbs.delete_policy(unknown).err(),
        vbs.associate(unknown, &[]).err(),
        vbs.disassociate(unknown, &[]).err(),
        vbs.trigger(unknown, &[]).err(),
    ];
    for refused in refusals {
        assert_eq!(refused.unwrap(), Refusal::UnknownPolicy);
    }
}
