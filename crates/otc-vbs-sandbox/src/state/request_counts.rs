//! Counts the requests.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The number of requests by operation and status.
#[derive(Debug, Default)]
pub(crate) struct RequestCounts(Mutex<BTreeMap<(String, Option<u16>), u64>>);

impl RequestCounts {
    pub(crate) fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, Option<u16>), u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn count(&self, operation: String, status: Option<u16>) {
        *self.lock().entry((operation, status)).or_default() += 1;
    }
}
