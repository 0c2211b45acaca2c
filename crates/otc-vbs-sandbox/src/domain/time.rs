//! Arithmetic of points in time.

use jiff::{SignedDuration, Timestamp};

/// The time after a duration, at most the last time that can be represented.
#[expect(clippy::expect_used, reason = "only a span with calendar units can fail")]
pub(crate) fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.saturating_add(by).expect("a duration has no calendar units")
}

/// The time before a duration, at least the first time that can be represented.
#[expect(clippy::expect_used, reason = "only a span with calendar units can fail")]
pub(crate) fn earlier(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.saturating_sub(by).expect("a duration has no calendar units")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_ends_at_what_can_be_represented() {
        for by in [SignedDuration::from_secs(1), SignedDuration::MAX] {
            assert_eq!(later(Timestamp::MAX, by), Timestamp::MAX);
            assert_eq!(earlier(Timestamp::MIN, by), Timestamp::MIN);
        }
        let hour = SignedDuration::from_hours(1);
        assert_eq!(later(Timestamp::UNIX_EPOCH, hour).as_second(), 3600);
        assert_eq!(earlier(Timestamp::UNIX_EPOCH, hour).as_second(), -3600);
    }
}
