//! Runs work once for all callers that wait for its result.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use crate::{Error, Result};

/// The extra time that callers wait, so that the work can report its own timeout.
const GRACE: Duration = Duration::from_secs(1);
/// How often one caller starts abandoned work before it gives up. Work is abandoned if its runtime shuts down.
const MAX_STARTS: u32 = 3;

/// A value that is produced on demand, by one task for all callers.
///
/// - The first caller spawns the work on its Tokio runtime. The others join it.
/// - The work does not belong to any caller: it continues if callers are dropped.
/// - All waiters get the same result, errors included: a hundred calls with a wrong password are one failed
///   login. An error is not kept: the next caller starts again.
/// - If the runtime of the work is dropped, the next caller or a remaining waiter starts it again. If that
///   runtime is kept but no longer driven, the work is started again after its time limit.
/// - The work has a time limit. If it panics, its waiters get an error.
pub(super) struct SingleFlight<T> {
    /// The name of the work in messages: `the sign-in`.
    what: &'static str,
    limit: Duration,
    state: Arc<Mutex<State<T>>>,
}

tokio::task_local! {
    /// The deadline of the work in progress.
    static DEADLINE: Instant;
}

/// The deadline of the work that the current task runs, so that its requests can end earlier. `None` outside such
/// work, and if the work has no limit.
pub(crate) fn deadline() -> Option<std::time::Instant> {
    DEADLINE.try_with(|deadline| deadline.into_std()).ok()
}

struct State<T> {
    value: Option<Arc<T>>,
    flight: Option<Flight<T>>,
    flights: u64,
}

/// `None` until the work is done. If its sender is dropped before that, the work was abandoned.
type Outcome<T> = Option<Result<Arc<T>>>;

/// Work in progress.
struct Flight<T> {
    number: u64,
    /// The time at which its waiters give up. `None` means never.
    expires: Option<Instant>,
    outcome: watch::Receiver<Outcome<T>>,
}

impl<T> Clone for Flight<T> {
    fn clone(&self) -> Self {
        Self { number: self.number, expires: self.expires, outcome: self.outcome.clone() }
    }
}

impl<T: Send + Sync + 'static> SingleFlight<T> {
    pub(super) fn new(what: &'static str, limit: Duration) -> Self {
        Self { what, limit, state: Arc::new(Mutex::new(State { value: None, flight: None, flights: 0 })) }
    }

    /// The current value if it is usable, otherwise the result of the work.
    ///
    /// # Errors
    ///
    /// The error of the work, [`Error::is_timeout`] if its limit passes, and [`Error::is_config`] outside
    /// a Tokio runtime.
    pub(super) async fn get<F>(&self, is_usable: impl Fn(&T) -> bool, work: impl Fn() -> F) -> Result<Arc<T>>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let mut starts = 0;
        // Waiting needs the runtime's clock, too.
        let runtime = Handle::try_current().map_err(|_| self.no_runtime());
        loop {
            let (flight, completion) = {
                let mut state = lock(&self.state);
                if let Some(value) = state.value.as_ref().filter(|value| is_usable(value)) {
                    return Ok(Arc::clone(value));
                }
                runtime.as_ref().map_err(Error::clone)?;
                match &state.flight {
                    Some(flight) => (flight.clone(), None),
                    None => {
                        let (flight, completion) = self.start(&mut state);
                        (flight, Some(completion))
                    }
                }
            };
            // Spawn after releasing the lock: a runtime that is shutting down drops the task at once, and with it the
            // completion, whose `drop` takes the lock.
            if let (Some(completion), Ok(runtime)) = (completion, &runtime) {
                starts += 1;
                if starts > MAX_STARTS {
                    return Err(self.abandoned());
                }
                runtime.spawn(run(work(), self.limit, completion));
            }
            if let Some(result) = self.wait(flight).await {
                return result;
            }
        }
    }

    /// Removes and returns the value if it matches.
    pub(super) fn take_if(&self, matches: impl Fn(&T) -> bool) -> Option<Arc<T>> {
        lock(&self.state).value.take_if(|value| matches(value))
    }

    fn start(&self, state: &mut State<T>) -> (Flight<T>, Completion<T>) {
        state.flights += 1;
        let (sender, outcome) = watch::channel(None);
        let flight = Flight {
            number: state.flights,
            expires: Instant::now().checked_add(self.limit.saturating_add(GRACE)),
            outcome,
        };
        state.flight = Some(flight.clone());
        let completion =
            Completion { what: self.what, number: flight.number, state: Arc::clone(&self.state), sender };
        (flight, completion)
    }

    /// The outcome, or `None` if the work was abandoned.
    async fn wait(&self, mut flight: Flight<T>) -> Outcome<T> {
        let outcome = async {
            let outcome = flight.outcome.wait_for(Option::is_some).await;
            outcome.ok().and_then(|outcome| outcome.clone())
        };
        let Some(expires) = flight.expires else {
            return outcome.await;
        };
        timeout_at(expires, outcome).await.unwrap_or_else(|_| {
            lock(&self.state).clear_flight(flight.number);
            None
        })
    }

    fn no_runtime(&self) -> Error {
        Error::config(format!(
            "{} needs a Tokio runtime with I/O and time enabled; call it from within one",
            self.what
        ))
    }

    fn abandoned(&self) -> Error {
        Error::config(format!("{} was abandoned: the Tokio runtime is shutting down", self.what))
    }
}

async fn run<T, F>(work: F, limit: Duration, completion: Completion<T>)
where
    F: Future<Output = Result<T>>,
{
    let limited = async {
        match Instant::now().checked_add(limit) {
            Some(deadline) => DEADLINE.scope(deadline, work).await,
            None => work.await,
        }
    };
    // The requests end at the deadline by themselves, with more specific errors.
    let result = timeout(limit.saturating_add(GRACE / 2), limited).await.unwrap_or_else(|_| {
        let what = completion.what;
        Err(Error::timeout(format!("{what} did not finish within {} s", limit.as_secs_f32())))
    });
    completion.complete(result.map(Arc::new));
}

impl<T> State<T> {
    /// Whether the flight was the current one.
    fn clear_flight(&mut self, number: u64) -> bool {
        self.flight.take_if(|flight| flight.number == number).is_some()
    }
}

/// Publishes the outcome of the work. If it is dropped before it publishes, the work panicked or its runtime was dropped.
struct Completion<T> {
    what: &'static str,
    number: u64,
    state: Arc<Mutex<State<T>>>,
    sender: watch::Sender<Outcome<T>>,
}

impl<T> Completion<T> {
    fn complete(&self, result: Result<Arc<T>>) {
        {
            let mut state = lock(&self.state);
            // Abandoned work must not replace the value of its successor.
            if state.clear_flight(self.number)
                && let Ok(value) = &result
            {
                state.value = Some(Arc::clone(value));
            }
        }
        self.sender.send_replace(Some(result));
    }
}

impl<T> Drop for Completion<T> {
    fn drop(&mut self) {
        if self.sender.borrow().is_some() {
            return;
        }
        if std::thread::panicking() {
            self.complete(Err(Error::internal(format!("{} panicked", self.what))));
        } else {
            lock(&self.state).clear_flight(self.number);
        }
    }
}

fn lock<T>(state: &Mutex<State<T>>) -> MutexGuard<'_, State<T>> {
    // Nothing panics while the lock is held, and every change is complete.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
