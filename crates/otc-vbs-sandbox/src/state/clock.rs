//! The clock of the sandbox.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use crate::domain::time::{earlier, later};

/// The maximum number of days that the clock can be moved at once.
const MOST_DAYS: i64 = 10 * 366;

/// A clock that is frozen, or runs at a multiple of the speed of the real one. It can be moved forward.
#[derive(Debug)]
pub(crate) struct Clock {
    /// The speed relative to real time.
    rate: u32,
    reading: Mutex<Reading>,
}

/// The time of the clock at a real time.
#[derive(Clone, Copy, Debug)]
struct Reading {
    time: Timestamp,
    at: Instant,
}

/// The reason why the clock was not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AdvanceError {
    #[error("the clock moves at most {MOST_DAYS} days (10 years) at once. Move it in several steps")]
    TooFar,
    #[error("the clock can't show the time after this jump. Choose a shorter one")]
    Unwritable,
}

impl Clock {
    pub(crate) fn new(time: Timestamp, rate: u32) -> Self {
        let at = Instant::now();
        Self { rate, reading: Mutex::new(Reading { time, at }) }
    }

    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    pub(crate) fn is_running(&self) -> bool {
        self.rate > 0
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.read(&self.reading.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Moves the clock forward. Returns the new time.
    pub(crate) fn advance(&self, by: SignedDuration) -> Result<Timestamp, AdvanceError> {
        if by > SignedDuration::from_hours(24 * MOST_DAYS) {
            return Err(AdvanceError::TooFar);
        }
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let time = self.read(&reading).checked_add(by);
        let time = to_millisecond(time.map_err(|_| AdvanceError::Unwritable)?);
        *reading = Reading { time, at: Instant::now() };
        Ok(time)
    }

    fn read(&self, reading: &Reading) -> Timestamp {
        if !self.is_running() {
            return reading.time;
        }
        let passed = SignedDuration::try_from(reading.at.elapsed()).unwrap_or(SignedDuration::MAX);
        let passed = passed.saturating_mul(i32::try_from(self.rate).unwrap_or(i32::MAX));
        // The clock stops at the last time that can be represented.
        to_millisecond(later(reading.time, passed))
    }
}

/// The time in milliseconds, as the service writes it.
pub(crate) fn to_millisecond(time: Timestamp) -> Timestamp {
    let rest = time.subsec_nanosecond() % 1_000_000;
    earlier(time, SignedDuration::from_nanos(rest.into()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn frozen_clock_moves_only_when_advanced() {
        let start: Timestamp = "2026-01-15T06:00:00Z".parse().unwrap();
        let clock = Clock::new(start, 0);
        assert_eq!(clock.now(), start);
        let later = clock.advance(SignedDuration::from_hours(25)).unwrap();
        assert_eq!(later.to_string(), "2026-01-16T07:00:00Z");
        assert_eq!(clock.now(), later);
    }

    #[test]
    fn clock_stops_at_the_last_time_that_can_be_written() {
        let clock = Clock::new(Timestamp::MAX, 1000);
        assert_eq!(clock.now().to_string(), "9999-12-30T22:00:00.999Z");
        let hour = SignedDuration::from_hours(1);
        assert_eq!(clock.advance(hour), Err(AdvanceError::Unwritable));
    }

    #[test]
    fn clock_moves_at_most_10_years_at_once() {
        let start: Timestamp = "2026-01-15T06:00:00Z".parse().unwrap();
        let clock = Clock::new(start, 0);
        let most = SignedDuration::from_hours(24 * MOST_DAYS);
        for by in [most + SignedDuration::from_secs(1), SignedDuration::MAX] {
            assert_eq!(clock.advance(by), Err(AdvanceError::TooFar));
        }
        assert_eq!(clock.now(), start);
        assert!(clock.advance(most).is_ok());
    }
}
