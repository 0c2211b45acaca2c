//! What building costs: a program that depends on otc-vbs, and the first command of the README.

use std::process::Command;

use anyhow::{Context, Result};

use super::{Effort, Group};
use crate::consumers::Consumer;
use crate::process::{self, Usage};
use crate::row::{Goal, Row};
use crate::summary::{Summary, Unit};

/// A program with otc-vbs, compared with one that has an HTTP client.
pub(super) fn consumer(effort: Effort) -> Result<Vec<Row>> {
    let [otc_vbs, tls, reqwest] =
        [Consumer::of_otc_vbs()?, Consumer::of_otc_vbs_with_tls()?, Consumer::of_reqwest()?];
    let few = reqwest.crates()? as f64;
    let more = |consumer: &Consumer| -> Result<Summary> {
        Ok(Summary::exact(consumer.crates()? as f64 - few, Unit::Count))
    };
    let mut rows = vec![
        Row::new(Group::Consumer, "Crates in addition to those of reqwest, only TLS", more(&tls)?)
            .goal(Goal::AtMost(25.0))
            .command("cargo tree --edges normal,build"),
        Row::new(Group::Consumer, "Crates in addition to those of reqwest, defaults", more(&otc_vbs)?)
            .goal(Goal::AtMost(30.0)),
    ];
    if !effort.quick {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            ours.push(otc_vbs.build()?);
            theirs.push(reqwest.build()?);
        }
        rows.push(
            Row::new(Group::Consumer, "Clean build of a program with otc-vbs, CPU time", cpu(&ours))
                .ratio_to("with reqwest, serde_json and tokio", &cpu(&theirs))
                .goal(Goal::RatioAtMost(1.25))
                .command("cargo build"),
        );
    }
    Ok(rows)
}

/// The first command of the README in a fresh clone.
pub(super) fn first_command(effort: Effort) -> Result<Vec<Row>> {
    if effort.quick {
        return Ok(Vec::new());
    }
    let directory = tempfile::tempdir().context("can't create a temporary directory")?;
    let clone = directory.path().join("otc-vbs");
    process::run(Command::new("git").args(["clone", "--quiet"]).arg(process::path("")).arg(&clone))?;
    let mut command = Command::new(process::cargo_program());
    command.args(["vbs", "--sandbox", "tasks"]).current_dir(&clone);
    for variable in ["CARGO_TARGET_DIR", "CARGO_INCREMENTAL", "CARGO_PROFILE_DEV_DEBUG"] {
        command.env_remove(variable);
    }
    let usage = process::run(&mut command)?;
    Ok(vec![
        Row::new(
            Group::FirstCommand,
            "First command of the README in a fresh clone, CPU time",
            cpu(std::slice::from_ref(&usage)),
        )
        .goal(Goal::AtMost(120.0))
        .command("cargo vbs --sandbox tasks"),
        Row::new(
            Group::FirstCommand,
            "First command of the README in a fresh clone, wall time",
            Summary::exact(usage.wall, Unit::Seconds),
        ),
    ])
}

fn cpu(usages: &[Usage]) -> Summary {
    Summary::new(&usages.iter().map(|usage| usage.cpu).collect::<Vec<_>>(), Unit::Seconds)
}
