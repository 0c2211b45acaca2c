//! The difference between the clocks of the service and of this machine.

use std::sync::{Mutex, PoisonError};

use http::HeaderMap;
use http::header::DATE;
use jiff::{SignedDuration, Timestamp};

/// The largest difference that can't cause the refusal of a signature: signatures are valid for about 15
/// minutes.
const TOLERABLE: SignedDuration = SignedDuration::from_secs(60);

/// The difference that is added to this machine's time in signatures.
#[derive(Default)]
pub(super) struct Skew(Mutex<SignedDuration>);

impl Skew {
    pub(super) fn apply(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.get()).unwrap_or(now)
    }

    /// Learns the service's time. Returns whether later signatures differ enough to matter.
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
