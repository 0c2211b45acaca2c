//! What maintainers run: `cargo xtask`.

mod reference;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What maintainers of otc-vbs run.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Reference(reference::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Reference(args) => reference::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
