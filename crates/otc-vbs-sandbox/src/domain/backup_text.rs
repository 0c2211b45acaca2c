//! What the texts of a backup may be, by the rules of the reference.

use std::collections::BTreeMap;

use otc_vbs_api::limit::{TextLimit, Violation, ViolationKind};
use otc_vbs_api::limits;
use otc_vbs_api::types::BackupTagSpec;

/// A text that violates a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadText {
    /// The code of the reference's table.
    pub(crate) code: &'static str,
    pub(crate) violation: Violation,
}

pub(crate) fn check_name(name: &str) -> Result<(), BadText> {
    let checked = limits::BACKUP_NAME.check("name", name);
    checked.map_err(|violation| {
        let code = match violation.kind() {
            ViolationKind::TooShort => "VolumeBackup.0026",
            ViolationKind::TooLong => "VolumeBackup.0003",
            ViolationKind::ReservedPrefix => "VolumeBackup.0005",
            _ => "VolumeBackup.0004",
        };
        BadText { code, violation }
    })
}

/// The limit is that of the operation: the two ways to make a backup differ.
pub(crate) fn check_description(description: &str, limit: &TextLimit) -> Result<(), BadText> {
    let checked = limit.check("description", description);
    checked.map_err(|violation| BadText {
        code: "VolumeBackup.0006",
        violation,
    })
}

/// Adds a tag to those of a backup. Of two with the same key, the later holds.
pub(crate) fn add_tag(tags: &mut BTreeMap<String, String>, key: &str, value: &str) -> Result<(), BadText> {
    let tag = BackupTagSpec::new(key, value);
    tag.check().map_err(|violation| BadText {
        code: "VolumeBackup.0049",
        violation,
    })?;
    tags.insert(tag.key, tag.value);
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
            let outcomes = (
                outcome(&limits::BACKUP_DESCRIPTION),
                outcome(&limits::NATIVE_BACKUP_DESCRIPTION),
            );
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
