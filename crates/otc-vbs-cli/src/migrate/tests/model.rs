//! What a plan has, and what makes it incomplete.

use otc_vbs::types::{BackupStatus, Tag};
use serde_json::json;

use super::super::build;
use super::super::finding::Kind;
use super::super::plan::Retention;
use super::support::{job, kinds, listed, now, plan_of, policy, project, scheduled, set_jobs};

fn tag(key: &str, value: &str) -> Tag {
    serde_json::from_value(json!({"key": key, "value": value})).unwrap()
}

#[test]
fn retention_is_a_number_or_days_and_never_both() {
    for (kept, expected) in [
        (json!({"rentention_num": 7}), (Some(7), None)),
        (json!({"rentention_day": 30}), (None, Some(30))),
        (json!({"rentention_num": 7, "rentention_day": 30}), (Some(7), None)),
        (json!({}), (None, None)),
    ] {
        let mut schedule = json!({"status": "ON", "start_time": "01:00", "frequency": 1});
        schedule.as_object_mut().unwrap().extend(kept.as_object().unwrap().clone());
        let plan = plan_of(vec![scheduled("nightly", schedule)]);
        let Retention { max_backups, retention_duration_days } = plan.policies[0].retention;
        assert_eq!((max_backups, retention_duration_days), expected);
        let is_found = kinds(&plan.policies[0].findings).contains(&Kind::Retention);
        assert_eq!(is_found, expected == (None, None));
    }
}

#[test]
fn first_backup_of_the_month_is_found() {
    let schedule = json!({
        "status": "OFF", "start_time": "01:00", "frequency": 1, "rentention_num": 12,
        "remain_first_backup_of_curMonth": "Y"
    });
    let plan = plan_of(vec![scheduled("month-end", schedule)]);
    assert!(!plan.policies[0].enabled);
    assert_eq!(kinds(&plan.policies[0].findings), [Kind::FirstOfMonth]);
    assert!(!plan.incomplete);
}

#[test]
fn first_day_of_an_interval_is_inferred_or_unknown() {
    let schedule = json!({"status": "ON", "start_time": "01:00", "frequency": 3, "rentention_num": 7});
    let mut every_third = scheduled("third", schedule);
    let plan = plan_of(vec![scheduled("third", json!(every_third.listed.scheduled_policy))]);
    let finding = &plan.policies[0].findings[0];
    assert_eq!(finding.kind, Kind::Interval);
    assert_eq!(plan.policies[0].inferred_day.as_deref(), Some("2026-01-15"));
    assert!(
        finding.text.starts_with("by its jobs, VBS counts every 3 days from 2026-01-15 "),
        "{}",
        finding.text
    );
    // A job that was started by hand shows nothing.
    set_jobs(&mut every_third, vec![job("d1", "2026-01-15T03:30:00Z", None)]);
    let text = &plan_of(vec![every_third]).policies[0].findings[0].text;
    assert!(text.contains("don't show from which"), "{text}");
}

#[test]
fn fewer_named_disks_make_the_plan_incomplete_until_the_file_names_the_rest() {
    let mut nightly = policy("nightly", &["d1", "d2", "d3"]);
    nightly.listed.policy_resource_count = Some(5);
    nightly.disks = vec![listed("d4", Some(20)), listed("d1", Some(50))];
    let mut project = project(vec![nightly]);
    let plan = build::project(&project, now());
    assert!(plan.incomplete && plan.policies[0].incomplete);
    assert_eq!(kinds(&plan.policies[0].findings), [Kind::DisksMissing]);
    assert_eq!(
        plan.policies[0].findings[0].text,
        "the policy has 5 disks; its jobs of 30 days and the file of --disks name 4"
    );

    project.policies[0].disks.push(listed("d5", Some(5)));
    let plan = build::project(&project, now());
    assert!(!plan.incomplete);
    let vault = &plan.policies[0].vaults[0];
    // The size in the file replaces that of the backups.
    assert_eq!((vault.disks_gb, vault.backups_gb, vault.size_gb), (50 + 10 + 10 + 20 + 5, 30, 95));
}

