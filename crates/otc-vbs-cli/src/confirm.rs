//! Asks before something is destroyed.

use std::io::{IsTerminal as _, Write as _, stderr, stdin};

use crate::exit::Failure;
use crate::words::text;

/// Asks `question` on a terminal, and returns if the answer is yes. `yes` is the option `--yes`, which is needed where there is
/// no terminal to ask on.
pub(crate) fn confirm(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return Err(Failure::Usage {
            problem: format!("there is no terminal to ask on: {}", text::line(question)),
            hint: Some("use --yes to do it without a question, or --dry-run to see the request".to_owned()),
        });
    }
    let mut terminal = anstream::stderr();
    write!(terminal, "{} [y/N] ", text::line(question))
        .and_then(|()| terminal.flush())
        .map_err(Failure::Output)?;
    let mut answer = String::new();
    stdin().read_line(&mut answer).map_err(Failure::Output)?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::Declined),
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
