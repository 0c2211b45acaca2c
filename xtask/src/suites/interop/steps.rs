//! A client from its generation to its last scenario.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Instant;

use anyhow::{Context, Result};

use super::client::{Client, Run};
use super::operations;
use super::scenario::{COLUMNS, Outcome, outcomes};
use super::table::Row;
use crate::suites::sandbox::Sandbox;

/// How many lines of what a failed program said are shown.
const SHOWN: usize = 40;

pub(super) fn row(client: &Client, vbs: &Path, operations: &[String]) -> Result<Row> {
    let name = client.name();
    let begin = Instant::now();
    let mut cells = vec![generate(client, operations)?];
    let generated = begin.elapsed();
    // One operation that is left out leaves the others.
    if client.generated.exists() && client.program.is_some() {
        cells.push(compile(client)?);
    }
    let compiled = begin.elapsed();
    if let (Some(Outcome::Worked), Some(program)) = (cells.get(1), &client.program) {
        let mut said = run(program, vbs)?;
        cells.extend(COLUMNS[2..].iter().filter_map(|column| said.remove(column.name)));
    }
    cells.resize(COLUMNS.len(), Outcome::NotTried);
    println!(
        "{name}: generated in {:.1} s, compiled in {:.1} s, run in {:.1} s",
        generated.as_secs_f64(),
        (compiled - generated).as_secs_f64(),
        (begin.elapsed() - compiled).as_secs_f64()
    );
    for (column, outcome) in COLUMNS.iter().zip(&cells) {
        if let Outcome::Failed(why) = outcome {
            println!("  {} fails: {why}", column.name);
        }
    }
    Ok(Row {
        client: name,
        version: client.version.clone(),
        outcomes: cells,
    })
}

fn generate(client: &Client, operations: &[String]) -> Result<Outcome> {
    remove(&client.generated)?;
    if let Some(why) = failure(&client.generate)? {
        return Ok(Outcome::Failed(why));
    }
    let missing = operations::missing(operations, &client.generated)?;
    Ok(match missing.is_empty() {
        true => Outcome::Worked,
        false => Outcome::Failed(format!("{} left out", missing.join(", "))),
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
        &[
            "--clock-rate",
            "0",
            "--seed",
            "1",
            "--policies",
            "2",
            "--disks",
            "4",
            "--jobs",
            "20",
        ],
    )?;
    let mut command = program.command();
    sandbox.sign_in(&mut command);
    let output = command
        .output()
        .with_context(|| format!("can't run {command:?}"))?;
    if !output.status.success() {
        show(&output);
    }
    Ok(outcomes(&String::from_utf8_lossy(&output.stdout)))
}

/// Why a step failed, if it did. What it said is shown.
fn failure(run: &Run) -> Result<Option<String>> {
    let mut command = run.command();
    let output = command
        .output()
        .with_context(|| format!("can't run {command:?}"))?;
    if output.status.success() {
        return Ok(None);
    }
    show(&output);
    let program = command.get_program().to_string_lossy().into_owned();
    let program = Path::new(&program).file_name().unwrap_or_default();
    Ok(Some(format!("{} ends with {}", program.display(), output.status)))
}

fn show(output: &Output) {
    for said in [&output.stdout, &output.stderr] {
        let said = String::from_utf8_lossy(said);
        let lines: Vec<_> = said.lines().collect();
        let shown = &lines[lines.len().saturating_sub(SHOWN)..];
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
