//! The progress of long work.

use std::io::{IsTerminal as _, stderr, stdout};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use crate::diagnostics;
use crate::words::text;

/// A count on standard error that disappears at the end.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
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
