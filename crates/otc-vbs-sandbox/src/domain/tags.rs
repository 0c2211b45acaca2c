//! The tags of backup policies.

use std::collections::{BTreeMap, BTreeSet};

use otc_vbs_api::types::{TagAction, TagChange, TagSpec};

use super::Vbs;
use super::numbers::ProjectNumber;
use super::policy::Policy;
use super::refusal::Refusal;

/// Tags, by their keys.
pub(crate) type Tags = BTreeMap<String, String>;

/// The maximum number of tags of a policy. The reference mentions a limit but not its value.
const MOST_TAGS: usize = 10;

/// Tags to add to a policy one by one, each key once.
pub(crate) fn checked_tags(tags: Vec<TagSpec>) -> Result<Tags, Refusal> {
    let mut checked = Tags::new();
    for tag in tags {
        tag.check().map_err(Refusal::Tag)?;
        if checked.contains_key(&tag.key) {
            return Err(Refusal::DuplicateTagKey(tag.key));
        }
        checked.insert(tag.key, tag.value);
    }
    Ok(checked)
}

pub(super) fn check_count(count: usize) -> Result<(), Refusal> {
    if count <= MOST_TAGS {
        return Ok(());
    }
    Err(Refusal::TooManyTags { count, limit: MOST_TAGS })
}

impl Policy {
    /// Adds a tag to a policy. Replaces the value of an existing key.
    pub(crate) fn add_tag(&mut self, tag: TagSpec) -> Result<(), Refusal> {
        self.give(checked_tags(vec![tag])?)
    }

    pub(crate) fn remove_tag(&mut self, key: &str) -> Result<(), Refusal> {
        if self.tags.remove(key).is_some() {
            return Ok(());
        }
        Err(Refusal::UnknownTag { policy: self.name.clone(), key: key.to_owned() })
    }

    /// Changes several tags: all of them, or none if one change is invalid.
    pub(crate) fn change_tags(&mut self, action: TagAction, changes: Vec<TagChange>) -> Result<(), Refusal> {
        let mut keys = BTreeSet::new();
        if let Some(change) = changes.iter().find(|change| !keys.insert(&change.key)) {
            return Err(Refusal::DuplicateTagKey(change.key.clone()));
        }
        for change in &changes {
            change.check_for(action).map_err(Refusal::Tag)?;
        }
        match action {
            TagAction::Create | TagAction::Update => {
                let tags = changes.into_iter();
                // The values were checked to be present.
                self.give(tags.map(|tag| (tag.key, tag.value.unwrap_or_default())).collect())
            }
            TagAction::Delete => {
                self.take(changes);
                Ok(())
            }
        }
    }

    fn give(&mut self, tags: Tags) -> Result<(), Refusal> {
        let new = tags.keys().filter(|key| !self.tags.contains_key(*key));
        check_count(self.tags.len() + new.count())?;
        self.tags.extend(tags);
        Ok(())
    }

    /// Removes tags. A tag that the policy does not have, or has with another value, is ignored.
    fn take(&mut self, changes: Vec<TagChange>) {
        for change in changes {
            let has_other_value = |value| self.tags.get(&change.key) != Some(value);
            if !change.value.as_ref().is_some_and(has_other_value) {
                self.tags.remove(&change.key);
            }
        }
    }
}

impl Vbs {
    /// The keys of the tags of all policies of a project, with their values.
    pub(crate) fn all_tags(&self, project: ProjectNumber) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (key, value) in self.policies(project).flat_map(|policy| &policy.tags) {
            all.entry(key).or_default().insert(value);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::policies::tests::{policy, spec};

    fn change(key: &str, value: Option<&str>) -> TagChange {
        let mut change = TagChange::new(key);
        change.value = value.map(str::to_owned);
        change
    }

    fn tag(key: &str, value: &str) -> TagSpec {
        TagSpec::new(key, value)
    }

    fn tags(policy: &Policy) -> String {
        let tags = policy.tags.iter().map(|(key, value)| format!("{key}={value}"));
        tags.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tag_is_added_replaced_and_removed() {
        let mut policy = policy(spec("a"));
        policy.add_tag(tag("k", "")).unwrap();
        policy.add_tag(tag("k", "v")).unwrap();
        assert_eq!(tags(&policy), "k=v");
        policy.remove_tag("k").unwrap();
        let refused = policy.remove_tag("k").unwrap_err();
        assert_eq!((refused.status(), refused.code()), (404, "AutoBackup.0216"));
    }

    #[test]
    fn policy_has_at_most_ten_tags() {
        let mut policy = policy(spec("a"));
        for number in 0..MOST_TAGS {
            policy.add_tag(tag(&number.to_string(), "")).unwrap();
        }
        let refused = policy.add_tag(tag("x", "")).unwrap_err();
        assert_eq!((refused.status(), refused.code()), (409, "AutoBackup.0215"));
        policy.add_tag(tag("3", "new")).unwrap();
        let both = vec![change("3", Some("v")), change("x", Some("v"))];
        let refused = policy.change_tags(TagAction::Update, both).unwrap_err();
        assert_eq!(refused.code(), "AutoBackup.0215");
        // All or nothing: the valid tag was not added either.
        assert_eq!(policy.tags["3"], "new");
    }

    #[test]
    fn tag_that_violates_a_limit_is_refused_with_its_code() {
        let mut policy = policy(spec("a"));
        let refused = policy.add_tag(tag("ä", "")).unwrap_err();
        assert_eq!((refused.status(), refused.code()), (400, "AutoBackup.0214"));
        for action in [TagAction::Create, TagAction::Update, TagAction::Delete] {
            let changes = vec![change("k", Some("v")), change("a=b", Some("v"))];
            let refused = policy.change_tags(action, changes).unwrap_err();
            assert_eq!((refused.status(), refused.code()), (400, "AutoBackup.0214"));
            assert!(policy.tags.is_empty());
        }
    }

    #[test]
    fn tag_with_a_different_value_is_not_deleted() {
        let mut policy = policy(spec("a"));
        for key in ["a", "b", "c"] {
            policy.add_tag(tag(key, "v")).unwrap();
        }
        let changes =
            vec![change("a", Some("v")), change("b", Some("w")), change("c", None), change("unknown", None)];
        policy.change_tags(TagAction::Delete, changes).unwrap();
        assert_eq!(tags(&policy), "b=v");
    }

    #[test]
    fn key_appears_once() {
        let twice = vec![change("a", Some("1")), change("a", Some("2"))];
        let refused = policy(spec("a")).change_tags(TagAction::Create, twice);
        assert_eq!(refused.unwrap_err().code(), "AutoBackup.0214");
        let twice = ["1", "2"].map(|value| tag("a", value));
        assert_eq!(checked_tags(twice.to_vec()).unwrap_err().code(), "AutoBackup.0214");
    }
}
