//! Decoding one page of 1,000 jobs.

use std::fs;

use anyhow::{Context, Result};
use otc_vbs_bench::decode::page;
use serde::Deserialize;

use super::{Effort, Group};
use crate::process::{self, path, program};
use crate::row::{Goal, Row};
use crate::summary::{Summary, Unit};
use crate::valgrind::{self, Cost};

const CRITERION: &str = "target/bench/criterion";

pub(super) fn rows(effort: Effort) -> Result<Vec<Row>> {
    let seconds = if effort.quick { "2" } else { "10" };
    let home = path(CRITERION).display().to_string();
    process::cargo(
        "tests/bench/decode",
        &[
            "bench",
            "--bench",
            "decode",
            "--",
            "--noplot",
            "--warm-up-time",
            "1",
            "--measurement-time",
            seconds,
        ],
        &[("CRITERION_HOME", &home)],
    )?;
    const LIMIT: &str = "borrowed structs with serde_json";
    let limit = throughput("borrowed")?;
    let row = |name: &str, way: &str| -> Result<Row> {
        let row = Row::new(Group::Decode, format!("Decode a page, {name}"), throughput(way)?);
        Ok(row.ratio_to(LIMIT, &limit))
    };
    Ok(vec![
        row("otc-vbs", "otc-vbs")?
            .goal(Goal::RatioAtLeast(0.75))
            .command("cargo bench --bench decode (in tests/bench/decode)"),
        row("only its types with serde_json", "typed")?,
        row("its types with sonic-rs", "sonic-rs")?,
        row("its types with simd-json", "simd-json")?,
        row("serde_json::Value", "value")?,
        Row::new(Group::Decode, "Decode a page, otc-vbs, instructions", instructions("otc-vbs")?)
            .gain_over(LIMIT, &instructions("borrowed")?)
            .command("valgrind --tool=callgrind decode otc-vbs N, N = 20 less N = 10"),
    ])
}

/// How many bytes a way decodes per second.
fn throughput(way: &str) -> Result<Summary> {
    #[derive(Deserialize)]
    struct Sample {
        iters: Vec<f64>,
        /// Nanoseconds.
        times: Vec<f64>,
    }
    let file = path(CRITERION).join("decode").join(way).join("new/sample.json");
    let text = fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
    let sample: Sample = serde_json::from_str(&text)?;
    let bytes = page().len() as f64;
    let rates = sample.times.iter().zip(sample.iters).map(|(time, times)| bytes * times / (time / 1e9));
    Ok(Summary::new(&rates.collect::<Vec<_>>(), Unit::BytesPerSecond))
}

fn instructions(way: &str) -> Result<Summary> {
    Ok(Summary::exact(cost(way)?.instructions, Unit::Instructions))
}

/// What decoding a page in one way costs.
pub(crate) fn cost(way: &str) -> Result<Cost> {
    valgrind::cost_of_one(10, 20, |times| {
        let mut command = program("decode")?;
        command.args([way, &times.to_string()]);
        Ok(command)
    })
}
