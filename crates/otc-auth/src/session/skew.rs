//! How far the clock of the service is from this machine's.

use std::sync::{Mutex, PoisonError};

use http::HeaderMap;
use http::header::DATE;
use jiff::{SignedDuration, Timestamp};

/// A difference that can't be why a signature was refused: those are good for about 15 minutes.
const TOLERABLE: SignedDuration = SignedDuration::from_secs(60);

/// The difference that is added to this machine's time in signatures.
#[derive(Default)]
pub(super) struct Skew(Mutex<SignedDuration>);

impl Skew {
    pub(super) fn apply(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.get()).unwrap_or(now)
    }

    /// Learns the service's time. Whether signatures will differ by enough to matter.
    pub(super) fn learn(&self, headers: &HeaderMap, now: Timestamp) -> bool {
        let Some(there) = date(headers) else {
            return false;
        };
        let skew = there.duration_since(now);
        let change = skew - self.get();
        let matters = change.abs() > TOLERABLE;
        if matters {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = skew;
        }
        matters
    }

    fn get(&self) -> SignedDuration {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(DATE)?.to_str().ok()?;
    let date = jiff::fmt::rfc2822::parse(date).ok()?;
    Some(date.timestamp())
}
