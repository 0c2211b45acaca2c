//! Quotas, and when they are full.

#![allow(clippy::unwrap_used)]

use otc_vbs::types::{PolicyStatus, Quota};

use super::support::{at, jobs, policy, schedule};
use crate::check::finding::Severity;
use crate::check::quota::{Growth, check_quota, growth};

fn quota(kind: &str, used: impl Into<Option<i64>>, limit: impl Into<Option<i64>>) -> Quota {
    let mut quota = Quota::new(kind);
    quota.used = used.into();
    quota.quota = limit.into();
    quota
}

#[test]
fn severity_follows_from_the_used_share() {
    for (used, limit, severity, detail) in [
        (4499, 5000, Severity::Ok, "4,499 of 5,000 backups (89 %)"),
        (4500, 5000, Severity::Warning, "4,500 of 5,000 backups (90 %)"),
        (4999, 5000, Severity::Warning, "4,999 of 5,000 backups (99 %)"),
        (5000, 5000, Severity::Critical, "5,000 of 5,000 backups (100 %)"),
        (0, 0, Severity::Critical, "0 of 0 backups (100 %)"),
        (7, -1, Severity::Ok, "backups are unlimited"),
    ] {
        let found = check_quota(&quota("backups", used, limit));
        assert_eq!((found.severity, found.detail.as_str()), (severity, detail));
    }
    let found = check_quota(&quota("backup_gigabytes", 1_234_567, 2_000_000));
    assert_eq!(found.detail, "1,234,567 of 2,000,000 GB of backups (61 %)");
}

#[test]
fn reserved_amount_counts_as_used() {
    let mut nearly = quota("backups", 80, 100);
    nearly.reserved = Some(10);
    assert_eq!(check_quota(&nearly).severity, Severity::Warning);
}

#[test]
fn missing_numbers_are_unknown() {
    for quota in [
        quota("backups", None, 10),
        quota("backups", 10, None),
        quota("backups", 10, -2),
        quota("backups", -1, 10),
    ] {
        assert_eq!(check_quota(&quota).severity, Severity::Unknown, "{quota:?}");
    }
}

#[test]
fn full_quota_is_estimated_from_growth() {
    let unbounded = |per_day| Growth { per_day, until_retention: None };
    let bounded = |per_day, most| Growth { per_day, until_retention: Some(most) };
    for (growth, days) in [
        (vec![unbounded(25.0)], Some(2)),
        (vec![unbounded(10.0), unbounded(15.0)], Some(2)),
        (vec![unbounded(60.0)], Some(1)),
        (vec![unbounded(0.1)], None),
        (vec![bounded(25.0, 49)], None),
        (vec![bounded(25.0, 50)], Some(2)),
        (vec![bounded(25.0, 10), unbounded(1.0)], Some(40)),
        (vec![], None),
    ] {
        let found = check_quota(&quota("backups", 4950, 5000)).with_growth(&growth);
        assert_eq!(found.full_in_days, days, "{growth:?}");
    }
    let found = check_quota(&quota("backups", 4950, 5000)).with_growth(&[unbounded(25.0)]);
    assert_eq!(found.detail, "4,950 of 5,000 backups (99 %), full in about 2 days");
    for other in [quota("backup_gigabytes", 4950, 5000), quota("backups", 10, 5000), quota("backups", 5, 5)] {
        let found = check_quota(&other).with_growth(&[unbounded(1000.0)]);
        assert_eq!(found.full_in_days, None, "{other:?}");
    }
}

#[test]
fn disks_grow_until_retention() {
    let young = jobs("a 13 01:01 ok\na 14 01:01 fail\na 15 01:01 ok");
    let mut policy = policy("01:00,13:00", 1);
    let grown = |policy: &_| growth(policy, &young, at("15 13:01"));
    let one = |most| Some(vec![Growth { per_day: 2.0, until_retention: most }]);
    assert_eq!(grown(&policy), one(None), "without retention, all are kept");
    schedule(&mut policy).retention_num = Some(14);
    schedule(&mut policy).retention_day = Some(30);
    assert_eq!(grown(&policy), one(Some(12)), "the number takes precedence");
    schedule(&mut policy).retention_num = Some(2);
    assert_eq!(grown(&policy), one(Some(0)));
    schedule(&mut policy).retention_num = None;
    schedule(&mut policy).retention_day = Some(3);
    assert_eq!(grown(&policy), one(Some(1)), "half a day is left");
    schedule(&mut policy).status = Some(PolicyStatus::Off);
    assert_eq!(grown(&policy), Some(vec![]));
}

#[test]
fn growth_is_unknown_if_jobs_may_be_missing() {
    let mut policy = policy("01:00", 1);
    schedule(&mut policy).retention_num = Some(99);
    let lines: Vec<String> = (1..=30).map(|day| format!("a {day:02} 01:01 ok")).collect();
    let month = jobs(&lines.join("\n"));
    assert_eq!(growth(&policy, &month, at("30 13:00")), None, "older jobs are no longer listed");
    let mut part = jobs("a 15 01:01 ok");
    assert!(growth(&policy, &part, at("15 13:00")).is_some());
    part.is_complete = false;
    assert_eq!(growth(&policy, &part, at("15 13:00")), None);
}

#[test]
fn only_disks_of_the_newest_run_grow() {
    let read = jobs("a 13 01:01 ok\nb 13 01:01 ok\na 14 01:01 ok");
    let grown = growth(&policy("01:00", 1), &read, at("14 13:00"));
    assert_eq!(grown.map(|grown| grown.len()), Some(1), "b was removed");
    assert_eq!(growth(&policy("01:00", 2), &read, at("14 13:00")), None, "a disk of the policy has no job");
}
