//! The identifiers of the document.

use std::fmt;

/// The text of an identifier. Private to the types that hold it, so that its representation can change.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Text(Box<str>);

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
        Err(InvalidIdentifier {
            what,
            text: text.to_owned(),
            problem,
        })
    }

    /// Accepts what the service sent as it is: an odd identifier must not make the whole response unusable. If it is sent back
    /// in a path, [`TransportAdapter`](crate::TransportAdapter) checks the path.
    pub(crate) fn unchecked(text: String) -> Self {
        Self(text.into_boxed_str())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that can't be an identifier: it is empty, contains a slash or a control character, or is `.` or `..`.
///
/// In a path, it would turn the request into another one. Use the identifier as the service lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidIdentifier {
    what: &'static str,
    text: String,
    problem: &'static str,
}

impl fmt::Display for InvalidIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a valid {}: it {}",
            self.text.escape_debug(),
            self.what,
            self.problem
        )
    }
}

impl std::error::Error for InvalidIdentifier {}

/// Implements an identifier over [`Text`].
macro_rules! identifier {
    ($name:ident) => {
        impl $name {
            /// The identifier as text.
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
        impl ::std::str::FromStr for $name {
            type Err = $crate::InvalidIdentifier;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::identifier::Text::checked(text, stringify!($name)).map(Self)
            }
        }
        impl TryFrom<&str> for $name {
            type Error = $crate::InvalidIdentifier;
            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
        impl TryFrom<&String> for $name {
            type Error = $crate::InvalidIdentifier;
            fn try_from(text: &String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
        impl TryFrom<String> for $name {
            type Error = $crate::InvalidIdentifier;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
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
                let text = <String as ::serde::Deserialize>::deserialize(deserializer)?;
                Ok(Self($crate::identifier::Text::unchecked(text)))
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
