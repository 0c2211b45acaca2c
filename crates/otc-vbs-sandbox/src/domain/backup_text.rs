//! The rules for the texts of a backup, as in the reference.

use std::collections::BTreeMap;

use otc_vbs_api::limit::TextLimit;
use otc_vbs_api::limits;
use otc_vbs_api::types::BackupTagSpec;

use super::refusal::Refusal;

pub(crate) fn check_name(name: &str) -> Result<(), Refusal> {
    let checked = limits::BACKUP_NAME.check("name", name);
    checked.map_err(Refusal::BackupName)
}

/// The limit depends on the operation: the two ways to create a backup differ.
pub(crate) fn check_description(description: &str, limit: &TextLimit) -> Result<(), Refusal> {
    let checked = limit.check("description", description);
    checked.map_err(Refusal::BackupDescription)
}

/// Adds a tag to a backup. If two tags have the same key, the later one is kept.
pub(crate) fn add_tag(tags: &mut BTreeMap<String, String>, key: &str, value: &str) -> Result<(), Refusal> {
    let tag = BackupTagSpec::new(key, value);
    tag.check().map_err(Refusal::BackupTag)?;
    tags.insert(tag.key, tag.value);
    Ok(())
}

/// The description that VBS stores of a backup that was requested through it: the description in the request,
/// and whether the backup was to be incremental.
pub(crate) fn vbs_description(sent: Option<&str>, is_full: bool) -> String {
    let text = serde_json::Value::from(sent.unwrap_or_default());
    // Written by hand, because the order of the members of an object depends on enabled features of other
    // crates.
    format!(r#"{{"DESC":{text},"INC":{}}}"#, u8::from(!is_full))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn code(result: Result<(), Refusal>) -> Option<&'static str> {
        result.err().map(|bad| bad.code())
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
            let outcome = |limit| code(check_description(description, limit));
            let outcomes =
                (outcome(&limits::BACKUP_DESCRIPTION), outcome(&limits::NATIVE_BACKUP_DESCRIPTION));
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
    fn vbs_stores_its_descriptions_as_json() {
        assert_eq!(vbs_description(Some("x\""), true), r#"{"DESC":"x\"","INC":0}"#);
        assert_eq!(vbs_description(None, false), r#"{"DESC":"","INC":1}"#);
    }
}
