//! How much of what is sent may be repeats.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A repeat, in the unit that the budget counts in.
const REPEAT: u64 = 1000;

/// How many repeats all calls together may make, so that a service that is down is not sent four times as much.
///
/// It holds a reserve of repeats. Each repeat takes one, each call that needs none more gives a part of one back. When it
/// is empty, what fails is returned and not repeated, until calls succeed again. It has 100 repeats and gives a tenth of one
/// back where nothing else is said.
///
/// Clones are the same budget: several clients may share one.
///
/// ```
/// use otc_vbs::transport::{RetryBudget, RetryPolicy};
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
    /// A reserve of so many repeats, and the part of one that each success gives back.
    pub fn new(reserve: u32, earned_by_success: f64) -> Self {
        let most = u64::from(reserve) * REPEAT;
        Self {
            left: Arc::new(AtomicU64::new(most)),
            most,
            // A conversion from a float saturates, and makes 0 of what is no number.
            earned: (earned_by_success * REPEAT as f64) as u64,
        }
    }

    /// As many repeats as the attempts of each call allow.
    pub fn unlimited() -> Self {
        Self {
            left: Arc::new(AtomicU64::new(u64::MAX)),
            most: u64::MAX,
            earned: u64::MAX,
        }
    }

    /// Takes a repeat, where there is one.
    pub(super) fn withdraw(&self) -> bool {
        let take = |left: u64| left.checked_sub(REPEAT);
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
    }

    /// Gives back what a success earns.
    pub(super) fn deposit(&self) {
        let give = |left: u64| Some(left.saturating_add(self.earned).min(self.most));
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, give);
    }
}
