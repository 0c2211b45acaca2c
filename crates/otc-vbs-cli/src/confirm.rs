//! Asks before something is destroyed.

use std::io::{IsTerminal as _, Write as _, stderr, stdin};

use crate::diagnostics;
use crate::exit::Failure;
use crate::words::{self, text};

/// Asks on a terminal whether to destroy something, and returns if the answer is yes. `verb` and `doing` say what is done to
/// `what`, for example "delete" and "deleting". With `yes`, which is needed if there is no terminal, says so instead of asking.
pub(crate) fn confirm(verb: &str, doing: &str, what: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        diagnostics::note(&format!("{doing} {what}"));
        return Ok(());
    }
    let what = text::line(what);
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return Err(Failure::Usage {
            problem: format!("this needs confirmation, and there is no terminal to ask on: {verb} {what}"),
            hint: Some("use --yes to do it without asking, or --dry-run to see the request".to_owned()),
        });
    }
    let mut terminal = anstream::stderr();
    write!(terminal, "{verb} {what}? [y/N] ").and_then(|()| terminal.flush()).map_err(Failure::Output)?;
    let mut answer = String::new();
    stdin().read_line(&mut answer).map_err(Failure::Output)?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::Declined),
    }
}

/// `backup b1`, or `2 backups: b1, b2`.
pub(crate) fn listed(singular: &str, things: &[String]) -> String {
    match things {
        [one] => format!("{singular} {one}"),
        several => format!("{}: {}", words::count(several.len() as u64, singular), several.join(", ")),
    }
}

/// With --yes, a thing to destroy must be named by its full id or exact name, so that a typing error can't hit another thing.
pub(crate) fn check_exact(argument: &str, id: &str, name: Option<&str>, yes: bool) -> Result<(), Failure> {
    if !yes || argument == id || Some(argument) == name {
        return Ok(());
    }
    Err(Failure::Usage {
        problem: format!("`{argument}` is only the beginning of the id {id}"),
        hint: Some("with --yes, use the full id or the exact name".to_owned()),
    })
}
