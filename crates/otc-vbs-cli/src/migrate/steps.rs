//! The order of the move.

use super::finding::{Finding, Kind};
use super::plan::{ProjectPlan, Step};
use crate::words::text::line;

/// A project of the plan, and the options with which commands reach it.
pub(super) struct Reached<'a> {
    pub(super) project: &'a ProjectPlan,
    pub(super) options: Vec<String>,
}

/// What to do, in this order. `has_unread` says whether whole projects could not be read.
pub(super) fn steps(projects: &[Reached<'_>], has_unread: bool) -> Vec<Step> {
    let mut steps = completion(projects, has_unread);
    if steps.is_empty() && projects.iter().all(|reached| reached.project.policies.is_empty()) {
        return steps;
    }
    let mut step = |text: &str, commands: Vec<String>| {
        steps.push(Step { text: text.to_owned(), commands });
    };
    step("Replace what can't be carried over, or accept the differences.", Vec::new());
    step(
        "Create the policies and vaults in CBR. The same command prints them with -o terraform or -o openstack.",
        Vec::new(),
    );
    step(
        "After the next start time, check in CBR that each vault has a backup of each of its disks, and restore one to a \
         new disk.",
        Vec::new(),
    );
    step(
        "Switch off the policies of VBS that are now in CBR with all their disks. Until then, both services back the \
         disks up.",
        projects.iter().filter_map(disable).collect(),
    );
    step(
        "Keep the backups of VBS until CBR has as many as you need. Then delete the policies, the shares and the backups \
         of VBS.",
        Vec::new(),
    );
    steps
}

/// The steps that complete the plan. Empty if it is complete.
fn completion(projects: &[Reached<'_>], mut has_unread: bool) -> Vec<Step> {
    let (mut has_missing_disks, mut has_bad_schedule, mut has_bad_id) = (false, false, false);
    for Reached { project, .. } in projects {
        let lists = std::iter::once(&project.findings).chain(project.policies.iter().map(|it| &it.findings));
        for findings in lists {
            let is_unread = findings.iter().any(|finding| finding.kind == Kind::Unread);
            has_unread |= is_unread;
            for finding in findings.iter().filter(|finding| finding.incomplete) {
                match finding.kind {
                    Kind::Unread => {}
                    Kind::Schedule => has_bad_schedule = true,
                    Kind::DiskId => has_bad_id = true,
                    // Which disks are missing is known once everything can be read.
                    _ => has_missing_disks |= !is_unread,
                }
            }
        }
    }
    let steps = [
        (
            has_unread,
            "Fix what can't be read, for example by giving the credentials the missing permissions, and run the command \
             again.",
        ),
        (
            has_missing_disks,
            "Complete the plan: write the disks that are missing, or the sizes of disks, to a file, one POLICY,DISK,SIZE_GB \
             per line, and run the command again with --disks FILE.",
        ),
        (has_bad_schedule, "If the schedule of a policy can't be read, create the policy in CBR by hand."),
        (has_bad_id, "If the id of a disk can't be used, add the disk to a vault in CBR by hand."),
    ];
    let needed = steps.into_iter().filter(|(is_needed, _)| *is_needed);
    needed.map(|(_, text)| Step { text: text.to_owned(), commands: Vec::new() }).collect()
}

/// The command that switches off the policies of a project that CBR replaces. Nothing would back up the disks that the plan
/// lacks.
fn disable(reached: &Reached<'_>) -> Option<String> {
    let policies = reached.project.policies.iter();
    let on = policies.filter(|policy| policy.enabled && policy.can_be_created() && !policy.incomplete);
    let ids: Vec<&str> = on.map(|policy| policy.vbs_policy_id.as_str()).collect();
    let words = ["vbs", "policy", "disable"].into_iter().chain(ids.iter().copied());
    let words: Vec<&str> = words.chain(reached.options.iter().map(String::as_str)).collect();
    // Nobody could see what a command with invisible characters does.
    let is_presentable = !ids.is_empty() && words.iter().all(|word| line(word) == **word);
    is_presentable.then(|| shlex::try_join(words).ok()).flatten()
}

/// What the documentation of VBS and CBR does not say.
pub(super) fn undocumented(projects: &[ProjectPlan]) -> Vec<String> {
    let mut undocumented = vec![
        "Whether the cloud moves existing VBS backups to CBR by itself. The plan does not rely on it.".to_owned(),
        "How much space the backups take in CBR. A vault is as large as its disks or as the backups that VBS has of them, \
         whichever is more; VBS may count a whole disk for an incremental backup."
            .to_owned(),
    ];
    let of_policies = projects.iter().flat_map(|project| &project.policies);
    let mut findings = of_policies.flat_map(|policy| &policy.findings);
    if findings.any(|Finding { kind, .. }| *kind == Kind::Interval) {
        undocumented.push("From which day CBR counts INTERVAL.".to_owned());
    }
    undocumented
}
