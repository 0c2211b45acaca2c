//! Limits the share of retries.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The cost of a retry in the budget's unit.
const RETRY: u64 = 1000;

/// Limits the retries of all calls together, so that a service that is down does not get four times the
/// requests.
///
/// The budget is a reserve of retries. Each retry takes one, and each call that gets an answer gives back a
/// part of one. While it is empty, failures are returned and not retried. Defaults to a reserve of 100, and a
/// tenth for each success.
///
/// Clones share the reserve, so several clients can share one.
///
/// ```
/// use otc_http::{RetryBudget, RetryPolicy};
///
/// let shared = RetryBudget::new(20, 0.1);
/// let policy = RetryPolicy::default().budget(shared.clone());
/// ```
#[derive(Clone, Debug)]
pub struct RetryBudget {
    left: Arc<AtomicU64>,
    most: u64,
    earned: u64,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(100, 0.1)
    }
}

impl RetryBudget {
    /// A reserve of this many retries, and the part of a retry that each success gives back.
    pub fn new(reserve: u32, earned_by_success: f64) -> Self {
        let most = u64::from(reserve) * RETRY;
        Self {
            left: Arc::new(AtomicU64::new(most)),
            most,
            // Converting a float saturates, and turns NaN into 0.
            earned: (earned_by_success * RETRY as f64) as u64,
        }
    }

    /// Does not limit retries: only the attempts of each call count.
    pub fn unlimited() -> Self {
        Self { left: Arc::new(AtomicU64::new(u64::MAX)), most: u64::MAX, earned: u64::MAX }
    }

    /// Takes a retry from the budget. Returns `false` if the budget is empty.
    pub(super) fn withdraw(&self) -> bool {
        let take = |left: u64| left.checked_sub(RETRY);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    /// Gives back the part of a retry that a success earns.
    pub(super) fn deposit(&self) {
        let give = |left: u64| Some(left.saturating_add(self.earned).min(self.most));
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, give);
    }
}
