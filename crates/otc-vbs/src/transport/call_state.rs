//! What the layers of one call tell each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use tokio::time::Instant;

/// What the layers of one call tell each other: it travels in the extensions of the request.
///
/// A layer of your own reads it with [`CallState::of`].
#[derive(Clone, Debug, Default)]
pub struct CallState {
    deadline: Option<Instant>,
    attempts: Arc<AtomicU32>,
}

impl CallState {
    /// The state of the call that this request is part of. A request that has none gets one.
    pub fn of(request: &mut http::Request<Bytes>) -> Self {
        request.extensions_mut().get_or_insert_with(Self::default).clone()
    }

    /// When the call ends, where that is known, by Tokio's clock. To sleep past it is of no use.
    pub fn deadline(&self) -> Option<std::time::Instant> {
        self.deadline.map(Instant::into_std)
    }

    pub(crate) fn ends_at(&self) -> Option<Instant> {
        self.deadline
    }

    /// How many attempts were begun.
    pub fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// Makes the call end then, or when it was to end before, whichever comes first.
    pub(crate) fn end_at(request: &mut http::Request<Bytes>, deadline: Instant) -> Self {
        let mut state = Self::of(request);
        let earliest = state.deadline.map_or(deadline, |earlier| earlier.min(deadline));
        state.deadline = Some(earliest);
        request.extensions_mut().insert(state.clone());
        state
    }

    pub(crate) fn begin_attempt(&self) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
    }
}
