//! Warnings, notes and errors on standard error.

use std::error::Error as StdError;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::{AnsiColor, Style};
use clap::ColorChoice;

use crate::exit::Failure;
use crate::words;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();
const SANDBOX: Style = AnsiColor::Magenta.on_default().bold();

static QUIET: AtomicBool = AtomicBool::new(false);

/// Sets whether the output of the process is coloured. `auto` depends on the terminal and on `NO_COLOR`.
pub(crate) fn set_color(choice: ColorChoice) {
    let choice = match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

/// Whether standard output is coloured.
pub(crate) fn color_on_stdout() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// Prints an error and what to do about it. With `verbose`, also its causes, which are the words of libraries.
pub(crate) fn error(failure: &Failure, verbose: bool) {
    let text = failure.to_string();
    say(ERROR, "error", &text);
    if verbose {
        causes(failure, text);
    }
    if let Some(hint) = failure.hint() {
        say(NOTE, "hint", &hint);
    }
}

fn causes(failure: &Failure, mut printed: String) {
    let mut cause = failure.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // Most errors repeat the text of their cause.
        if !printed.contains(&text) {
            line(&format!("  caused by: {}", words::text::line(&text)));
            printed.push_str(&text);
        }
        cause = error.source();
    }
}

pub(crate) fn warning(text: &str) {
    say(WARNING, "warning", text);
}

pub(crate) fn note(text: &str) {
    if !QUIET.load(Ordering::Relaxed) {
        say(NOTE, "note", text);
    }
}

/// Prints a summary of the results.
pub(crate) fn summary(text: &str) {
    if !QUIET.load(Ordering::Relaxed) {
        line(&words::text::line(text));
    }
}

/// Makes the process print no notes and summaries.
pub(crate) fn set_quiet(quiet: bool) {
    QUIET.store(quiet, Ordering::Relaxed);
}

pub(crate) fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Prints a request that was sent.
pub(crate) fn request(text: &str) {
    say(Style::new().dimmed(), "request", text);
}

/// Says that the data come from a sandbox.
pub(crate) fn sandbox(text: &str) {
    say(SANDBOX, "sandbox", text);
}

fn say(style: Style, label: &str, text: &str) {
    line(&format!("{style}{label}:{style:#} {}", words::text::line(text)));
}

/// Writes a line. A closed standard error must not fail the command.
fn line(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}
