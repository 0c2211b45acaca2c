//! Reading jobs with otc-vbs, with `vbs` and with other programs.

use std::process::Command;

use anyhow::{Result, ensure};
use otc_vbs_bench::server::{POLICY, PROJECT};

use super::{Effort, Group, wall};
use crate::install::{self, jobs_url};
use crate::process;
use crate::process::{Server, Usage, command_line, in_turns, program};
use crate::row::{Goal, Row};
use crate::summary::{Summary, Unit};

/// A row of the table, and the goal of its ratio.
struct Walker {
    peer: &'static str,
    goal: Option<Goal>,
    command: Command,
}

/// All jobs of a policy.
pub(super) fn walk(effort: Effort) -> Result<Vec<Row>> {
    let jobs = effort.jobs();
    let server = Server::start(&["--jobs", &jobs.to_string()])?;
    let mut peers = vec![
        Walker {
            peer: "Go, net/http and encoding/json",
            goal: Some(Goal::RatioAtLeast(3.5)),
            command: install::go(&server.address)?,
        },
        Walker { peer: "only reading the bytes", goal: None, command: with_address("read", &server)? },
    ];
    if !effort.quick {
        peers.push(Walker {
            peer: "Python, requests",
            goal: None,
            command: install::python(&server.address)?,
        });
        peers.push(Walker {
            peer: "TypeScript, openapi-fetch",
            goal: None,
            command: install::typescript(&server.address)?,
        });
    }
    let mut rows = compare(jobs, effort.rounds(), &server, peers)?;
    if !effort.quick {
        // It needs milliseconds for each job, so it reads few.
        let jobs = jobs / 100;
        let server = Server::start(&["--jobs", &jobs.to_string()])?;
        let sdk =
            Walker { peer: "Python, the cloud's SDK", goal: None, command: install::sdk(&server.address)? };
        rows.extend(compare(jobs, 3, &server, vec![sdk])?.into_iter().skip(2));
    }
    Ok(rows)
}

/// The time and the memory of otc-vbs, and a row for each peer.
fn compare(jobs: u32, rounds: usize, server: &Server, peers: Vec<Walker>) -> Result<Vec<Row>> {
    let mut commands = vec![with_address("walk", server)?];
    let (mut names, mut lines) = (Vec::new(), Vec::new());
    for Walker { peer, goal, command } in peers {
        names.push((peer, goal));
        lines.push(
            command_line(&command)
                .replace(&jobs_url(&server.address), "URL")
                .replace(&server.address, "ADDRESS")
                .replace(PROJECT, "PROJECT")
                .replace(POLICY, "POLICY"),
        );
        commands.push(command);
    }
    let usages = in_turns(rounds, &mut commands)?;
    for usages in &usages {
        let printed = &usages[0].output;
        let is_whole = printed.contains(" bytes") || printed.starts_with(&format!("{jobs} jobs"));
        ensure!(is_whole, "a walk read {printed} instead of {jobs} jobs");
    }
    let otc_vbs = wall(&usages[0]);
    let what = format!("Walk of {} jobs", thousands(jobs));
    let mut rows = vec![
        Row::new(Group::Walk, what.clone(), otc_vbs.clone())
            .goal(Goal::AtMost(f64::from(jobs) / 1e6))
            .command("walk ADDRESS"),
        Row::new(Group::Walk, format!("{what}, largest resident set"), memory(&usages[0]))
            .goal(Goal::AtMost(16e6)),
    ];
    for (((peer, goal), line), usages) in names.into_iter().zip(lines).zip(&usages[1..]) {
        let row = Row::new(Group::Walk, format!("{what}, compared with {peer}"), otc_vbs.clone());
        let row = row.gain_over(peer, &wall(usages)).command(line);
        rows.push(match goal {
            Some(goal) => row.goal(goal),
            None => row,
        });
    }
    Ok(rows)
}

