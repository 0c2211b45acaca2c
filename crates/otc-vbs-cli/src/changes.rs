//! Changes to several things, of which some may fail.

use std::future::Future;

use futures_util::stream::{self, StreamExt as _};

use crate::diagnostics;
use crate::exit::Failure;

/// The number of things that are changed at the same time.
const CONCURRENCY: usize = 8;

/// The results of changes.
pub(crate) struct Outcome<T> {
    /// The results of the changes that succeeded, in order.
    pub(crate) done: Vec<T>,
    failures: Vec<Failure>,
}

/// Makes changes concurrently. A change that fails does not stop the others.
pub(crate) async fn make<T, F>(changes: impl IntoIterator<Item = F>, dry_run: bool) -> Outcome<T>
where
    F: Future<Output = Result<T, Failure>>,
{
    // A dry run prints the requests in order.
    let at_once = if dry_run { 1 } else { CONCURRENCY };
    let results: Vec<_> = stream::iter(changes).buffered(at_once).collect().await;
    let mut outcome = Outcome { done: Vec::new(), failures: Vec::new() };
    for result in results {
        match result {
            Ok(done) => outcome.done.push(done),
            Err(Failure::DryRun) => {}
            Err(failure) => outcome.failures.push(failure),
        }
    }
    outcome
}

impl<T> Outcome<T> {
    /// The results of the changes that succeeded, and the outcome without them.
    pub(crate) fn take(self) -> (Vec<T>, Outcome<()>) {
        let done = vec![(); self.done.len()];
        (self.done, Outcome { done, failures: self.failures })
    }

    /// Fails unless every change succeeded. `things` is the plural of what was changed, and `changed` is what was to be done
    /// to them, for example "policies" and "deleted".
    pub(crate) fn check(self, things: &str, changed: &str) -> Result<(), Failure> {
        let (done, failed) = (self.done.len(), self.failures.len());
        if done == 0 || failed == 0 {
            return Failure::partial(self.failures, false);
        }
        self.failures.iter().for_each(|failure| diagnostics::warning(&failure.to_string()));
        Err(Failure::Incomplete {
            problem: format!("{failed} of {} {things} could not be {changed}", done + failed),
            hint: Some(format!("see the {} above", if failed == 1 { "reason" } else { "reasons" })),
            something_done: true,
        })
    }
}