#[test]
fn jobs_that_cannot_be_read_are_not_taken_for_none() {
    let mut nightly = policy("nightly", &["d1", "d2"]);
    nightly.jobs = None;
    nightly.disks = vec![listed("d1", Some(10))];
    let plan = plan_of(vec![nightly]);
    let text = &plan.policies[0].findings[0].text;
    assert_eq!(text, "the policy has 2 disks; its jobs can't be read, and the file of --disks names 1");
    let mut nightly = policy("nightly", &["d1", "d2"]);
    nightly.jobs = None;
    let text = &plan_of(vec![nightly]).policies[0].findings[0].text;
    assert_eq!(text, "the policy has 2 disks; its jobs can't be read");
    let mut nightly = policy("nightly", &["d1", "d2"]);
    (nightly.jobs, nightly.listed.policy_resource_count) = (None, None);
    let text = &plan_of(vec![nightly]).policies[0].findings[0].text;
    assert!(text.contains("the policy has; its jobs can't be read: list"), "{text}");
}

#[test]
fn interval_whose_runs_are_on_two_days_in_utc_is_found() {
    let text = |start: &str| {
        let schedule = json!({"status": "ON", "start_time": start, "frequency": 3, "rentention_num": 7});
        let mut third = scheduled("third", schedule);
        third.listed.time_zone = Some("UTC+02:00".to_owned());
        plan_of(vec![third]).policies[0].findings[0].text.clone()
    };
    assert!(text("22:00,02:00").ends_with("are on two days in UTC, and CBR starts them on one"));
    assert!(text("22:00,23:00").ends_with("on other days"));
}

#[test]
fn unknown_number_of_disks_makes_the_plan_incomplete_unless_the_file_names_disks() {
    let mut nightly = policy("nightly", &["d1"]);
    nightly.listed.policy_resource_count = None;
    let mut project = project(vec![nightly]);
    let plan = build::project(&project, now());
    assert_eq!(kinds(&plan.policies[0].findings), [Kind::DisksMissing]);
    assert!(plan.incomplete);
    project.policies[0].disks = vec![listed("d2", Some(20))];
    let plan = build::project(&project, now());
    assert!(plan.policies[0].findings.is_empty() && !plan.incomplete);
    assert_eq!(plan.policies[0].disks, 2);
}

#[test]
fn unknown_size_makes_the_plan_incomplete() {
    let mut nightly = policy("nightly", &["d1"]);
    nightly.listed.policy_resource_count = Some(2);
    nightly.disks = vec![listed("d2", None)];
    let plan = plan_of(vec![nightly]);
    assert_eq!(kinds(&plan.policies[0].findings), [Kind::DiskSize]);
    assert_eq!(plan.policies[0].findings[0].subjects, ["d2"]);
    assert!(plan.incomplete);
}

#[test]
fn disks_that_are_gone_or_on_dess_are_left_out_unless_the_file_names_them() {
    let mut nightly = policy("nightly", &["d1", "d2", "d3"]);
    let created = "2026-01-15T01:00:00Z";
    set_jobs(
        &mut nightly,
        vec![
            job("d1", created, None),
            job("d2", created, Some("VolumeBackup.0021")),
            job("d3", created, Some("VolumeBackup.0053")),
        ],
    );
    let mut project = project(vec![nightly]);
    let plan = build::project(&project, now());
    let disks = |plan: &super::super::plan::ProjectPlan| -> Vec<String> {
        plan.policies[0].vaults[0].disks.iter().map(|disk| disk.id.clone()).collect()
    };
    assert_eq!(disks(&plan), ["d1"]);
    assert_eq!(kinds(&plan.policies[0].findings), [Kind::DiskGone, Kind::Dess]);
    assert!(!plan.incomplete);
    project.policies[0].disks = vec![listed("d2", None), listed("d3", None)];
    let plan = build::project(&project, now());
    assert_eq!(disks(&plan), ["d1", "d2", "d3"]);
    assert!(plan.policies[0].findings.is_empty());
}

#[test]
fn disk_that_is_absent_from_the_newest_runs_is_not_counted_as_a_disk() {
    let mut nightly = policy("nightly", &["d1", "d2"]);
    set_jobs(
        &mut nightly,
        vec![
            job("d1", "2026-01-15T01:00:00Z", None),
            job("d1", "2026-01-14T01:00:00Z", None),
            job("old", "2026-01-10T01:00:00Z", None),
        ],
    );
    let plan = plan_of(vec![nightly]);
    assert_eq!(kinds(&plan.policies[0].findings), [Kind::DisksMissing, Kind::DiskRemoved]);
    assert_eq!(plan.policies[0].disks, 1);
}

