//! What maintainers run: `cargo xtask <command>`.

mod compat;
mod docs;
mod edit;
mod generate;
mod interop;
mod lint;
mod package;
mod prism;
mod public_api;
mod reference;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "What maintainers of otc-vbs run")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Docs(docs::Args),
    Compat(compat::Args),
    Generate(generate::Args),
    Interop(interop::Args),
    Lint(lint::Args),
    Package(package::Args),
    Prism(prism::Args),
    PublicApi(public_api::Args),
    Reference(reference::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Docs(args) => docs::run(&args),
        Command::Compat(args) => compat::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Interop(args) => interop::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Package(args) => package::run(&args),
        Command::Prism(args) => prism::run(&args),
        Command::PublicApi(args) => public_api::run(&args),
        Command::Reference(args) => reference::run(&args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
