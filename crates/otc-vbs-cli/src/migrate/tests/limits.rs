//! The limits of CBR.

use serde_json::json;

use super::super::build;
use super::super::finding::Kind;
use super::support::{job, kinds, now, plan_of, policy, project, scheduled, set_jobs};

#[test]
fn more_than_256_disks_go_to_several_vaults() {
    let disks: Vec<String> = (0..257).map(|number| format!("d{number:03}")).collect();
    let disks: Vec<&str> = disks.iter().map(String::as_str).collect();
    let plan = plan_of(vec![policy("nightly", &disks[..256]), policy("large", &disks)]);
    // The disks of both are those of the first one by name.
    let [nightly, large] = &plan.policies[..] else { panic!() };
    assert_eq!((nightly.vaults.len(), nightly.vaults[0].disks.len()), (1, 256));
    assert!(nightly.findings.is_empty());
    assert_eq!((large.vaults.len(), large.disks), (1, 1));

    let plan = plan_of(vec![policy("large", &disks)]);
    let large = &plan.policies[0];
    let vaults: Vec<_> =
        large.vaults.iter().map(|vault| (&*vault.name, vault.disks.len(), vault.size_gb)).collect();
    assert_eq!(vaults, [("large-1", 256, 2560), ("large-2", 1, 10)]);
    assert_eq!(kinds(&large.findings), [Kind::SeveralVaults]);
    assert!(!plan.incomplete);
}

#[test]
fn more_than_32_policies_are_found() {
    let policies = |number: usize| {
        (0..number).map(|number| policy(&format!("p{number}"), &[&format!("d{number}")])).collect()
    };
    assert!(plan_of(policies(32)).findings.is_empty());
    let plan = plan_of(policies(33));
    assert_eq!(kinds(&plan.findings), [Kind::TooManyPolicies]);
    assert_eq!(plan.findings[0].subjects, ["p32"]);
    assert_eq!(plan.policies.len(), 33);
}

#[test]
fn names_that_cbr_does_not_accept_are_changed_and_found() {
    let long = "a".repeat(65);
    let plan = plan_of(vec![policy("nightly", &["d1"]), policy(&long, &["d2"]), policy("täglich", &["d3"])]);
    let names: Vec<_> = plan.policies.iter().map(|policy| (&*policy.name, kinds(&policy.findings))).collect();
    assert_eq!(names, [("nightly", vec![]), (&long[..64], vec![Kind::Name]), ("t-glich", vec![Kind::Name])]);
}

#[test]
fn vaults_of_several_policies_have_different_names() {
    let disks: Vec<String> = (0..257).map(|number| format!("d{number:03}")).collect();
    let disks: Vec<&str> = disks.iter().map(String::as_str).collect();
    let plan = plan_of(vec![policy("a-1", &["x"]), policy("a", &disks)]);
    let names: Vec<&str> =
        plan.policies.iter().flat_map(|policy| &policy.vaults).map(|vault| &*vault.name).collect();
    assert_eq!(names, ["a-1", "a-1-2", "a-2"]);
}

#[test]
fn retention_outside_of_the_limits_becomes_every_backup() {
    for number in [0, -1, 100_000] {
        let schedule =
            json!({"status": "ON", "start_time": "01:00", "frequency": 1, "rentention_num": number});
        let plan = plan_of(vec![scheduled("nightly", schedule)]);
        let nightly = &plan.policies[0];
        assert_eq!((nightly.retention.max_backups, nightly.retention.retention_duration_days), (None, None));
        assert_eq!(kinds(&nightly.findings), [Kind::Retention]);
    }
}

#[test]
fn vault_is_not_larger_than_cbr_allows() {
    let mut project = project(vec![policy("nightly", &["d1"])]);
    project.disks.get_mut("d1").unwrap().total_gb = 10_485_761;
    let plan = build::project(&project, now());
    assert_eq!(plan.policies[0].vaults[0].size_gb, 10_485_760);
    assert_eq!(kinds(&plan.policies[0].findings), [Kind::VaultSize]);
}

#[test]
fn every_hour_is_24_rules() {
    let hours: Vec<String> = (0..24).map(|hour| format!("{hour:02}:00")).collect();
    let schedule = json!({
        "status": "ON", "start_time": hours.join(","), "week_frequency": ["MON", "FRI"], "rentention_num": 1
    });
    let mut hourly = scheduled("hourly", schedule);
    hourly.listed.time_zone = Some("UTC+05:45".to_owned());
    set_jobs(&mut hourly, vec![job("d1", "2026-01-12T01:00:00Z", None)]);
    assert_eq!(plan_of(vec![hourly]).policies[0].rules.len(), 24);
}
