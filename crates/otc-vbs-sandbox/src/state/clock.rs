//! What the time is in the sandbox.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// A clock that stands still, or that runs so many times as fast as the real one, and can be put forward.
#[derive(Debug)]
pub(crate) struct Clock {
    /// How many seconds pass in the sandbox while one passes outside.
    rate: u32,
    reading: Mutex<Reading>,
}

/// What the clock showed at a moment outside.
#[derive(Clone, Copy, Debug)]
struct Reading {
    time: Timestamp,
    at: Instant,
}

impl Clock {
    pub(crate) fn new(time: Timestamp, rate: u32) -> Self {
        let at = Instant::now();
        Self {
            rate,
            reading: Mutex::new(Reading { time, at }),
        }
    }

    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.read(&self.reading.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts the clock forward. Returns what it shows then, or nothing where no such time can be written.
    pub(crate) fn advance(&self, by: SignedDuration) -> Option<Timestamp> {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let time = to_millisecond(self.read(&reading).checked_add(by).ok()?);
        *reading = Reading {
            time,
            at: Instant::now(),
        };
        Some(time)
    }

    fn read(&self, reading: &Reading) -> Timestamp {
        if self.rate == 0 {
            return reading.time;
        }
        let passed = SignedDuration::try_from(reading.at.elapsed()).unwrap_or(SignedDuration::MAX);
        let passed = passed.saturating_mul(i32::try_from(self.rate).unwrap_or(i32::MAX));
        // Where the last time that can be written has come, the clock stops.
        to_millisecond(reading.time.saturating_add(passed).unwrap_or(Timestamp::MAX))
    }
}

/// The service writes times to the millisecond.
fn to_millisecond(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_clock_that_stands_still_is_put_forward_only() {
        let start: Timestamp = "2026-01-15T06:00:00Z".parse().unwrap();
        let clock = Clock::new(start, 0);
        assert_eq!(clock.now(), start);
        let later = clock.advance(SignedDuration::from_hours(25)).unwrap();
        assert_eq!(later.to_string(), "2026-01-16T07:00:00Z");
        assert_eq!(clock.now(), later);
    }

    #[test]
    fn the_last_time_that_can_be_written_is_not_passed() {
        let clock = Clock::new(Timestamp::MAX, 1000);
        assert!(clock.now() <= Timestamp::MAX);
        assert_eq!(clock.advance(SignedDuration::from_hours(1)), None);
    }
}
