//! The ids of the document.

use std::fmt;

use crate::inline_text::InlineText;
use crate::values::{BackupId, DiskId, ResourceId, ShareId, ShareOrBackupId};

/// The text of an id. Private to the types that hold it, so that its representation can change.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Text(InlineText);

impl Text {
    /// Refuses text that would change the path of a request if it were part of it.
    pub(crate) fn checked(text: &str, what: &'static str) -> Result<Self, InvalidIdentifier> {
        let problem = match text {
            "" => "is empty",
            "." | ".." => "is a relative path segment",
            _ if text.contains(['/', '\\']) => "contains a slash",
            _ if text.contains(char::is_control) => "contains a control character",
            _ => return Ok(Self(text.into())),
        };
        Err(InvalidIdentifier { what, text: text.to_owned(), problem })
    }

    /// Accepts any id from the service that is not empty: an odd id must not make the whole response
    /// unusable. If it is sent back in a path, [`TransportAdapter`](crate::TransportAdapter) checks the path.
    pub(crate) fn received(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// A text that can't be an identifier: it is empty, contains a slash or a control character, or is `.` or `..`.
///
/// In a path, it would turn the request into another one. Use the id as the service lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidIdentifier {
    what: &'static str,
    text: String,
    problem: &'static str,
}

impl fmt::Display for InvalidIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a valid {}: it {}", self.text.escape_debug(), self.what, self.problem)
    }
}

impl std::error::Error for InvalidIdentifier {}

/// Implements an id over [`Text`].
macro_rules! identifier {
    ($name:ident) => {
        impl $name {
            /// The id with this text, which the service must have issued.
            ///
            /// # Errors
            ///
            /// If the text is empty, contains a slash or a control character, or is `.` or `..`.
            pub fn new(text: impl AsRef<str>) -> Result<Self, $crate::InvalidIdentifier> {
                $crate::identifier::Text::checked(text.as_ref(), stringify!($name)).map(Self)
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
        impl ::std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }
        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }
        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }
        impl ::std::str::FromStr for $name {
            type Err = $crate::InvalidIdentifier;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }
        impl TryFrom<&str> for $name {
            type Error = $crate::InvalidIdentifier;
            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }
        impl TryFrom<&String> for $name {
            type Error = $crate::InvalidIdentifier;
            fn try_from(text: &String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = $crate::InvalidIdentifier;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }
        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::text_visitor::deserialize_text(deserializer, "an id", |text| {
                    $crate::identifier::Text::received(text).map(Self)
                })
            }
        }
        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ "type": "string" })
            }
        }
    };
}
pub(crate) use identifier;

/// Implements the conversion of an id into one of another type that has the same text.
macro_rules! same_text {
    ($($from:ident => $into:ident),*) => {
        $(
            impl From<$from> for $into {
                fn from(id: $from) -> Self {
                    Self(id.0)
                }
            }
            impl From<&$from> for $into {
                fn from(id: &$from) -> Self {
                    Self(id.0.clone())
                }
            }
        )*
    };
}
// A disk is the only kind of resource that the service backs up, so a resource is identified by the id of its
// disk. Shares are cancelled by their own id or by that of their backup.
same_text!(ResourceId => DiskId, DiskId => ResourceId, ShareId => ShareOrBackupId, BackupId => ShareOrBackupId);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::{BTreeMap, HashMap};

    use super::*;

    #[test]
    fn new_and_parse_refuse_what_would_change_a_path() {
        for text in ["", ".", "..", "a/b", "a\\b", "a\nb"] {
            let error = DiskId::new(text).unwrap_err();
            assert_eq!(text.parse::<DiskId>(), Err(error.clone()));
            assert!(error.to_string().contains("is not a valid DiskId"), "{error}");
        }
        assert_eq!(DiskId::new("d1").unwrap(), "d1");
        assert_eq!(DiskId::new(String::from("d1")).unwrap(), *"d1");
    }

    #[test]
    fn empty_id_is_refused_and_unexpected_one_is_decoded() {
        assert!(serde_json::from_str::<DiskId>(r#""""#).is_err());
        assert_eq!(serde_json::from_str::<DiskId>(r#""a/b""#).unwrap(), "a/b");
    }

    #[test]
    fn maps_are_searched_by_text() {
        let id = DiskId::new("d1").unwrap();
        assert_eq!(HashMap::from([(id.clone(), 1)]).get("d1"), Some(&1));
        assert_eq!(BTreeMap::from([(id, 1)]).get("d1"), Some(&1));
    }

    #[test]
    fn resource_is_identified_by_its_disk() {
        let resource = ResourceId::new("d1").unwrap();
        let disk = DiskId::from(&resource);
        assert_eq!(disk, "d1");
        assert_eq!(ResourceId::from(&disk), resource);
        assert_eq!(ResourceId::from(DiskId::from(resource.clone())), resource);
    }
}
