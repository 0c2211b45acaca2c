//! The progress of long work.

use std::io::{IsTerminal as _, stderr, stdout};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use crate::diagnostics;
use crate::words::text;

/// The time between two frames of a spinner.
const TICK: Duration = Duration::from_millis(120);

/// A line on standard error that changes in place and disappears when it is dropped. It is hidden with `--quiet` and if
/// standard error is not a terminal.
#[derive(Clone)]
pub(crate) struct Spinner(Option<ProgressBar>);

impl Spinner {
    /// A spinner with the elapsed time and a message.
    pub(crate) fn new() -> Self {
        Self::with_template("{spinner} {elapsed}: {wide_msg}")
    }

    /// A spinner with a number of jobs. It is also hidden if the jobs themselves appear on the terminal.
    pub(crate) fn counting_jobs() -> Self {
        match stdout().is_terminal() {
            true => Self(None),
            false => Self::counting_jobs_without_rows(),
        }
    }

    /// A spinner with a number of jobs, for a command that prints no rows.
    pub(crate) fn counting_jobs_without_rows() -> Self {
        Self::with_template("{spinner} {human_pos} jobs in {elapsed}: {wide_msg}")
    }

    fn with_template(template: &str) -> Self {
        if diagnostics::is_quiet() || !stderr().is_terminal() {
            return Self(None);
        }
        let style =
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
            .with_style(style)
            .with_finish(ProgressFinish::AndClear);
        bar.enable_steady_tick(TICK);
        Self(Some(bar))
    }

    pub(crate) fn set_message(&self, message: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(text::line(message));
        }
    }

    /// Sets the message, or prints it as a note if the spinner is hidden.
    pub(crate) fn set_message_or_note(&self, message: &str) {
        match &self.0 {
            Some(_) => self.set_message(message),
            None => diagnostics::note(message),
        }
    }

    pub(crate) fn add_jobs(&self, jobs: usize) {
        if let Some(bar) = &self.0 {
            bar.inc(jobs as u64);
        }
    }

    /// Hides the spinner while `print` prints.
    pub(crate) fn suspend(&self, print: impl FnOnce()) {
        match &self.0 {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}
