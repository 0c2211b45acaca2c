//! Generates, compiles and runs a client.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Instant;

use anyhow::{Context, Result};

use super::clients::{Client, Run};
use super::operations;
use super::scenario::{COLUMNS, Outcome, outcomes};
use super::table::Row;
use crate::suites::sandbox::Sandbox;

/// The last lines of a failed program's output are shown, at most so many of each stream.
const SHOWN_LINES: usize = 40;

pub(super) fn row(client: &Client, vbs: &Path, operations: &[String]) -> Result<Row> {
    let begin = Instant::now();
    let mut cells = vec![generate(client, operations)?];
    let generated = begin.elapsed();
    // If one operation is missing, the others are still tested.
    if client.generated.exists() && client.program.is_some() {
        cells.push(compile(client)?);
    }
    let compiled = begin.elapsed();
    if let (Some(Outcome::Worked), Some(program)) = (cells.get(1), &client.program) {
        let mut outcomes = run(program, vbs)?;
        cells.extend(COLUMNS[2..].iter().filter_map(|column| outcomes.remove(column.name)));
    }
    cells.resize(COLUMNS.len(), Outcome::NotTested);
    println!(
        "{}: generated in {:.1} s, compiled in {:.1} s, run in {:.1} s",
        client.name,
        generated.as_secs_f64(),
        (compiled - generated).as_secs_f64(),
        (begin.elapsed() - compiled).as_secs_f64()
    );
    for (column, outcome) in COLUMNS.iter().zip(&cells) {
        if let Outcome::Failed(why) = outcome {
            println!("  {} fails: {why}", column.name);
        }
    }
    Ok(Row { client: client.name.clone(), version: client.version.clone(), outcomes: cells })
}

fn generate(client: &Client, operations: &[String]) -> Result<Outcome> {
    remove(&client.generated)?;
    if let Some(why) = failure(&client.generate)? {
        return Ok(Outcome::Failed(why));
    }
    let missing = operations::missing(operations, &client.generated)?;
    Ok(match missing.is_empty() {
        true => Outcome::Worked,
        false => Outcome::Failed(format!("{} missing", missing.join(", "))),
    })
}

fn compile(client: &Client) -> Result<Outcome> {
    for step in &client.compile {
        if let Some(why) = failure(step)? {
            return Ok(Outcome::Failed(why));
        }
    }
    Ok(Outcome::Worked)
}

fn run(program: &Run, vbs: &Path) -> Result<BTreeMap<&'static str, Outcome>> {
    let sandbox = Sandbox::start(
        vbs,
        &["--clock-rate", "0", "--seed", "1", "--policies", "2", "--disks", "4", "--jobs", "20"],
    )?;
    let mut command = program.command();
    sandbox.sign_in(&mut command);
    let output = command.output().with_context(|| format!("can't run {command:?}"))?;
    if !output.status.success() {
        show(&output);
    }
    Ok(outcomes(&String::from_utf8_lossy(&output.stdout)))
}

/// Why a step failed, if it did. Shows its output.
fn failure(run: &Run) -> Result<Option<String>> {
    let mut command = run.command();
    let output = command.output().with_context(|| format!("can't run {command:?}"))?;
    if output.status.success() {
        return Ok(None);
    }
    show(&output);
    let program = command.get_program().to_string_lossy().into_owned();
    let program = Path::new(&program).file_name().unwrap_or_default();
    Ok(Some(format!("{} failed ({})", program.display(), output.status)))
}

fn show(output: &Output) {
    for stream in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(stream);
        let lines: Vec<_> = text.lines().collect();
        let shown = &lines[lines.len().saturating_sub(SHOWN_LINES)..];
        eprintln!("{}", shown.join("\n"));
    }
}

fn remove(generated: &Path) -> Result<()> {
    let removed = match generated.is_dir() {
        true => fs::remove_dir_all(generated),
        false => fs::remove_file(generated),
    };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("can't remove {}", generated.display()))
        }
        _ => Ok(()),
    }
}
