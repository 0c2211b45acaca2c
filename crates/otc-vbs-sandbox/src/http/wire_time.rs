//! Times in the formats of the operations, unless in milliseconds without a zone.

use http::HeaderValue;
use jiff::Timestamp;
use jiff::tz::Offset;
use otc_vbs_api::UtcTimestamp;

/// With six fractional digits and no zone, as in the OpenStack operations.
pub(crate) fn six_digits(time: Timestamp) -> Option<UtcTimestamp> {
    written(time, "%Y-%m-%dT%H:%M:%S.%6f")
}

/// With milliseconds and a zone, as in jobs.
pub(crate) fn with_zone(time: Timestamp) -> Option<UtcTimestamp> {
    written(time, "%Y-%m-%dT%H:%M:%S.%3fZ")
}

fn written(time: Timestamp, format: &str) -> Option<UtcTimestamp> {
    let text = Offset::UTC.to_datetime(time).strftime(format).to_string();
    text.parse().ok()
}

/// A time in the format of HTTP headers.
#[expect(clippy::expect_used, reason = "the format has only ASCII characters")]
pub(crate) fn http_date(time: Timestamp) -> HeaderValue {
    let text = time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    HeaderValue::try_from(text).expect("a date is a valid header value")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn times_have_the_formats_of_the_reference() {
        let time: Timestamp = "2026-01-15T06:00:00.25Z".parse().unwrap();
        let json = |time: Option<UtcTimestamp>| serde_json::to_string(&time.unwrap()).unwrap();
        assert_eq!(json(six_digits(time)), "\"2026-01-15T06:00:00.250000\"");
        assert_eq!(json(with_zone(time)), "\"2026-01-15T06:00:00.250Z\"");
    }
}
