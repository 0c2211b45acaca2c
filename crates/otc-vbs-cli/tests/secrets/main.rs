//! No output may contain a secret. Recognisable values are planted wherever a secret can be, every scenario is run, and the
//! output is searched for the values, in plain text and encoded. The cases of otc-auth are searched in that crate's tests.
//!
//! | module | scenarios |
//! |---|---|
//! | `sessions` | each kind of credentials against the sandbox: success, refusal, each fault of either service |
//! | `transports` | servers that echo requests, proxies, TLS and HTTP/2, invalid settings |
//! | `command` | `vbs` with each kind of credentials |
//! | `files` | committed snapshots |
//!
//! Output is `Debug`, `Display` and the sources of everything public, all of `tracing` and `log` at level TRACE, by any
//! library, the URLs of requests, the output of the command, and file names.
//!
//! The tests are in this package because Cargo tells only its tests where the command is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod command;
mod faults;
mod files;
mod kinds;
mod self_check;
mod sessions;
mod tls;
mod transports;

use std::fmt::{Debug, Display};

use otc_vbs_testing::{Canaries, CapturedOutput, Log};

/// The output so far.
pub(crate) struct Run {
    log: Log,
    output: CapturedOutput,
    scenarios: usize,
}

impl Run {
    fn value(&mut self, place: &str, value: &(impl Debug + ?Sized)) {
        self.output.debug(place, value);
    }

    fn error(&mut self, place: &str, error: &(dyn std::error::Error + 'static)) {
        self.output.error(place, error);
    }

    fn text(&mut self, place: &str, text: impl Display) {
        self.output.text(place, text.to_string());
    }

    /// Adds the result of a call. Returns the error if it failed.
    fn ended<T: Debug, E: std::error::Error + 'static>(
        &mut self,
        place: &str,
        result: Result<T, E>,
    ) -> Option<E> {
        match result {
            Ok(value) => {
                self.value(place, &value);
                None
            }
            Err(error) => {
                self.error(place, &error);
                Some(error)
            }
        }
    }

    /// Ends a scenario: adds what was logged since the last one.
    fn end(&mut self, place: &str) {
        let log = self.log.take();
        self.output.text(&format!("{place}, log"), log);
        self.scenarios += 1;
    }

    /// Ends a scenario in which each of the targets must have logged, so that there is something to search.
    fn end_heard(&mut self, place: &str, targets: &[&str]) {
        let log = self.log.read();
        for target in targets {
            assert!(log.contains(target), "{place}: {target} logged nothing");
        }
        self.end(place);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_output_contains_a_secret() {
    let log = Log::of_the_process();
    self_check::leaks_are_found(&log);
    let mut run = Run { log, output: CapturedOutput::default(), scenarios: 0 };
    let mut canaries = Canaries::default();
    sessions::run(&mut run, &mut canaries).await;
    transports::run(&mut run).await;
    tls::run(&mut run, &mut canaries).await;
    command::run(&mut run).await;
    assert!(run.scenarios > 500, "{} scenarios", run.scenarios);
    let leaks = run.output.leaks(&canaries);
    let first: Vec<_> = leaks.iter().take(20).map(String::as_str).collect();
    assert!(leaks.is_empty(), "{} places contain a secret:\n{}", leaks.len(), first.join("\n"));
    files::search(&canaries);
}
