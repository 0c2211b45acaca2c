//! The tags of backup policies.

use std::collections::{BTreeMap, BTreeSet};

use super::Service;
use super::numbers::ProjectNumber;
use super::policy::Policy;
use super::policy_rules::is_word;
use super::refusal::Refusal;
use crate::text::excerpt;

/// Tags, by their keys.
pub(crate) type Tags = BTreeMap<String, String>;

/// How many tags a policy may have. The reference knows that there is a limit, and does not say which.
const MOST_TAGS: usize = 10;
const LONGEST_KEY: usize = 36;
const LONGEST_VALUE: usize = 43;
const LONGEST_KEY_TO_DELETE: usize = 127;
const LONGEST_VALUE_TO_DELETE: usize = 255;

/// What to do with several tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagAction {
    Create,
    Update,
    Delete,
}

/// One of several tags to create, to update or to delete.
#[derive(Clone, Debug)]
pub(crate) struct TagChange {
    pub(crate) key: String,
    pub(crate) value: Option<String>,
}

fn invalid(message: String) -> Refusal {
    Refusal::invalid("AutoBackup.0214", message)
}

/// Tags to give to a policy one by one, each key once.
pub(crate) fn checked_tags(tags: Vec<(String, String)>) -> Result<Tags, Refusal> {
    let mut checked = Tags::new();
    for (key, value) in tags {
        check_word_key(&key)?;
        check_value(&value, LONGEST_VALUE)?;
        if checked.contains_key(&key) {
            return Err(twice(&key));
        }
        checked.insert(key, value);
    }
    Ok(checked)
}

pub(super) fn check_count(count: usize) -> Result<(), Refusal> {
    if count <= MOST_TAGS {
        return Ok(());
    }
    let message = format!("the policy would have {count} tags and may have {MOST_TAGS}; remove a tag first");
    Err(Refusal::conflict("AutoBackup.0215", message))
}

fn check_word_key(key: &str) -> Result<(), Refusal> {
    check_length("key", key, 1, LONGEST_KEY)?;
    match is_word(key) {
        true => Ok(()),
        false => Err(invalid(format!(
            "the key of a tag is made of letters, digits, `_` and `-`, unlike `{}`",
            excerpt(key)
        ))),
    }
}

/// When several tags are changed at once, the reference lets their keys be of more characters.
fn check_batch_key(key: &str, most: usize) -> Result<(), Refusal> {
    check_length("key", key, 1, most)?;
    match key.contains(|c: char| c < ' ' || "=*<>\\,|/".contains(c)) {
        false => Ok(()),
        true => Err(invalid(format!(
            "the key of a tag is without control characters and `=*<>\\,|/`, unlike `{}`",
            excerpt(key)
        ))),
    }
}

fn check_value(value: &str, most: usize) -> Result<(), Refusal> {
    check_length("value", value, 0, most)?;
    match is_word(value) {
        true => Ok(()),
        false => Err(invalid(format!(
            "the value of a tag is made of letters, digits, `_` and `-`, unlike `{}`",
            excerpt(value)
        ))),
    }
}

fn check_length(what: &str, text: &str, least: usize, most: usize) -> Result<(), Refusal> {
    let length = text.chars().count();
    if (least..=most).contains(&length) {
        return Ok(());
    }
    Err(invalid(format!(
        "the {what} of a tag has {least} to {most} characters here, not {length}: `{}`",
        excerpt(text)
    )))
}

fn twice(key: &str) -> Refusal {
    invalid(format!("the key `{}` is there twice; send it once", excerpt(key)))
}

impl Policy {
    /// Gives the policy a tag. A value that the key has already is replaced.
    pub(crate) fn add_tag(&mut self, key: String, value: String) -> Result<(), Refusal> {
        self.give(checked_tags(vec![(key, value)])?)
    }

    pub(crate) fn remove_tag(&mut self, key: &str) -> Result<(), Refusal> {
        if self.tags.remove(key).is_some() {
            return Ok(());
        }
        let message = format!(
            "policy `{}` has no tag `{}`; list its tags",
            self.name,
            excerpt(key)
        );
        Err(Refusal::unknown("AutoBackup.0216", message))
    }

    /// Changes several tags: all of them, or none where one can't be.
    pub(crate) fn change_tags(&mut self, action: TagAction, changes: Vec<TagChange>) -> Result<(), Refusal> {
        let mut keys = BTreeSet::new();
        if let Some(change) = changes.iter().find(|change| !keys.insert(&change.key)) {
            return Err(twice(&change.key));
        }
        match action {
            TagAction::Create | TagAction::Update => {
                let tags: Result<Tags, Refusal> = changes.into_iter().map(tag_to_give).collect();
                self.give(tags?)
            }
            TagAction::Delete => self.take(changes),
        }
    }

    fn give(&mut self, tags: Tags) -> Result<(), Refusal> {
        let new = tags.keys().filter(|key| !self.tags.contains_key(*key));
        check_count(self.tags.len() + new.count())?;
        self.tags.extend(tags);
        Ok(())
    }

