//! What a report says. Nothing here sends a request or reads a clock.

use std::collections::HashSet;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::days::{Strip, Window};
use super::figures::{Cause, Counts, Durations, Hour, add_causes, add_hours};

/// The backups of all chosen policies in a window of time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Report {
    /// The beginning of the window, in UTC.
    #[serde(serialize_with = "rfc3339")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(crate) since: Timestamp,
    /// The time that counted as now, which is the end of the window, in UTC.
    #[serde(serialize_with = "rfc3339")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(crate) until: Timestamp,
    /// The UTC days of the window. The first and the last are not whole.
    pub(crate) days: Vec<String>,
    /// The number of disks in the report.
    pub(crate) disks: u64,
    /// The figures of all policies.
    pub(crate) total: Figures,
    pub(crate) policies: Vec<PolicyReport>,
    /// What could not be read and is missing from this report.
    pub(crate) missing: Vec<String>,
}

/// The figures of some jobs.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Figures {
    #[serde(flatten)]
    pub(crate) counts: Counts,
    #[serde(flatten)]
    pub(crate) durations: Durations,
    /// Why jobs failed, the most frequent cause first.
    pub(crate) causes: Vec<Cause>,
    /// The load by hour of the day, in UTC, from 0 to 23.
    pub(crate) hours: Vec<Hour>,
}

/// The backups of a policy.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PolicyReport {
    /// The name of the project, or its id if the name is not known.
    pub(crate) project: String,
    /// The region of the project, if it is known.
    pub(crate) region: Option<String>,
    pub(crate) policy_id: String,
    pub(crate) policy_name: Option<String>,
    /// The name, followed by the id if several policies have the name.
    #[serde(skip)]
    pub(crate) label: String,
    /// The schedule in words.
    pub(crate) schedule: Option<String>,
    /// The number of disks that the service says the policy has.
    pub(crate) policy_resource_count: Option<u64>,
    /// Remarks that limit these figures.
    pub(crate) notes: Vec<String>,
    pub(crate) figures: Figures,
    /// The disks that the jobs name, by id.
    pub(crate) disks: Vec<DiskReport>,
}

/// The days of a disk.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DiskReport {
    /// The id of the disk.
    pub(crate) resource_id: String,
    /// Its name. Null if block storage does not say it.
    pub(crate) disk_name: Option<String>,
    /// The state of each day of the window, which is the worst of the day.
    pub(crate) days: Strip,
}

impl Report {
    /// The report from those of policies, in their order.
    pub(crate) fn new(window: &Window, policies: Vec<PolicyReport>, missing: Vec<String>) -> Self {
        Self {
            since: window.since,
            until: window.now,
            days: window.days.iter().map(ToString::to_string).collect(),
            disks: different_disks(&policies),
            total: Figures::sum(policies.iter().map(|policy| &policy.figures)),
            policies,
            missing,
        }
    }

    /// Whether the policies are of several projects, so that these are to be told apart.
    pub(crate) fn has_several_projects(&self) -> bool {
        let place = |policy: &PolicyReport| (policy.project.clone(), policy.region.clone());
        self.policies.windows(2).any(|two| place(&two[0]) != place(&two[1]))
    }
}

/// The number of disks, of which one may be in several policies.
fn different_disks(policies: &[PolicyReport]) -> u64 {
    let ids = policies.iter().flat_map(|policy| {
        policy.disks.iter().map(|disk| (&policy.project, &policy.region, &disk.resource_id))
    });
    ids.collect::<HashSet<_>>().len() as u64
}

impl Figures {
    /// The figures of several policies together.
    fn sum<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        let mut sum = Self { hours: Hour::all(), ..Self::default() };
        let mut seconds = Vec::new();
        for figures in all {
            sum.counts.add(&figures.counts);
            seconds.extend_from_slice(&figures.durations.seconds);
            add_causes(&mut sum.causes, &figures.causes);
            add_hours(&mut sum.hours, &figures.hours);
        }
        sum.durations = Durations::new(seconds);
        sum
    }
}

impl PolicyReport {
    /// The policy for people, with its project if there are several: `eu-de_shop: nightly`.
    pub(crate) fn title(&self, report: &Report) -> String {
        match report.has_several_projects() {
            true => format!("{}: {}", self.project, self.label),
            false => self.label.clone(),
        }
    }
}

/// Serializes a time as RFC 3339 with a `Z`.
fn rfc3339<S: serde::Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}
