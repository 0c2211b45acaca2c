//! Fields of a backup that contain JSON in a string.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::types::{Backup, BackupV2, SharedBackup};

/// The backup system's data about a backup: the text of a JSON object.
///
/// [`as_str`](Self::as_str) returns the text as it was received. [`get`](Self::get) and
/// [`entries`](Self::entries) return every value as text, because the service sends some numbers as strings.
/// Each documented key has its own function.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServiceMetadata(String);

impl ServiceMetadata {
    /// The text as it was received.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of a key, as text. `None` if the key is missing or null, or if the text is not a JSON
    /// object.
    pub fn get(&self, key: &str) -> Option<String> {
        self.entries().remove(key)
    }

    /// Every key whose value is not null, with the value as text. Empty if the text is not a JSON object.
    pub fn entries(&self) -> BTreeMap<String, String> {
        let entries = object(&self.0).into_iter().flatten();
        entries.filter_map(|(key, value)| Some((key, text(value)?))).collect()
    }

    /// `progress`: the progress of the backup, in percent.
    pub fn progress(&self) -> Option<f64> {
        self.number("progress")
    }

    /// `Type`: whether the backup is incremental (1) or full (0).
    pub fn is_incremental(&self) -> Option<bool> {
        match self.number("Type")? {
            0.0 => Some(false),
            1.0 => Some(true),
            _ => None,
        }
    }

    /// `bootable`: whether the disk is bootable.
    pub fn bootable(&self) -> Option<bool> {
        match self.get("bootable")?.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// `AT`: the average rate, in megabytes per second.
    pub fn average_rate(&self) -> Option<f64> {
        self.number("AT")
    }

    /// `CS`: the size of the whole chain of backups, in megabytes.
    pub fn chain_size(&self) -> Option<f64> {
        self.number("CS")
    }

    /// `VT`: the type of the disk.
    pub fn volume_type(&self) -> Option<String> {
        self.get("VT")
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.get(key)?.trim().parse().ok()
    }
}

impl From<String> for ServiceMetadata {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for ServiceMetadata {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for ServiceMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for ServiceMetadata {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ServiceMetadata".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

/// The parsed description of a backup: plain text, or `{"DESC":…,"INC":…}` with the text inside.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DescriptionParts {
    /// The text for people: `DESC`, or the whole description if it is not a JSON object.
    pub text: String,
    /// `INC`: whether an incremental backup was requested.
    pub incremental: Option<bool>,
}

impl DescriptionParts {
    /// Parses the description of a backup.
    pub fn parse(description: &str) -> Self {
        let plain = || Self { text: description.to_owned(), incremental: None };
        let Some(mut fields) = object(description) else {
            return plain();
        };
        let incremental = fields.remove("INC").and_then(text).and_then(|flag| match flag.as_str() {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        });
        match (fields.remove("DESC"), incremental) {
            (None, None) => plain(),
            (description, incremental) => {
                Self { text: description.and_then(text).unwrap_or_default(), incremental }
            }
        }
    }
}

macro_rules! description_parts {
    ($($backup:ty),*) => {
        $(impl $backup {
            /// The parsed description. The field contains the text as it was received.
            pub fn description_parts(&self) -> Option<DescriptionParts> {
                self.description.as_deref().map(DescriptionParts::parse)
            }
        })*
    };
}
description_parts!(BackupV2, Backup, SharedBackup);

fn object(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text.trim()).ok()
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usable_metadata_is_read() {
        let raw =
            " {\"progress\":\"12.5\",\"Type\":1,\"bootable\":true,\"VK\":null,\"AT\":23.8,\"X\":{\"a\":1}} ";
        let metadata = ServiceMetadata::from(raw);
        assert_eq!(metadata.as_str(), raw);
        assert_eq!(metadata.progress(), Some(12.5));
        assert_eq!(metadata.is_incremental(), Some(true));
        assert_eq!(metadata.bootable(), Some(true));
        assert_eq!(metadata.average_rate(), Some(23.8));
        assert_eq!(metadata.get("X").as_deref(), Some("{\"a\":1}"));
        assert_eq!((metadata.get("VK"), metadata.chain_size(), metadata.volume_type()), (None, None, None));
        for odd in ["", "{", "[1]", "plain"] {
            assert!(ServiceMetadata::from(odd).entries().is_empty(), "{odd}");
        }
    }

    #[test]
    fn descriptions_are_plain_or_hold_json() {
        for (raw, text, incremental) in [
            ("nightly", "nightly", None),
            ("", "", None),
            (r#"{"DESC":"before the update","INC":1}"#, "before the update", Some(true)),
            (r#"{"DESC":"full","INC":"0"}"#, "full", Some(false)),
            (r#"{"INC":0}"#, "", Some(false)),
            (r#"{"note":"mine"}"#, r#"{"note":"mine"}"#, None),
            ("{broken", "{broken", None),
        ] {
            let parts = DescriptionParts::parse(raw);
            assert_eq!((parts.text.as_str(), parts.incremental), (text, incremental), "{raw}");
        }
    }
}
