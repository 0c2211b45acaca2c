//! One attempt for all who wait.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Error, Result};

/// A value that is made when it is first asked for, by one caller for all.
///
/// Those who ask while it is being made wait, and get what came of it, the error too: a hundred calls with a wrong
/// password are one failed login. Where the caller that makes it is dropped, the next of those who wait goes on.
pub(super) struct Flight<T> {
    gate: tokio::sync::Mutex<()>,
    state: Mutex<State<T>>,
}

struct State<T> {
    value: Option<Arc<T>>,
    /// How many attempts failed, and how the last one did.
    failures: u64,
    failure: Option<Error>,
}

impl<T> Default for Flight<T> {
    fn default() -> Self {
        Self {
            gate: tokio::sync::Mutex::default(),
            state: Mutex::new(State {
                value: None,
                failures: 0,
                failure: None,
            }),
        }
    }
}

impl<T> Flight<T> {
    /// The value, if it is there and good; else one that is made now.
    pub(super) async fn get<F>(&self, good: impl Fn(&T) -> bool, make: impl FnOnce() -> F) -> Result<Arc<T>>
    where
        F: Future<Output = Result<T>>,
    {
        let failures = {
            let state = self.state();
            if let Some(value) = state.value.as_ref().filter(|value| good(value)) {
                return Ok(value.clone());
            }
            state.failures
        };
        let _gate = self.gate.lock().await;
        {
            let state = self.state();
            if let Some(value) = state.value.as_ref().filter(|value| good(value)) {
                return Ok(value.clone());
            }
            if state.failures > failures
                && let Some(error) = &state.failure
            {
                return Err(error.clone());
            }
        }
        let made = make().await;
        let mut state = self.state();
        match made {
            Ok(value) => {
                let value = Arc::new(value);
                state.value = Some(value.clone());
                state.failure = None;
                Ok(value)
            }
            Err(error) => {
                state.failures += 1;
                state.failure = Some(error.clone());
                Err(error)
            }
        }
    }

    /// Takes the value away, if it is this one.
    pub(super) fn take_if(&self, which: impl Fn(&T) -> bool) -> Option<Arc<T>> {
        self.state().value.take_if(|value| which(value))
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        // Nothing panics while it is held, and each change is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
