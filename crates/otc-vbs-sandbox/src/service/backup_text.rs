//! What the texts of a backup may be, by the rules of the reference.

use std::collections::BTreeMap;

/// A text that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadText {
    /// The code of the reference's table.
    pub(crate) code: &'static str,
    pub(crate) problem: String,
}

fn bad<T>(code: &'static str, problem: impl Into<String>) -> Result<T, BadText> {
    let problem = problem.into();
    Err(BadText { code, problem })
}

/// How long a description may be. The two ways to make a backup differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DescriptionLength {
    pub(crate) least: usize,
    pub(crate) most: usize,
}

impl DescriptionLength {
    pub(crate) const OF_VBS: Self = Self { least: 1, most: 64 };
    pub(crate) const OF_OPENSTACK: Self = Self { least: 0, most: 255 };
}

const LONGEST_NAME: usize = 64;
/// What the names of backups begin with that policies make.
const KEPT_FOR_POLICIES: &str = "auto";
const LONGEST_KEY: usize = 36;
const LONGEST_VALUE: usize = 43;

pub(crate) fn check_name(name: &str) -> Result<(), BadText> {
    let length = name.chars().count();
    let allowed = |character: char| character.is_ascii_alphanumeric() || character == '_' || character == '-';
    if length == 0 {
        return bad(
            "VolumeBackup.0026",
            "the name of a backup needs at least one character",
        );
    }
    if length > LONGEST_NAME {
        let problem =
            format!("the name of a backup has at most {LONGEST_NAME} characters; this one has {length}");
        return bad("VolumeBackup.0003", problem);
    }
    if let Some(other) = name.chars().find(|character| !allowed(*character)) {
        let problem = format!(
            "the name of a backup has letters, digits, `_` and `-`, not `{}`",
            other.escape_debug()
        );
        return bad("VolumeBackup.0004", problem);
    }
    if name.starts_with(KEPT_FOR_POLICIES) {
        let problem = "names that begin with `auto` are kept for the backups of policies";
        return bad("VolumeBackup.0005", problem);
    }
    Ok(())
}

pub(crate) fn check_description(description: &str, allowed: DescriptionLength) -> Result<(), BadText> {
    let DescriptionLength { least, most } = allowed;
    let length = description.chars().count();
    if !(least..=most).contains(&length) {
        let problem =
            format!("the description of a backup has {least} to {most} characters; this one has {length}");
        return bad("VolumeBackup.0006", problem);
    }
    if description.contains(['<', '>']) {
        return bad(
            "VolumeBackup.0006",
            "the description of a backup can't have `<` or `>`",
        );
    }
    Ok(())
}

/// Adds a tag to those of a backup. Of two with the same key, the later holds.
pub(crate) fn add_tag(tags: &mut BTreeMap<String, String>, key: &str, value: &str) -> Result<(), BadText> {
    const CODE: &str = "VolumeBackup.0049";
    let allowed = |character: char| !character.is_control() && !"=*<>\\,|/".contains(character);
    let length = key.chars().count();
    if !(1..=LONGEST_KEY).contains(&length) {
        let problem = format!("the key of a tag has 1 to {LONGEST_KEY} characters; this one has {length}");
        return bad(CODE, problem);
    }
    let length = value.chars().count();
    if length > LONGEST_VALUE {
        let problem =
            format!("the value of a tag has at most {LONGEST_VALUE} characters; this one has {length}");
        return bad(CODE, problem);
    }
    if let Some(other) = key.chars().chain(value.chars()).find(|c| !allowed(*c)) {
        let problem = format!(
            "a tag can't have control characters or any of `=*<>\\,|/`, and this one has `{}`",
            other.escape_debug()
        );
        return bad(CODE, problem);
    }
    tags.insert(key.to_owned(), value.to_owned());
    Ok(())
}

/// The description that VBS keeps of a backup that was asked for through it: what was sent, and whether the backup was to
/// be incremental.
pub(crate) fn vbs_description(sent: Option<&str>, is_full: bool) -> String {
    let text = serde_json::Value::from(sent.unwrap_or_default());
    // Written out, since the order of an object's members would depend on what else is built.
    format!(r#"{{"DESC":{text},"INC":{}}}"#, u8::from(!is_full))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn code(result: Result<(), BadText>) -> Option<&'static str> {
        result.err().map(|bad| bad.code)
    }

    #[test]
    fn names() {
        let long = "n".repeat(65);
        for (name, expected) in [
            ("backup1", None),
            ("B_2-x", None),
            ("Auto", None),
            (&long[1..], None),
            ("", Some("VolumeBackup.0026")),
            (&long, Some("VolumeBackup.0003")),
            ("a b", Some("VolumeBackup.0004")),
            ("ä", Some("VolumeBackup.0004")),
            ("auto", Some("VolumeBackup.0005")),
            ("autobk_1", Some("VolumeBackup.0005")),
        ] {
            assert_eq!(code(check_name(name)), expected, "{name}");
        }
    }

    #[test]
    fn descriptions() {
        use DescriptionLength as Length;
        let long = "d".repeat(256);
        let refused = Some("VolumeBackup.0006");
        for (description, vbs, openstack) in [
            ("Backup_Demo", None, None),
            ("", refused, None),
            (&long[..64], None, None),
            (&long[..65], refused, None),
            (&long[..255], refused, None),
            (&long, refused, refused),
            ("a<b", refused, refused),
            ("a>b", refused, refused),
        ] {
            let outcome = |allowed| code(check_description(description, allowed));
            let outcomes = (outcome(Length::OF_VBS), outcome(Length::OF_OPENSTACK));
            assert_eq!(outcomes, (vbs, openstack), "{description}");
        }
    }

    #[test]
    fn tags() {
        let mut tags = BTreeMap::new();
        add_tag(&mut tags, "key", "").unwrap();
        add_tag(&mut tags, "key", "ä b").unwrap();
        assert_eq!(tags["key"], "ä b");
        let (key, value) = ("k".repeat(37), "v".repeat(44));
        for (key, value) in [("", "v"), (&key, "v"), ("k", &value), ("a=b", ""), ("k", "\n")] {
            let outcome = code(add_tag(&mut tags, key, value));
            assert_eq!(outcome, Some("VolumeBackup.0049"), "{key} {value}");
        }
        assert_eq!(tags.len(), 1);
    }

    #[test]
    fn what_vbs_keeps_as_description() {
        assert_eq!(vbs_description(Some("x\""), true), r#"{"DESC":"x\"","INC":0}"#);
        assert_eq!(vbs_description(None, false), r#"{"DESC":"","INC":1}"#);
    }
}
