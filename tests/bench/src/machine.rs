//! What the figures were measured on.

use std::process::Command;

/// The processor and the versions of the compilers and interpreters, a line each.
pub(crate) fn description() -> Vec<String> {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let model = model.map_or("unknown processor", |(_, model)| model);
    let mut lines = vec![format!("{model}, {cores} cores")];
    let programs = [
        ["rustc", "--version"],
        ["go", "version"],
        ["python3", "--version"],
        ["node", "--version"],
        ["valgrind", "--version"],
    ];
    lines.extend(programs.iter().filter_map(|[program, argument]| version(program, argument)));
    lines
}

/// The version of a program, if it is installed.
pub(crate) fn version(program: &str, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let has_name = text.to_lowercase().starts_with(program.trim_end_matches('3'));
    Some(if has_name { text } else { format!("{program} {text}") })
}
