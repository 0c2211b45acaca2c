//! No secret is told: a recognisable value is planted in every place for one, every scenario is run, and all that is told is
//! searched for them, as they are and encoded.
//!
//! | module | scenarios |
//! |---|---|
//! | `auth_cases` | every case of otc-auth |
//! | `sessions` | each kind of credentials against the sandbox: success, refusal, each fault of either service |
//! | `transports` | servers that repeat what they are sent, proxies, TLS and HTTP/2, settings that can't be used |
//! | `command` | `vbs` with each kind of credentials |
//! | `files` | committed snapshots and expectations |
//!
//! Told is: `Debug`, `Display` and the sources of everything public, all of `tracing` and `log` at level TRACE, by any
//! library, the addresses of requests, what the command prints, names of files.
//!
//! It is in this package, the last of the workspace, since only here Cargo says where the command is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod auth_cases;
mod canaries;
mod command;
mod faults;
mod files;
mod kinds;
mod self_check;
mod sessions;
mod tls;
mod transports;

use std::fmt::{Debug, Display};

use otc_vbs_testing::Log;

use canaries::{Canaries, Told};

/// All that was told so far.
pub(crate) struct Run {
    log: Log,
    told: Told,
    scenarios: usize,
}

impl Run {
    fn value(&mut self, place: &str, value: &(impl Debug + ?Sized)) {
        self.told.value(place, value);
    }

    fn error(&mut self, place: &str, error: &(dyn std::error::Error + 'static)) {
        self.told.error(place, error);
    }

    fn text(&mut self, place: &str, text: impl Display) {
        self.told.text(place, text.to_string());
    }

    /// What a call ended with. The error of one that failed is returned.
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

    /// The end of a scenario: what was logged is its.
    fn end(&mut self, place: &str) {
        let log = self.log.take();
        self.told.text(&format!("{place}, log"), log);
        self.scenarios += 1;
    }

    /// The end of a scenario in which somebody must have been heard, or it would show nothing.
    fn end_heard(&mut self, place: &str, targets: &[&str]) {
        let log = self.log.read();
        for target in targets {
            assert!(log.contains(target), "{place}: {target} was not heard");
        }
        self.end(place);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_told() {
    let log = Log::of_the_process();
    self_check::what_is_leaked_is_found(&log);
    let mut run = Run {
        log,
        told: Told::default(),
        scenarios: 0,
    };
    let mut canaries = Canaries::default();
    auth_cases::run(&mut run, &mut canaries).await;
    sessions::run(&mut run, &mut canaries).await;
    transports::run(&mut run).await;
    tls::run(&mut run, &mut canaries).await;
    command::run(&mut run).await;
    assert!(run.scenarios > 500, "{} scenarios", run.scenarios);
    let leaks = run.told.leaks(&canaries);
    let first: Vec<_> = leaks.iter().take(20).map(String::as_str).collect();
    assert!(
        leaks.is_empty(),
        "{} places tell a secret:\n{}",
        leaks.len(),
        first.join("\n")
    );
    files::search(&canaries);
}