#[test]
fn disk_of_two_policies_goes_to_the_one_with_its_newest_job() {
    let (mut old, new) = (policy("old", &["d1", "d2"]), policy("new", &["d1"]));
    set_jobs(&mut old, ["d1", "d2"].map(|disk| job(disk, "2026-01-14T01:00:00Z", None)).to_vec());
    let plan = plan_of(vec![old, new]);
    assert_eq!(plan.policies.iter().map(|policy| policy.disks).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(plan.policies[1].vaults[0].disks[0].id, "d1");
    assert_eq!(kinds(&plan.findings), [Kind::DiskShared]);
}

#[test]
fn vault_has_room_for_its_disks_and_for_the_backups_of_vbs() {
    let mut project = project(vec![policy("nightly", &["d1", "d2"])]);
    let backups = project.disks.get_mut("d1").unwrap();
    backups.add(&BackupStatus::Available, Some(40));
    backups.add(&BackupStatus::Creating, None);
    // These have no data.
    backups.add(&BackupStatus::Error, Some(40));
    backups.add(&BackupStatus::Deleting, Some(40));
    let plan = build::project(&project, now());
    let vault = &plan.policies[0].vaults[0];
    assert_eq!((vault.disks_gb, vault.backups_gb, vault.size_gb), (50, 60, 60));
    assert_eq!(vault.disks[0].vbs_backups, 3);
}

#[test]
fn tags_go_to_the_vaults_unless_they_cannot_be_passed_on() {
    let mut nightly = policy("nightly", &["d1"]);
    nightly.tags =
        vec![tag("team", "web's \"${x}\""), tag("a=b", "x"), tag("c", "d=e"), tag("\u{1b}", ""), tag("", "")];
    let plan = plan_of(vec![nightly]);
    let tags: Vec<_> = plan.policies[0].vaults[0].tags.keys().map(String::as_str).collect();
    assert_eq!(tags, ["team"]);
    assert_eq!(kinds(&plan.policies[0].findings), [Kind::Tags]);
    assert_eq!(plan.policies[0].findings[0].subjects, ["a=b", "c", "\u{1b}", ""]);
}

#[test]
fn unreadable_schedule_makes_the_plan_incomplete() {
    let plan =
        plan_of(vec![scheduled("odd", json!({"status": "ON", "start_time": "01:30", "frequency": 1}))]);
    let odd = &plan.policies[0];
    assert!(odd.rules.is_empty() && odd.incomplete && plan.incomplete);
    assert!(kinds(&odd.findings).contains(&Kind::Schedule));
}

#[test]
fn policy_without_a_status_is_off_and_one_without_disks_has_no_vault() {
    let mut empty = scheduled("empty", json!({"start_time": "01:00", "frequency": 1, "rentention_num": 7}));
    set_jobs(&mut empty, Vec::new());
    empty.listed.policy_resource_count = Some(0);
    let plan = plan_of(vec![empty]);
    assert_eq!(kinds(&plan.policies[0].findings), [Kind::NoDisks, Kind::Status]);
    assert!(!plan.policies[0].enabled && plan.policies[0].vaults.is_empty() && !plan.incomplete);
}

#[test]
fn shares_are_found() {
    let mut project = project(vec![policy("nightly", &["d1"])]);
    project.shares_created = vec!["s1".to_owned(), "s2".to_owned()];
    project.shares_received = vec!["s3".to_owned()];
    let plan = build::project(&project, now());
    assert_eq!(kinds(&plan.findings), [Kind::Shares, Kind::Shares]);
    assert!(plan.findings[0].text.starts_with("2 shares of VBS backups with"));
    assert_eq!(plan.findings[1].subjects, ["s3"]);
}

#[test]
fn what_could_not_be_read_makes_the_plan_incomplete() {
    let mut project = project(vec![policy("nightly", &["d1"])]);
    project.policies[0].unread = vec!["can't list the tags".to_owned()];
    project.unread = vec!["can't list the backups".to_owned()];
    let plan = build::project(&project, now());
    assert_eq!(kinds(&plan.findings), [Kind::Unread]);
    assert_eq!(kinds(&plan.policies[0].findings), [Kind::Unread]);
    assert!(plan.incomplete && plan.policies[0].incomplete);
}

#[test]
fn size_of_block_storage_counts_before_that_of_the_largest_backup() {
    let mut project = project(vec![policy("nightly", &["d1"])]);
    project.disks.get_mut("d1").unwrap().size_gb = Some(100);
    let plan = build::project(&project, now());
    assert_eq!(plan.policies[0].vaults[0].disks[0].size_gb, Some(100));
}