/// `vbs tasks --all -o csv`.
pub(super) fn csv(effort: Effort) -> Result<Vec<Row>> {
    let vbs = super::build_vbs()?;
    let jobs = effort.jobs();
    let server = Server::start(&["--jobs", &jobs.to_string()])?;
    let mut csv = Command::new(vbs);
    csv.env_clear()
        .args(["tasks", "--all", "-o", "csv"])
        .env("VBS_ENDPOINT", &server.address)
        .env("OS_PROJECT_ID", PROJECT)
        .env("OS_TOKEN", "token");
    let usages = in_turns(effort.rounds(), &mut [csv, with_address("walk", &server)?])?;
    let lines = usages[0][0].lines;
    ensure!(lines == jobs as usize + 1, "vbs wrote {lines} lines for {jobs} jobs");
    Ok(vec![
        Row::new(
            Group::Csv,
            format!("`vbs tasks --all` of {} jobs as CSV", thousands(jobs)),
            wall(&usages[0]),
        )
        .ratio_to("the walk", &wall(&usages[1]))
        .goal(Goal::RatioAtMost(1.5))
        .command("vbs tasks --all -o csv"),
        Row::new(Group::Csv, "`vbs tasks --all` as CSV, largest resident set", memory(&usages[0])),
    ])
}

/// The jobs of 300 policies.
pub(super) fn policies(effort: Effort) -> Result<Vec<Row>> {
    let (mut walls, mut connections) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds() {
        // A server of its own for each walk, whose connections it counts.
        let server = Server::start(&["--policies", "300", "--jobs", "10", "--delay", "50"])?;
        let usage = process::run(with_address("walk", &server)?.arg("--all-policies"))?;
        ensure!(usage.output.starts_with("3000 jobs"), "the walk read {}", usage.output);
        walls.push(usage.wall);
        connections.push(server.stop()?.most_connections as f64);
    }
    let serial = Summary::exact(301.0 * 0.05, Unit::Seconds);
    Ok(vec![
        Row::new(Group::Policies, "300 policies, 50 ms per request", Summary::new(&walls, Unit::Seconds))
            .gain_over("one request after the other", &serial)
            .goal(Goal::AtMost(1.2))
            .command("walk ADDRESS --all-policies"),
        Row::new(Group::Policies, "300 policies, open connections", Summary::new(&connections, Unit::Count))
            .goal(Goal::AtMost(16.0)),
    ])
}

/// Pages of 1,000 jobs over 20 Mbit/s with 40 ms, with and without gzip.
pub(super) fn gzip(effort: Effort) -> Result<Vec<Row>> {
    let jobs = if effort.quick { 20_000 } else { 50_000 };
    let (mut walls, mut bytes) = ([Vec::new(), Vec::new()], [0.0; 2]);
    for _ in 0..effort.rounds().min(5) {
        for (index, gzip) in [None, Some("--gzip")].into_iter().enumerate() {
            let jobs = jobs.to_string();
            let arguments = ["--jobs", &jobs, "--delay", "40", "--bandwidth", "20"];
            let server = Server::start(&arguments.into_iter().chain(gzip).collect::<Vec<_>>())?;
            walls[index].push(process::run(&mut with_address("walk", &server)?)?.wall);
            bytes[index] = server.stop()?.bytes as f64;
        }
    }
    let [plain, gzip] = walls.map(|walls| Summary::new(&walls, Unit::Seconds));
    let [plain_bytes, gzip_bytes] = bytes.map(|bytes| Summary::exact(bytes, Unit::Bytes));
    let what = format!("{} jobs over 20 Mbit/s and 40 ms, gzip", thousands(jobs));
    Ok(vec![
        Row::new(Group::Gzip, what.clone(), gzip)
            .gain_over("without gzip", &plain)
            .goal(Goal::RatioAtLeast(2.3))
            .command("walk ADDRESS"),
        Row::new(Group::Gzip, format!("{what}, bytes"), gzip_bytes)
            .gain_over("without gzip", &plain_bytes)
            .goal(Goal::RatioAtLeast(4.5)),
    ])
}

fn with_address(name: &str, server: &Server) -> Result<Command> {
    let mut command = program(name)?;
    command.arg(&server.address);
    Ok(command)
}

fn memory(usages: &[Usage]) -> Summary {
    Summary::new(&usages.iter().map(|usage| usage.memory).collect::<Vec<_>>(), Unit::Bytes)
}

fn thousands(jobs: u32) -> String {
    crate::summary::written(f64::from(jobs), Unit::Count)
}
