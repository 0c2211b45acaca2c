//! The steps of a move.

use serde_json::json;

use super::super::build;
use super::super::input::{Policy, Project};
use super::super::plan::{ProjectPlan, Step};
use super::super::steps::{Reached, steps};
use super::support::{listed, now, policy, project, scheduled};

fn steps_of(projects: &[Project], has_unread: bool) -> Vec<Step> {
    let projects: Vec<ProjectPlan> = projects.iter().map(|project| build::project(project, now())).collect();
    let reached: Vec<Reached<'_>> =
        projects.iter().map(|project| Reached { project, options: Vec::new() }).collect();
    steps(&reached, has_unread)
}

fn unreadable() -> Policy {
    scheduled("odd", json!({"status": "ON", "start_time": "01:30", "frequency": 1, "rentention_num": 7}))
}

/// A policy with 2 disks, of which its jobs name 1.
fn few() -> Policy {
    let mut few = policy("few", &["d2"]);
    few.listed.policy_resource_count = Some(2);
    few
}

#[test]
fn only_policies_that_are_on_and_are_in_the_plan_with_all_their_disks_are_switched_off() {
    let off = json!({"status": "OFF", "start_time": "01:00", "frequency": 1, "rentention_num": 7});
    let policies = vec![policy("nightly", &["d1"]), unreadable(), few(), scheduled("off", off)];
    let commands: Vec<String> =
        steps_of(&[project(policies)], false).into_iter().flat_map(|step| step.commands).collect();
    assert_eq!(commands, ["vbs policy disable id-of-nightly"]);
    let steps = steps_of(&[project(vec![unreadable()])], false);
    assert!(steps.iter().all(|step| step.commands.is_empty()));
}

const READ: &str = "Fix what can't be read";
const LIST: &str = "Complete the plan: write the disks";
const SCHEDULE: &str = "If the schedule of a policy can't be read, create the policy in CBR by hand.";
const DISK_ID: &str = "If the id of a disk can't be used, add the disk to a vault in CBR by hand.";

#[test]
fn first_steps_complete_what_is_missing() {
    let sizeless = || {
        let mut sizeless = policy("sizeless", &["d2"]);
        sizeless.listed.policy_resource_count = Some(2);
        sizeless.disks = vec![listed("d3", None)];
        sizeless
    };
    let unread = || {
        let mut unread = policy("unread", &["d4"]);
        (unread.jobs, unread.unread) = (None, vec!["can't list the jobs".to_owned()]);
        unread
    };
    let unread_project = Project {
        unread: vec!["can't list the shares".to_owned()],
        ..project(vec![policy("nightly", &["d1"])])
    };
    let nightly = || policy("nightly", &["d1"]);
    for (projects, has_unread, expected) in [
        (vec![project(vec![nightly()])], false, vec![]),
        (vec![project(vec![nightly()])], true, vec![READ]),
        (vec![project(vec![])], true, vec![READ]),
        (vec![unread_project], false, vec![READ]),
        // Its disks are known once its jobs can be read.
        (vec![project(vec![unread()])], false, vec![READ]),
        (vec![project(vec![few()])], false, vec![LIST]),
        (vec![project(vec![sizeless()])], false, vec![LIST]),
        (vec![project(vec![unreadable()])], false, vec![SCHEDULE]),
        (vec![project(vec![policy("nightly", &["d 1"])])], false, vec![DISK_ID]),
        (
            vec![project(vec![policy("nightly", &["d 1"]), few()]), project(vec![unreadable(), unread()])],
            false,
            vec![READ, LIST, SCHEDULE, DISK_ID],
        ),
    ] {
        let texts: Vec<String> = steps_of(&projects, has_unread).into_iter().map(|step| step.text).collect();
        let first: Vec<&String> = texts.iter().take_while(|text| !text.starts_with("Replace")).collect();
        assert_eq!(first.len(), expected.len(), "{first:?}");
        for (text, start) in first.iter().zip(expected) {
            assert!(text.starts_with(start), "{text}");
        }
    }
    assert!(steps_of(&[project(vec![])], false).is_empty());
}
