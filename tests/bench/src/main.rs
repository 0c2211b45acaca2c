//! `cargo xtask bench`: measures otc-vbs and `vbs` next to other programs, and compares the figures with the goals.

mod consumers;
mod guard;
mod install;
mod machine;
mod process;
mod report;
mod row;
mod rows;
mod summary;
mod valgrind;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use otc_vbs_bench::server;

use crate::rows::Group;

/// Measure otc-vbs and vbs next to other programs, and print a table of figures and goals
///
/// Writes the same as JSON to target/bench.json. tests/bench/BENCHMARKS.md explains the rows.
#[derive(Parser)]
#[command(name = "cargo xtask bench", subcommand_negates_reqs = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Read 100,000 jobs instead of 1,000,000, repeat less often, and leave out what takes minutes to build
    #[arg(long)]
    quick: bool,
    /// Also write the table to tests/bench/BENCHMARKS.md
    #[arg(long)]
    write: bool,
    /// Only check that what can be counted has not grown: instructions, allocations, crates, lines, bytes
    #[arg(long, conflicts_with_all = ["quick", "write", "rows", "record"])]
    guard: bool,
    /// Only count that again, and record it in tests/bench/bounds.toml
    #[arg(long, conflicts_with_all = ["quick", "write", "rows"])]
    record: bool,
    /// The rows to measure. All by default
    #[arg(value_enum, value_name = "ROW")]
    rows: Vec<Group>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Serve pages of jobs until standard input is closed
    #[command(hide = true)]
    Serve(server::Options),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Some(Command::Serve(options)) => {
            server::serve(options).map(|()| ExitCode::SUCCESS).map_err(Into::into)
        }
        None if cli.guard => guard::check(),
        None if cli.record => guard::record(),
        None => measure(&cli),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn measure(cli: &Cli) -> Result<ExitCode> {
    let rows = rows::measure(&cli.rows, rows::Effort { quick: cli.quick })?;
    let table = report::table(&rows, cli.quick)?;
    println!("{table}");
    report::write_json(&rows)?;
    if cli.write {
        report::write_into_benchmarks(&table)?;
    }
    Ok(ExitCode::SUCCESS)
}
