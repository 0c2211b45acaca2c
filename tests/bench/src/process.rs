//! Runs programs and measures them as a whole.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use otc_vbs_bench::server::Counts;
use wait4::Wait4 as _;

/// A path below the root of the repository.
pub(crate) fn path(relative: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).join(relative)
}

/// A program of this package, which is next to the driver.
pub(crate) fn program(name: &str) -> Result<Command> {
    let driver = std::env::current_exe().context("can't find the programs of the benchmark")?;
    Ok(Command::new(driver.with_file_name(name)))
}

/// What a program used, including the programs that it ran.
#[derive(Clone, Debug)]
pub(crate) struct Usage {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    /// The largest resident set, in bytes.
    pub(crate) memory: f64,
    /// The start of what it wrote to standard output, and the number of lines.
    pub(crate) output: String,
    pub(crate) lines: usize,
    /// What it wrote to standard error.
    pub(crate) messages: String,
}

/// Runs a program to its end. Fails, with its messages, if it fails.
///
/// The output goes to a file, as that of `vbs tasks --all -o csv` does. This process stays small: the largest resident set of
/// a program is never less than that of the process that started it.
pub(crate) fn run(command: &mut Command) -> Result<Usage> {
    let line = command_line(command);
    let (output, messages) = (tempfile::tempfile()?, tempfile::tempfile()?);
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(messages.try_clone()?);
    let start = Instant::now();
    let child = command.spawn().with_context(|| format!("can't run {line}"))?;
    let end = child.wait4()?;
    let wall = start.elapsed().as_secs_f64();
    let lines = count_lines(&output)?;
    let (output, messages) = (start_of(output)?, start_of(messages)?);
    ensure!(end.status.success(), "{line} failed ({}):\n{output}{messages}", end.status);
    let cpu = (end.rusage.utime + end.rusage.stime).as_secs_f64();
    Ok(Usage { wall, cpu, memory: end.rusage.maxrss as f64, output, lines, messages })
}

fn start_of(mut file: File) -> Result<String> {
    const LIMIT: u64 = 1_000_000;
    file.rewind()?;
    let mut bytes = Vec::new();
    file.take(LIMIT).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn count_lines(mut file: &File) -> Result<usize> {
    file.rewind()?;
    let mut lines = 0;
    let mut buffer = vec![0; 65_536];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(lines),
            count => lines += buffer[..count].iter().filter(|byte| **byte == b'\n').count(),
        }
    }
}

/// Measures programs in turns, so that a change of the machine's speed affects all of them. The first round only warms up.
pub(crate) fn in_turns(rounds: usize, commands: &mut [Command]) -> Result<Vec<Vec<Usage>>> {
    let mut usages = vec![Vec::new(); commands.len()];
    for round in 0..=rounds {
        for (command, usages) in commands.iter_mut().zip(&mut usages) {
            let usage = run(command)?;
            if round > 0 {
                usages.push(usage);
            }
        }
    }
    Ok(usages)
}

/// The server of this package, in a process of its own.
pub(crate) struct Server {
    process: Child,
    output: BufReader<ChildStdout>,
    pub(crate) address: String,
}

impl Server {
    /// Starts the server with arguments of `bench serve`.
    pub(crate) fn start(arguments: &[&str]) -> Result<Self> {
        let mut command = program("bench")?;
        command.arg("serve").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().context("can't start the server")?;
        let mut output = BufReader::new(process.stdout.take().context("the output is a pipe")?);
        let mut address = String::new();
        output.read_line(&mut address)?;
        ensure!(address.starts_with("http"), "the server ended before it printed its address");
        Ok(Self { process, output, address: address.trim().to_owned() })
    }

    /// Ends the server.
    pub(crate) fn stop(mut self) -> Result<Counts> {
        drop(self.process.stdin.take());
        let mut counts = String::new();
        self.output.read_to_string(&mut counts)?;
        serde_json::from_str(&counts).context("the server printed no counts")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It ends by itself.
        let _ = self.process.wait();
    }
}

pub(crate) fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs cargo in a directory of the repository, with these variables. Its progress is shown.
pub(crate) fn cargo(directory: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    let mut command = Command::new(cargo_program());
    command.args(arguments).current_dir(path(directory)).envs(variables.iter().copied());
    let line = command_line(&command);
    let status = command.status().with_context(|| format!("can't run {line}"))?;
    ensure!(status.success(), "{line} failed");
    Ok(())
}

/// A file that cargo built in the repository's workspace.
pub(crate) fn built(file: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    path("").join(target).join(file)
}

/// A command as people type it at the root of the repository, with only the names of programs.
pub(crate) fn command_line(command: &Command) -> String {
    let root = format!("{}/", path("").display()).replace("//", "/");
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args()).map(OsStr::to_string_lossy);
    words.map(|word| word.replace(&root, "")).collect::<Vec<_>>().join(" ")
}

/// The size of a program without its symbols.
pub(crate) fn stripped_size(program: &Path) -> Result<u64> {
    let stripped = tempfile::NamedTempFile::new().context("can't create a temporary file")?;
    run(Command::new("strip").arg("-o").arg(stripped.path()).arg(program))?;
    let size = fs::metadata(stripped.path())?.len();
    ensure!(size > 0, "strip wrote nothing");
    Ok(size)
}
