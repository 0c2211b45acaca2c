//! The limits of a tag in a change. They depend on the action, which a schema can't express.

use super::{TextLimit, Violation};
use crate::limits;
use crate::types::{TagAction, TagBatch, TagChange};

impl TagAction {
    fn key_limit(self) -> &'static TextLimit {
        match self {
            Self::Create | Self::Update => &limits::BACKUP_TAG_KEY,
            Self::Delete => &limits::BATCH_TAG_KEY,
        }
    }

    fn value_limit(self) -> &'static TextLimit {
        match self {
            Self::Create | Self::Update => &limits::TAG_VALUE,
            Self::Delete => &limits::BATCH_TAG_VALUE,
        }
    }
}

impl TagChange {
    /// Checks the tag against the limits of an action.
    ///
    /// Creating and updating a tag require a value. Deletion accepts longer keys and values, because older tags were created
    /// under looser rules.
    ///
    /// # Errors
    ///
    /// If the service would refuse the tag.
    pub fn check_for(&self, action: TagAction) -> Result<(), Violation> {
        action.key_limit().check("key", &self.key)?;
        let value = self.value.as_deref();
        if value.is_none() && action != TagAction::Delete {
            return Err(Violation::missing("value", &format!("the action `{action}`")));
        }
        action.value_limit().check_optional("value", value)
    }
}

impl TagBatch {
    /// The check that can't be generated.
    pub(crate) fn check_by_action(&self) -> Result<(), Violation> {
        for (index, tag) in self.tags.iter().enumerate() {
            let checked = tag.check_for(self.action);
            checked.map_err(|violation| violation.in_item("tags", index))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::limit::ViolationKind;

    fn change(key: &str, value: Option<&str>) -> TagChange {
        let mut change = TagChange::new(key);
        change.value = value.map(str::to_owned);
        change
    }

    fn violation(action: TagAction, key: &str, value: Option<&str>) -> Option<ViolationKind> {
        let checked = change(key, value).check_for(action);
        checked.err().map(|violation| violation.kind())
    }

    #[test]
    fn new_tag_is_limited_like_one_given_alone() {
        let (key, value) = ("k".repeat(36), "v".repeat(43));
        for action in [TagAction::Create, TagAction::Update] {
            let violation = |key: &str, value: Option<&str>| violation(action, key, value);
            assert_eq!(violation(&key, Some(&value)), None);
            assert_eq!(violation("ä 1", Some("")), None);
            assert_eq!(violation(&format!("{key}k"), Some("")), Some(ViolationKind::TooLong));
            assert_eq!(violation("k", Some(&format!("{value}v"))), Some(ViolationKind::TooLong));
            assert_eq!(violation("k", Some("ä")), Some(ViolationKind::Character('ä')));
            assert_eq!(violation("k", None), Some(ViolationKind::Missing));
        }
    }

    #[test]
    fn deletion_accepts_longer_texts_and_no_value() {
        let (key, value) = ("k".repeat(127), "v".repeat(255));
        let violation = |key: &str, value: Option<&str>| violation(TagAction::Delete, key, value);
        assert_eq!(violation(&key, Some(&value)), None);
        assert_eq!(violation("k", None), None);
        assert_eq!(violation(&format!("{key}k"), None), Some(ViolationKind::TooLong));
        assert_eq!(violation("k", Some(&format!("{value}v"))), Some(ViolationKind::TooLong));
        assert_eq!(violation("", None), Some(ViolationKind::TooShort));
        for character in "=*<>\\,|/\t\0".chars() {
            assert_eq!(violation(&format!("a{character}b"), None), Some(ViolationKind::Character(character)));
        }
    }

    #[test]
    fn batch_is_checked_by_its_action() {
        let mut batch = TagBatch::new(TagAction::Create);
        batch.tags = vec![change("a", Some("1")), change("b", None)];
        assert_eq!(
            batch.check().unwrap_err().to_string(),
            "`tags[1]`: the value is missing; the action `create` requires it"
        );
        batch.action = TagAction::Delete;
        assert_eq!(batch.check(), Ok(()));
    }
}
