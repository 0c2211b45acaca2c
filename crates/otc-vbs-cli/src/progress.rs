//! How far a long walk has come.

use std::io::{IsTerminal as _, stderr, stdout};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

/// A count on standard error that goes away at the end.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Shown where standard error is a terminal and standard output is not: on a terminal, the jobs themselves show it.
    pub(crate) fn new() -> Self {
        if !stderr().is_terminal() || stdout().is_terminal() {
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
            bar.set_message(policy.to_owned());
        }
    }

    pub(crate) fn add(&self, jobs: usize) {
        if let Some(bar) = &self.0 {
            bar.inc(jobs as u64);
        }
    }
}
