//! A required time, which is kept as text if it can't be parsed.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::UtcTimestamp;
use crate::text_visitor::deserialize_text;

/// A time that the document requires: the point in time, or the text that the service sent if it is not one.
///
/// A job whose time is unreadable is still a job, so the text is kept. It is empty if the service sent no text. A time is
/// ordered before every text.
///
/// ```
/// use otc_vbs_api::{TimestampOrText, UtcTimestamp};
///
/// let time = TimestampOrText::from("2016-12-03T06:24:34.467");
/// assert_eq!(time.timestamp(), Some("2016-12-03T06:24:34.467Z".parse::<UtcTimestamp>()?));
/// assert_eq!(time.to_string(), "2016-12-03T06:24:34.467Z");
///
/// let text = TimestampOrText::from("2016-01-15T01:0807.476Z");
/// assert_eq!(text.timestamp(), None);
/// assert_eq!(text.to_string(), "2016-01-15T01:0807.476Z");
/// # Ok::<(), otc_vbs_api::InvalidTimestamp>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(clippy::exhaustive_enums, reason = "a text either is a point in time or is not")]
pub enum TimestampOrText {
    /// A point in time.
    Timestamp(UtcTimestamp),
    /// A text that is not a point in time.
    Text(String),
}

impl TimestampOrText {
    /// The point in time, if the text is one.
    pub fn timestamp(&self) -> Option<UtcTimestamp> {
        match self {
            Self::Timestamp(time) => Some(*time),
            Self::Text(_) => None,
        }
    }
}

impl fmt::Display for TimestampOrText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timestamp(time) => time.fmt(f),
            Self::Text(text) => f.pad(text),
        }
    }
}

impl fmt::Debug for TimestampOrText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timestamp(time) => fmt::Debug::fmt(time, f),
            Self::Text(text) => fmt::Debug::fmt(text, f),
        }
    }
}

impl From<UtcTimestamp> for TimestampOrText {
    fn from(time: UtcTimestamp) -> Self {
        Self::Timestamp(time)
    }
}

impl From<Timestamp> for TimestampOrText {
    fn from(instant: Timestamp) -> Self {
        Self::Timestamp(instant.into())
    }
}

impl From<String> for TimestampOrText {
    fn from(text: String) -> Self {
        match text.parse() {
            Ok(time) => Self::Timestamp(time),
            Err(_) => Self::Text(text),
        }
    }
}

impl From<&str> for TimestampOrText {
    fn from(text: &str) -> Self {
        match text.parse() {
            Ok(time) => Self::Timestamp(time),
            Err(_) => Self::Text(text.to_owned()),
        }
    }
}

impl FromStr for TimestampOrText {
    type Err = Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.into())
    }
}

impl PartialEq<UtcTimestamp> for TimestampOrText {
    fn eq(&self, other: &UtcTimestamp) -> bool {
        self.timestamp() == Some(*other)
    }
}

impl Serialize for TimestampOrText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Timestamp(time) => time.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for TimestampOrText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer, "a string", |text| Some(text.into()))
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for TimestampOrText {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TimestampOrText".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_the_wire_is_kept() {
        for text in ["2016-12-03T06:24:34.467", "2016-01-15T01:0807.476Z", ""] {
            let json = format!("\"{text}\"");
            let decoded = serde_json::from_str::<TimestampOrText>(&json).ok();
            assert_eq!(decoded.and_then(|time| serde_json::to_string(&time).ok()), Some(json));
        }
    }

    #[test]
    fn time_is_ordered_before_text() {
        let (early, late) = ("2016-12-03T06:24:34", "2016-12-03T06:24:35");
        let mut times = ["?", late, early].map(TimestampOrText::from);
        times.sort();
        assert_eq!(times, [early, late, "?"].map(TimestampOrText::from));
    }

    #[test]
    fn time_equals_the_same_instant() -> Result<(), crate::InvalidTimestamp> {
        let instant: UtcTimestamp = "2016-12-03T08:24:34+02:00".parse()?;
        assert_eq!(TimestampOrText::from("2016-12-03T06:24:34"), instant);
        assert_ne!(TimestampOrText::from("?"), instant);
        Ok(())
    }
}
