//! Reading jobs with otc-vbs and with other programs.

use anyhow::{Result, ensure};

use super::{Effort, Group};
use crate::process::{self, Server, command_line, in_turns, memory, program, wall};
use crate::row::{Goal, Row};
use crate::summary::{Summary, Unit};

/// All jobs of a policy.
pub(super) fn walk(effort: Effort) -> Result<Vec<Row>> {
    let jobs = effort.jobs();
    let server = Server::start(&["--jobs", &jobs.to_string()])?;
    let mut commands = [program("walk")?, program("read")?];
    for command in &mut commands {
        command.arg(&server.address);
    }
    let usages = in_turns(effort.rounds(), &mut commands)?;
    let printed = &usages[0][0].output;
    ensure!(printed.starts_with(&format!("{jobs} jobs")), "the walk read {printed} instead of {jobs} jobs");
    let [otc_vbs, read] = [&usages[0], &usages[1]].map(|usages| wall(usages));
    let million = f64::from(jobs) / 1e6;
    Ok(vec![
        Row::new(Group::Walk, format!("Walk of {million} M jobs, otc-vbs"), otc_vbs.clone())
            .gain_over("only reading the bytes", &read)
            .goal(Goal::AtMost(million))
            .command(command_line(&commands[0])),
        Row::new(Group::Walk, "Walk, largest resident set", memory(&usages[0])).goal(Goal::AtMost(16e6)),
    ])
}

/// The jobs of 300 policies.
pub(super) fn policies(effort: Effort) -> Result<Vec<Row>> {
    let (mut walls, mut connections) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds() {
        // A server of its own for each walk, whose connections it counts.
        let server = Server::start(&["--policies", "300", "--jobs", "10", "--delay", "50"])?;
        let usage = process::run(program("walk")?.args([&server.address, "--all-policies"]))?;
        ensure!(usage.output.starts_with("3000 jobs"), "the walk read {}", usage.output);
        walls.push(usage.wall);
        connections.push(server.stop()?.most_connections as f64);
    }
    let serial = Summary::exact(301.0 * 0.05, Unit::Seconds);
    Ok(vec![
        Row::new(Group::Policies, "300 policies, 50 ms a request", Summary::new(&walls, Unit::Seconds))
            .gain_over("one after the other", &serial)
            .goal(Goal::AtMost(1.2))
            .command("walk ADDRESS --all-policies"),
        Row::new(Group::Policies, "300 policies, open connections", Summary::new(&connections, Unit::Count))
            .goal(Goal::AtMost(16.0)),
    ])
}

/// Pages of 1,000 jobs over 20 Mbit/s with 40 ms, with and without gzip.
pub(super) fn gzip(effort: Effort) -> Result<Vec<Row>> {
    let jobs = if effort.quick { "20000" } else { "50000" };
    let (mut walls, mut bytes) = ([Vec::new(), Vec::new()], [0.0; 2]);
    for _ in 0..effort.rounds().min(5) {
        for (index, gzip) in [None, Some("--gzip")].into_iter().enumerate() {
            let arguments = ["--jobs", jobs, "--delay", "40", "--bandwidth", "20"];
            let server = Server::start(&arguments.into_iter().chain(gzip).collect::<Vec<_>>())?;
            walls[index].push(process::run(program("walk")?.arg(&server.address))?.wall);
            bytes[index] = server.stop()?.bytes as f64;
        }
    }
    let [plain, gzip] = walls.map(|walls| Summary::new(&walls, Unit::Seconds));
    let [plain_bytes, gzip_bytes] = bytes.map(|bytes| Summary::exact(bytes, Unit::Bytes));
    Ok(vec![
        Row::new(Group::Gzip, format!("{jobs} jobs over 20 Mbit/s and 40 ms, gzip"), gzip)
            .gain_over("without gzip", &plain)
            .goal(Goal::RatioAtLeast(2.3))
            .command("walk ADDRESS"),
        Row::new(Group::Gzip, "Bytes over the link, gzip", gzip_bytes)
            .gain_over("without gzip", &plain_bytes)
            .goal(Goal::RatioAtLeast(4.5)),
    ])
}
