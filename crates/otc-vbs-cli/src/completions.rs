//! `vbs completions`: the completion script of a shell.

use std::io::Write as _;

use clap_complete::Shell;

use crate::cli::Cli;
use crate::exit::Failure;

/// Print the completion script for a shell.
///
/// For bash: `vbs completions bash > ~/.local/share/bash-completion/completions/vbs`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(arguments: Args) -> Result<(), Failure> {
    // It panics if its writer fails, and a buffer in memory does not.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::documented_command(), "vbs", &mut script);
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&script)?;
    Ok(stdout.flush()?)
}
