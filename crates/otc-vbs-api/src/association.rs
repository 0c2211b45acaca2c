//! The outcome of associating disks with a policy, or of removing them from it.

use crate::types::{AssociatedResource, AssociationOutcome, FailedResource};

impl AssociationOutcome {
    /// The disks that were associated or removed.
    pub fn succeeded(&self) -> &[AssociatedResource] {
        self.success_resources.as_deref().unwrap_or_default()
    }

    /// The disks that failed. A disk that is listed here has failed even without a code.
    pub fn failed(&self) -> &[FailedResource] {
        self.fail_resources.as_deref().unwrap_or_default()
    }

    /// Whether no disk failed. The service answers 200 even if all of them did.
    pub fn is_complete(&self) -> bool {
        self.failed().is_empty()
    }
}
