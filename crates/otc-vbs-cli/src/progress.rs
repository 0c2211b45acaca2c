//! The progress of long work.

use std::io::{IsTerminal as _, stderr, stdout};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};
use jiff::SignedDuration;

use crate::diagnostics;
use crate::words::{text, time};

/// The time between two pictures of a spinner.
const TICK: Duration = Duration::from_millis(120);

/// A count on standard error that disappears at the end.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// The state of a wait, which [`begin`](Self::begin) sets. Shown if standard error is a terminal.
    pub(crate) fn of_wait() -> Self {
        if diagnostics::is_quiet() || !stderr().is_terminal() {
            return Self(None);
        }
        let style = ProgressStyle::with_template("{spinner} {elapsed}: {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
            .with_style(style)
            .with_finish(ProgressFinish::AndClear);
        bar.enable_steady_tick(Duration::from_secs(1));
        Self(Some(bar))
    }

    /// Shown if standard error is a terminal and standard output is not: on a terminal, the rows themselves show the progress.
    pub(crate) fn new() -> Self {
        if diagnostics::is_quiet() || !stderr().is_terminal() || stdout().is_terminal() {
            return Self(None);
        }
        let style = ProgressStyle::with_template("{spinner} {human_pos} jobs in {elapsed}: {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
            .with_style(style)
            .with_finish(ProgressFinish::AndClear);
        Self(Some(bar))
    }

    /// Sets the text: what is being worked on.
    pub(crate) fn begin(&self, policy: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(text::line(policy));
        }
    }

    pub(crate) fn add(&self, jobs: usize) {
        if let Some(bar) = &self.0 {
            bar.inc(jobs as u64);
        }
    }
}

/// A line on standard error about a job that the command waits for. It disappears at the end.
#[derive(Clone)]
pub(crate) struct Waiting(Option<ProgressBar>);

impl Waiting {
    /// Shown if standard error is a terminal. `what` is the beginning of the line.
    pub(crate) fn new(what: &str) -> Self {
        if diagnostics::is_quiet() || !stderr().is_terminal() {
            return Self(None);
        }
        let style = ProgressStyle::with_template("{spinner} {prefix}: {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
            .with_style(style)
            .with_prefix(text::line(what))
            .with_message("waiting")
            .with_finish(ProgressFinish::AndClear);
        bar.enable_steady_tick(TICK);
        Self(Some(bar))
    }

    pub(crate) fn set_status(&self, status: &str) {
        if let Some(bar) = &self.0 {
            let elapsed = SignedDuration::try_from(bar.elapsed()).unwrap_or_default();
            bar.set_message(format!("{} after {}", text::line(status), time::duration(elapsed)));
        }
    }

    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// The state of what the command waits for, on standard error: a line that changes on a terminal, and a line for each state
/// elsewhere.
pub(crate) struct StateLine(Option<ProgressBar>);

impl StateLine {
    pub(crate) fn new() -> Self {
        if diagnostics::is_quiet() || !stderr().is_terminal() {
            return Self(None);
        }
        let style = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
            .with_style(style)
            .with_finish(ProgressFinish::AndClear);
        bar.enable_steady_tick(TICK);
        Self(Some(bar))
    }

    pub(crate) fn say(&self, state: &str) {
        match &self.0 {
            Some(bar) => bar.set_message(text::line(state)),
            None => diagnostics::note(state),
        }
    }

    /// Runs something that prints.
    pub(crate) fn suspend(&self, print: impl FnOnce()) {
        match &self.0 {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}
