//! The commands of maintainers: `cargo xtask COMMAND`.

mod compat;
mod deny;
mod docs;
mod edit;
mod features;
mod generate;
mod lint;
mod package;
mod public_api;
mod reference;
mod suites;
mod tools;
mod workspace;

use std::process::{self, ExitCode};

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Generate, lint, check and test otc-vbs")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure otc-vbs and vbs next to other programs. `cargo xtask bench --help` lists the options
    #[command(disable_help_flag = true)]
    Bench {
        #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
        arguments: Vec<String>,
    },
    /// Run everything that a change must pass: .ci/run
    Ci,
    /// Check the licenses, versions and sources of all dependencies, with cargo-deny
    Deny,
    Docs(docs::Args),
    Compat(compat::Args),
    /// Check the libraries with each feature alone, and test what is said about disabled ones
    Features,
    Generate(generate::Args),
    Lint(lint::Args),
    Package(package::Args),
    PublicApi(public_api::Args),
    Reference(reference::Args),
    Test(suites::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Bench { arguments } => {
            let run = ["run", "--release", "--bin", "bench", "--"].into_iter();
            let run: Vec<&str> = run.chain(arguments.iter().map(String::as_str)).collect();
            workspace::cargo_in(&workspace::path("tests/bench"), &run, &[]).map(workspace::exit_code)
        }
        Command::Ci => tools::exit_code(&mut process::Command::new(workspace::path(".ci/run"))),
        Command::Deny => deny::run(),
        Command::Docs(args) => docs::run(&args),
        Command::Compat(args) => compat::run(&args),
        Command::Features => features::run(),
        Command::Generate(args) => generate::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Package(args) => package::run(&args),
        Command::PublicApi(args) => public_api::run(&args),
        Command::Reference(args) => reference::run(&args),
        Command::Test(args) => suites::run(&args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
