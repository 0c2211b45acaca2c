//! What can't be carried over, and why.

use schemars::JsonSchema;
use serde::Serialize;

use crate::words::count;

/// Something that can't be carried over, or only differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Finding {
    pub(super) kind: Kind,
    /// Whether because of it, something that VBS backs up is missing from the plan, or may be.
    pub(super) incomplete: bool,
    /// What can't be carried over, and why.
    pub(super) text: String,
    /// The ids of the disks or shares, the keys of the tags, or the names of the policies that it is about.
    pub(super) subjects: Vec<String>,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Something could not be read.
    Unread,
    /// The jobs of the policy name fewer disks than it has.
    DisksMissing,
    /// The size of a disk is not known.
    DiskSize,
    /// The schedule can't be read.
    Schedule,
    /// The first day of a schedule of several days can't be set in CBR.
    Interval,
    /// The policy keeps the first backup of each month.
    FirstOfMonth,
    /// What the policy keeps is not known, or outside of the limits of CBR.
    Retention,
    /// Whether the policy is on is not known.
    Status,
    /// The name is changed.
    Name,
    /// Tags can't be carried over.
    Tags,
    /// The policy needs more than one vault.
    SeveralVaults,
    /// A vault would be larger than CBR allows.
    VaultSize,
    /// The policy has no disks.
    NoDisks,
    /// A disk does not exist any more.
    DiskGone,
    /// A disk was removed from the policy.
    DiskRemoved,
    /// A disk is on dedicated storage (DESS).
    Dess,
    /// The id of a disk can't be used.
    DiskId,
    /// A disk is in several policies.
    DiskShared,
    /// The project has more policies than CBR allows.
    TooManyPolicies,
    /// Backups are shared with other projects, or by them.
    Shares,
}

impl Finding {
    pub(super) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, incomplete: false, text: text.into(), subjects: Vec::new() }
    }

    /// Of something that makes the plan incomplete.
    pub(super) fn incomplete(kind: Kind, text: impl Into<String>) -> Self {
        Self { incomplete: true, ..Self::new(kind, text) }
    }

    pub(super) fn about(self, subjects: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { subjects: subjects.into_iter().map(Into::into).collect(), ..self }
    }

    /// A finding about disks, if there are any. `one` or `several` continues the sentence that begins with
    /// their number.
    pub(super) fn about_disks(kind: Kind, disks: Vec<String>, one: &str, several: &str) -> Option<Self> {
        let rest = match disks.len() {
            0 => return None,
            1 => one,
            _ => several,
        };
        let number = count(disks.len() as u64, "disk");
        Some(Self::new(kind, format!("{number} {rest}")).about(disks))
    }
}
