//! What came of putting disks under a policy, or of taking them out.

use crate::types::{AssociatedResource, AssociationOutcome, FailedResource};

impl AssociationOutcome {
    /// The disks for which it went well.
    pub fn succeeded(&self) -> &[AssociatedResource] {
        self.success_resources.as_deref().unwrap_or_default()
    }

    /// The disks for which it failed. Each listed here has failed, whether the service gives a code or not.
    pub fn failed(&self) -> &[FailedResource] {
        self.fail_resources.as_deref().unwrap_or_default()
    }

    /// Whether no disk failed. The service answers 200 even where all did.
    pub fn is_complete(&self) -> bool {
        self.failed().is_empty()
    }
}
