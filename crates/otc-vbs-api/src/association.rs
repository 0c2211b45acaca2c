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

    /// Whether the service reports a result and no disk failed.
    ///
    /// The service answers 200 even if all disks failed. `false` if the response has neither of the two lists, because it
    /// then says nothing about any disk.
    pub fn is_complete(&self) -> bool {
        let has_result = self.success_resources.is_some() || self.fail_resources.is_some();
        has_result && self.failed().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcome_is_complete_only_if_it_reports_disks_and_none_failed() {
        for (body, is_complete) in [
            ("{}", false),
            (r#"{"success_resources":null,"fail_resources":null}"#, false),
            (r#"{"success_resources":[],"fail_resources":[{"resource_id":"d1"}]}"#, false),
            (r#"{"success_resources":[{"resource_id":"d1"}]}"#, true),
            (r#"{"fail_resources":[]}"#, true),
        ] {
            let outcome: Option<AssociationOutcome> = serde_json::from_str(body).ok();
            assert_eq!(outcome.map(|outcome| outcome.is_complete()), Some(is_complete), "{body}");
        }
    }
}
