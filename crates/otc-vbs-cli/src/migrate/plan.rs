//! The plan: what to create in CBR, in which order, and what can't be carried over.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::finding::Finding;

/// A plan for the move from VBS to Cloud Backup and Recovery (CBR). Nothing of it was done.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Plan {
    /// When the plan was made, in RFC 3339.
    pub(super) created_at: String,
    /// Whether something that VBS backs up is missing from the plan, or may be.
    pub(super) incomplete: bool,
    /// What could not be read, for example a project.
    pub(super) unread: Vec<String>,
    pub(super) projects: Vec<ProjectPlan>,
    /// What to do, in this order.
    pub(super) steps: Vec<Step>,
    /// What the documentation of VBS and CBR does not say.
    pub(super) undocumented: Vec<String>,
}

/// The plan for one project.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ProjectPlan {
    /// The name of the project, or its id if the name is not known.
    pub(super) project: String,
    pub(super) project_id: String,
    pub(super) region: Option<String>,
    /// The cloud of clouds.yaml that the command named.
    pub(super) cloud: Option<String>,
    /// Whether a disk of the project is missing from the plan, or may be.
    pub(super) incomplete: bool,
    pub(super) policies: Vec<PolicyPlan>,
    /// The number of backups that remain in VBS.
    pub(super) vbs_backups: u64,
    /// What can't be carried over and does not belong to one policy.
    pub(super) findings: Vec<Finding>,
}

/// A policy of CBR that does what a policy of VBS does.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PolicyPlan {
    /// The name in CBR, unique in the project.
    pub(super) name: String,
    pub(super) vbs_policy_id: String,
    pub(super) vbs_policy_name: Option<String>,
    /// Whether CBR is to run the policy.
    pub(super) enabled: bool,
    /// When the policy of VBS runs, in words. Null if its schedule can't be read.
    pub(super) runs: Option<String>,
    /// What the policy of VBS keeps of each disk, in words.
    pub(super) keeps: String,
    /// The rules of `trigger.properties.pattern`, in UTC. Empty if the schedule can't be read; CBR can't have such a policy.
    pub(super) rules: Vec<String>,
    pub(super) retention: Retention,
    /// If the policy of VBS runs every few days: a local day on which it runs, inferred from its jobs. Null if they don't show
    /// one. Whether CBR runs on that day is not documented.
    pub(super) inferred_day: Option<String>,
    /// The fixed offset of the policy's local time from UTC, for example `UTC+02:00`.
    pub(super) timezone: String,
    /// The number of disks that the policy of VBS has, if the service says it.
    pub(super) policy_resource_count: Option<u64>,
    /// The number of disks in the vaults.
    pub(super) disks: u64,
    /// Whether a disk of the policy is missing from the plan, or may be.
    pub(super) incomplete: bool,
    pub(super) vaults: Vec<VaultPlan>,
    /// What can't be carried over, and why.
    pub(super) findings: Vec<Finding>,
}

/// What CBR keeps of each disk. At most one of the two is set. If neither is, CBR keeps every backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Retention {
    /// The number of backups.
    pub(super) max_backups: Option<u32>,
    pub(super) retention_duration_days: Option<u32>,
}

/// A vault of CBR.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct VaultPlan {
    /// The name, unique in the project.
    pub(super) name: String,
    /// The capacity in GB: the larger of the two sums below, within the limits of CBR.
    pub(super) size_gb: u64,
    /// The sum of the sizes of the disks, in GB, as far as they are known. CBR accepts no smaller vault.
    pub(super) disks_gb: u64,
    /// The sum of the sizes of the backups that VBS has of these disks, in GB.
    pub(super) backups_gb: u64,
    pub(super) disks: Vec<DiskPlan>,
    /// The tags of the policy of VBS. Policies of CBR have no tags.
    pub(super) tags: BTreeMap<String, String>,
}

/// A disk of a vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct DiskPlan {
    pub(super) id: String,
    /// The size of the disk, in GB. Null if it is unknown.
    pub(super) size_gb: Option<u64>,
    /// The number of backups that VBS has of it.
    pub(super) vbs_backups: u64,
    /// The sum of their sizes, in GB.
    pub(super) backups_gb: u64,
}

/// A step of the move.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Step {
    pub(super) text: String,
    /// The commands of the step.
    pub(super) commands: Vec<String>,
}

impl PolicyPlan {
    /// Whether CBR can have the policy. If not, nothing is created for it.
    pub(super) fn can_be_created(&self) -> bool {
        !self.rules.is_empty()
    }
}

impl ProjectPlan {
    /// What a person reads: the name of the project, and the cloud if the command named it.
    pub(super) fn label(&self) -> String {
        match &self.cloud {
            Some(cloud) => format!("{} of cloud {cloud}", self.project),
            None => self.project.clone(),
        }
    }
}

impl Plan {
    /// Why the plan is incomplete, one reason per line. Empty if it is complete.
    pub(super) fn incomplete_because(&self) -> Vec<String> {
        let of_project = |project: &ProjectPlan, findings: &[Finding], policy: Option<&str>| {
            let place = match (self.projects.len(), policy) {
                (1, None) => String::new(),
                (1, Some(policy)) => format!("{policy}: "),
                (_, None) => format!("{}: ", project.label()),
                (_, Some(policy)) => format!("{}, {policy}: ", project.label()),
            };
            let reasons = findings.iter().filter(|finding| finding.incomplete);
            reasons.map(|finding| format!("{place}{}", finding.text)).collect::<Vec<_>>()
        };
        let mut reasons = self.unread.clone();
        for project in &self.projects {
            reasons.extend(of_project(project, &project.findings, None));
            for policy in &project.policies {
                reasons.extend(of_project(project, &policy.findings, Some(&policy.name)));
            }
        }
        reasons
    }
}
