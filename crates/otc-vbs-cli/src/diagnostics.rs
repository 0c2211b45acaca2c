//! What is said on standard error: warnings, notes and errors.

use std::error::Error as StdError;
use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use clap::ColorChoice;

use crate::exit::Failure;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();
const SANDBOX: Style = AnsiColor::Magenta.on_default().bold();

/// Says for the whole process whether output is coloured. `auto` looks at the terminal and at `NO_COLOR`.
pub(crate) fn set_color(choice: ColorChoice) {
    let choice = match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

/// Whether what goes to standard output is to be coloured.
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
            line(&format!("  caused by: {text}"));
            printed.push_str(&text);
        }
        cause = error.source();
    }
}

pub(crate) fn warning(text: &str) {
    say(WARNING, "warning", text);
}

pub(crate) fn note(text: &str) {
    say(NOTE, "note", text);
}

/// What has to be said wherever data of a sandbox are shown.
pub(crate) fn sandbox(text: &str) {
    say(SANDBOX, "sandbox", text);
}

fn say(style: Style, label: &str, text: &str) {
    line(&format!("{style}{label}:{style:#} {text}"));
}

/// Where standard error is closed nobody listens, and that must not fail the command.
fn line(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}
