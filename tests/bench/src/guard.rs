//! Upper bounds of what can be counted, so that no change makes otc-vbs much more expensive unnoticed. No time is measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::process::{self, path};
use crate::rows::{call, decode};
use crate::{consumers, machine};

const BOUNDS: &str = "tests/bench/bounds.toml";
const HEADER: &str = "\
# What can be counted, as recorded by `cargo xtask bench --record`. `cargo xtask bench --guard`, which .ci/run runs, fails if a
# count has grown by more than its tolerance.

";

/// The recorded counts, and what counted them.
#[derive(Deserialize, Serialize)]
struct Bounds {
    rustc: String,
    valgrind: String,
    counts: BTreeMap<String, u64>,
}

/// By how many percent a count may exceed the recorded one. Hash seeds and other processors change instructions a little.
fn tolerance(name: &str) -> u64 {
    match name.rsplit('-').next() {
        Some("instructions") => 10,
        Some("allocations" | "bytes") => 5,
        Some("lines") => 2,
        _ => 0,
    }
}

/// Counts everything again and stores it.
pub(crate) fn record() -> Result<ExitCode> {
    let bounds = Bounds { rustc: version("rustc"), valgrind: version("valgrind"), counts: counts()? };
    let text = format!("{HEADER}{}", toml::to_string(&bounds)?);
    fs::write(path(BOUNDS), &text).with_context(|| format!("can't write {BOUNDS}"))?;
    print!("{text}");
    Ok(ExitCode::SUCCESS)
}

/// Fails if a count has grown.
pub(crate) fn check() -> Result<ExitCode> {
    let text = fs::read_to_string(path(BOUNDS)).with_context(|| format!("can't read {BOUNDS}"))?;
    let recorded: Bounds = toml::from_str(&text).with_context(|| format!("can't read {BOUNDS}"))?;
    let counts = counts()?;
    for (name, count) in &counts {
        println!("{name}: {count}");
    }
    let problems = problems(&recorded.counts, &counts);
    if problems.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    for (then, now) in [(recorded.rustc, version("rustc")), (recorded.valgrind, version("valgrind"))] {
        if then != now {
            eprintln!("note: recorded with {then}, but this is {now}, which may be the cause");
        }
    }
    eprintln!("note: if that can't be avoided, run `cargo xtask bench --record` and commit {BOUNDS}");
    Ok(ExitCode::FAILURE)
}

/// What has grown, or is counted on one side only.
fn problems(recorded: &BTreeMap<String, u64>, counts: &BTreeMap<String, u64>) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, &count) in counts {
        let Some(&then) = recorded.get(name) else {
            problems.push(format!("{name} is not recorded in {BOUNDS}"));
            continue;
        };
        let tolerance = tolerance(name);
        if count * 100 > then * (100 + tolerance) {
            let growth = (count as f64 / then as f64 - 1.0) * 100.0;
            problems.push(format!(
                "{name} has grown from {then} to {count}, by {growth:.1} %, which is more than {tolerance} %"
            ));
        }
    }
    let gone = recorded.keys().filter(|name| !counts.contains_key(*name));
    problems.extend(gone.map(|name| format!("{name} is recorded in {BOUNDS} but no longer counted")));
    problems
}

fn counts() -> Result<BTreeMap<String, u64>> {
    process::cargo("tests/bench", &["build", "--release", "--bins"], &[])?;
    let (page, call) = (decode::cost("otc-vbs")?, call::cost("otc-vbs")?);
    let counts = [
        ("page-instructions", page.instructions as u64),
        ("page-allocations", page.allocations as u64),
        ("call-instructions", call.instructions as u64),
        ("call-allocations", call.allocations as u64),
        ("otc-vbs-crates", consumers::crates_of_otc_vbs()?),
        ("vbs-crates", consumers::crates_of_vbs()?),
        ("generated-lines", generated_lines()?),
        ("vbs-debug-build-bytes", debug_build()?),
    ];
    Ok(counts.map(|(name, count)| (name.to_owned(), count)).into())
}

/// The lines of the code that is generated from the document.
fn generated_lines() -> Result<u64> {
    let mut lines = lines_of(&path("crates/otc-vbs-api/src/generated.rs"))?;
    let directory = path("crates/otc-vbs/src/generated");
    for entry in fs::read_dir(&directory).with_context(|| format!("can't read {}", directory.display()))? {
        lines += lines_of(&entry?.path())?;
    }
    Ok(lines)
}

fn lines_of(file: &Path) -> Result<u64> {
    let text = fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
    Ok(text.lines().count() as u64)
}

/// The size of `vbs` without symbols. The build without optimizations is measured, which exists already when .ci/run comes
/// here. The installed program is smaller, and grows with it.
fn debug_build() -> Result<u64> {
    process::cargo("", &["build", "--quiet", "--package", "otc-vbs-cli", "--bin", "vbs"], &[])?;
    process::stripped_size(&process::built("debug/vbs"))
}

fn version(program: &str) -> String {
    machine::version(program, "--version").unwrap_or_else(|| format!("no {program}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
        counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }

    #[test]
    fn growth_within_the_tolerance_is_no_problem() {
        let recorded = counts(&[("call-instructions", 1000), ("vbs-crates", 10)]);
        assert!(problems(&recorded, &counts(&[("call-instructions", 1100), ("vbs-crates", 9)])).is_empty());
    }

    #[test]
    fn growth_is_named_with_its_size() {
        let recorded = counts(&[("call-instructions", 1000), ("vbs-crates", 10)]);
        let problems = problems(&recorded, &counts(&[("call-instructions", 1101), ("vbs-crates", 11)]));
        assert_eq!(
            problems,
            [
                "call-instructions has grown from 1000 to 1101, by 10.1 %, which is more than 10 %",
                "vbs-crates has grown from 10 to 11, by 10.0 %, which is more than 0 %",
            ]
        );
    }

    #[test]
    fn count_on_one_side_only_is_a_problem() {
        let problems = problems(&counts(&[("old", 1)]), &counts(&[("new", 1)]));
        assert_eq!(problems.len(), 2, "{problems:?}");
    }
}
