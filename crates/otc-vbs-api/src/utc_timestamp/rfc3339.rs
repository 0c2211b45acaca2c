//! Serializes times as RFC 3339 with a `Z`, for JSON that others read.
//!
//! [`UtcTimestamp`] itself serializes to the form of the service, which mostly has no zone, and which a reader may mistake for
//! local time. The module is used with serde's `with`, for [`UtcTimestamp`], for [`TimestampOrText`], whose unreadable text
//! is kept, and for an `Option` of either:
//!
//! ```
//! use otc_vbs_api::UtcTimestamp;
//! use otc_vbs_api::utc_timestamp::rfc3339;
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Row {
//!     #[serde(with = "rfc3339")]
//!     created_at: UtcTimestamp,
//!     // `default` accepts a row without the field.
//!     #[serde(with = "rfc3339", default)]
//!     finished_at: Option<UtcTimestamp>,
//! }
//!
//! let row = Row { created_at: "2016-12-03T06:24:34.467".parse()?, finished_at: None };
//! let json = serde_json::to_string(&row)?;
//! assert_eq!(json, r#"{"created_at":"2016-12-03T06:24:34.467Z","finished_at":null}"#);
//! assert_eq!(serde_json::from_str::<Row>(&json)?.created_at, row.created_at);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use serde::{Deserialize, Deserializer, Serializer};

use crate::{TimestampOrText, UtcTimestamp};

/// Serializes a time as RFC 3339 with a `Z`.
///
/// # Errors
///
/// The serializer's errors.
pub fn serialize<T: Time, S: Serializer>(time: &T, serializer: S) -> Result<S::Ok, S::Error> {
    time.write(serializer)
}

/// Deserializes a time: from RFC 3339, or from any other form that [`UtcTimestamp`] parses.
///
/// # Errors
///
/// If the text is not a point in time, or the deserializer fails.
pub fn deserialize<'de, T: Time, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// A time that this module serializes. Only types of this crate implement it.
pub trait Time: sealed::Time {}

impl<T: sealed::Time> Time for T {}

mod sealed {
    use super::*;

    pub trait Time: Sized {
        fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
        fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
    }

    /// Both display their time as RFC 3339.
    macro_rules! displayed {
        ($($time:ty),*) => {
            $(impl Time for $time {
                fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
                fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    Self::deserialize(deserializer)
                }
            }
            impl Time for Option<$time> {
                fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    match self {
                        Some(time) => time.write(serializer),
                        None => serializer.serialize_none(),
                    }
                }
                fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    Self::deserialize(deserializer)
                }
            })*
        };
    }
    displayed!(UtcTimestamp, TimestampOrText);
}
