//! Applies the events that are due in slices, so that the server stays responsive even if the clock jumps.

use std::panic::resume_unwind;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::AppState;
use crate::domain::Vbs;

/// The time for which events are applied before other requests get their turn.
const SLICE: Duration = Duration::from_millis(10);
/// The time between two slices. It is long enough for a waiting request to get its turn, which the lock does
/// not guarantee.
const PAUSE: Duration = Duration::from_micros(200);
/// The interval at which the clock is checked while it runs.
const INTERVAL: Duration = Duration::from_secs(1);

/// The sandbox is stopping, so the remaining events are not applied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopped;

impl AppState {
    /// The service at the current time.
    ///
    /// Applies the events that are due, but only for a short time, so that a request does not delay others.
    /// While a jump of the clock is being applied, a request sees an intermediate state.
    pub(crate) fn vbs_at_now(&self) -> MutexGuard<'_, Vbs> {
        self.apply_slice(self.now()).0
    }

    /// Applies the events that are due until a time, however long it takes. Blocks the thread.
    pub(crate) fn catch_up(&self, until: Timestamp) -> Result<(), Stopped> {
        while !self.apply_slice(until).1 {
            if self.is_stopped() {
                return Err(Stopped);
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Also returns whether all due events have been applied.
    fn apply_slice(&self, until: Timestamp) -> (MutexGuard<'_, Vbs>, bool) {
        let mut vbs = self.vbs.lock().unwrap_or_else(PoisonError::into_inner);
        let started = Instant::now();
        while vbs.apply_next(until) {
            if started.elapsed() >= SLICE {
                return (vbs, false);
            }
        }
        (vbs, true)
    }

    fn is_stopped(&self) -> bool {
        self.stopped.has_changed().is_err()
    }
}

/// Like [`AppState::catch_up`], without blocking the runtime.
pub(crate) async fn catch_up_off_reactor(app: Arc<AppState>, until: Timestamp) -> Result<(), Stopped> {
    let caught_up = tokio::task::spawn_blocking(move || app.catch_up(until)).await;
    caught_up.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        // The runtime is shutting down.
        Err(_) => Err(Stopped),
    })
}

/// Applies the events that are due while no requests arrive, so that the next request does not have to apply
/// many of them.
pub(crate) async fn keep_up(app: Weak<AppState>) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        let Some(app) = app.upgrade() else {
            return;
        };
        let now = app.now();
        if catch_up_off_reactor(app, now).await.is_err() {
            return;
        }
    }
}