    /// Takes tags away. One that the policy does not have, or not with the value that was sent, changes nothing.
    fn take(&mut self, changes: Vec<TagChange>) -> Result<(), Refusal> {
        for change in &changes {
            check_batch_key(&change.key, LONGEST_KEY_TO_DELETE)?;
            let value = change.value.as_deref().unwrap_or_default();
            check_value(value, LONGEST_VALUE_TO_DELETE)?;
        }
        for change in changes {
            let has_other_value = |value| self.tags.get(&change.key) != Some(value);
            if !change.value.as_ref().is_some_and(has_other_value) {
                self.tags.remove(&change.key);
            }
        }
        Ok(())
    }
}

fn tag_to_give(change: TagChange) -> Result<(String, String), Refusal> {
    check_batch_key(&change.key, LONGEST_KEY)?;
    let Some(value) = change.value else {
        return Err(invalid(format!(
            "the tag `{}` has no `value`, which is needed unless it is deleted",
            excerpt(&change.key)
        )));
    };
    check_value(&value, LONGEST_VALUE)?;
    Ok((change.key, value))
}

impl Service {
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
    use crate::service::policies::tests::{policy, spec};
    use crate::service::refusal::Reason;

    fn change(key: &str, value: Option<&str>) -> TagChange {
        TagChange {
            key: key.to_owned(),
            value: value.map(str::to_owned),
        }
    }

    fn tags(policy: &Policy) -> String {
        let tags = policy.tags.iter().map(|(key, value)| format!("{key}={value}"));
        tags.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_tag_is_added_replaced_and_removed() {
        let mut policy = policy(spec("a"));
        policy.add_tag("k".to_owned(), String::new()).unwrap();
        policy.add_tag("k".to_owned(), "v".to_owned()).unwrap();
        assert_eq!(tags(&policy), "k=v");
        policy.remove_tag("k").unwrap();
        let refused = policy.remove_tag("k").unwrap_err();
        assert_eq!(
            (refused.reason, refused.code),
            (Reason::Unknown, "AutoBackup.0216")
        );
    }

    #[test]
    fn a_policy_has_no_more_than_ten_tags() {
        let mut policy = policy(spec("a"));
        for number in 0..MOST_TAGS {
            policy.add_tag(number.to_string(), String::new()).unwrap();
        }
        let refused = policy.add_tag("x".to_owned(), String::new()).unwrap_err();
        assert_eq!(
            (refused.reason, refused.code),
            (Reason::Conflict, "AutoBackup.0215")
        );
        policy.add_tag("3".to_owned(), "new".to_owned()).unwrap();
        let both = vec![change("3", Some("v")), change("x", Some("v"))];
        let refused = policy.change_tags(TagAction::Update, both).unwrap_err();
        assert_eq!(refused.code, "AutoBackup.0215");
        // All or nothing: the one that could have been is not.
        assert_eq!(policy.tags["3"], "new");
    }

    #[test]
    fn lengths_and_characters_depend_on_the_action() {
        let long = |length: usize| "k".repeat(length);
        let mut policy = policy(spec("a"));
        let mut try_out = |action, key: &str, value: Option<&str>| {
            let changed = policy.change_tags(action, vec![change(key, value)]);
            changed.err().map(|refusal| refusal.code)
        };
        let refused = Some("AutoBackup.0214");
        for action in [TagAction::Create, TagAction::Update] {
            assert_eq!(try_out(action, &long(36), Some(&long(43))), None);
            assert_eq!(try_out(action, &long(37), Some("")), refused);
            assert_eq!(try_out(action, "k", Some(&long(44))), refused);
            assert_eq!(try_out(action, "k", None), refused);
            assert_eq!(try_out(action, "ä 1", Some("")), None);
            assert_eq!(try_out(action, "k", Some("ä")), refused);
        }
        let delete = TagAction::Delete;
        assert_eq!(try_out(delete, &long(127), Some(&long(255))), None);
        assert_eq!(try_out(delete, &long(128), None), refused);
        assert_eq!(try_out(delete, "k", Some(&long(256))), refused);
        assert_eq!(try_out(delete, "", None), refused);
        for key in ["a=b", "*", "<", ">", "a\\b", ",", "|", "a/b", "\t", "\0"] {
            assert_eq!(try_out(delete, key, None), refused, "{key}");
        }
        assert_eq!(
            policy.add_tag("ä".to_owned(), String::new()).unwrap_err().code,
            "AutoBackup.0214"
        );
    }

    #[test]
    fn a_tag_with_another_value_than_the_one_sent_is_not_deleted() {
        let mut policy = policy(spec("a"));
        for key in ["a", "b", "c"] {
            policy.add_tag(key.to_owned(), "v".to_owned()).unwrap();
        }
        let changes = vec![
            change("a", Some("v")),
            change("b", Some("w")),
            change("c", None),
            change("unknown", None),
        ];
        policy.change_tags(TagAction::Delete, changes).unwrap();
        assert_eq!(tags(&policy), "b=v");
    }

    #[test]
    fn a_key_is_there_once() {
        let twice = vec![change("a", Some("1")), change("a", Some("2"))];
        let refused = policy(spec("a")).change_tags(TagAction::Create, twice);
        assert_eq!(refused.unwrap_err().code, "AutoBackup.0214");
        let twice = ["1", "2"].map(|value| ("a".to_owned(), value.to_owned()));
        assert_eq!(checked_tags(twice.to_vec()).unwrap_err().code, "AutoBackup.0214");
    }
}
