//! Tools of other languages, installed below `target/` at the versions of their lock files, and how they are run.
//!
//! Only the installation uses the network. A missing toolchain is an error that names it, never a skipped check.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::workspace;

/// Keeps the tools from reporting their use, and from looking for newer versions of themselves.
const WITHOUT_TELEMETRY: &[(&str, &str)] = &[
    ("CI", "true"),
    ("DO_NOT_TRACK", "1"),
    ("NO_COLOR", "1"),
    ("NO_UPDATE_NOTIFIER", "1"),
    ("PYTHONWARNINGS", "ignore"),
    ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"),
    ("REDOCLY_TELEMETRY", "off"),
    ("SCARF_ANALYTICS", "false"),
];

/// A program of another language's toolchain, which has to be installed already.
struct Toolchain {
    program: &'static str,
    version_argument: &'static str,
    is: &'static str,
}

const NODE: Toolchain =
    Toolchain { program: "node", version_argument: "--version", is: "Node.js, 20.19 or newer" };
const NPM: Toolchain =
    Toolchain { program: "npm", version_argument: "--version", is: "npm, which comes with Node.js" };
const PYTHON: Toolchain = Toolchain {
    program: "python3",
    version_argument: "--version",
    is: "Python, 3.10 or newer, with its module venv",
};
const GO: Toolchain = Toolchain { program: "go", version_argument: "version", is: "Go, 1.26 or newer" };

impl Toolchain {
    /// The installed version.
    fn version(&self) -> Result<String> {
        let Self { program, version_argument, is } = self;
        match Command::new(program).arg(version_argument).output() {
            Ok(output) if output.status.success() => {
                Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
            }
            Ok(output) => {
                bail!("`{program} {version_argument}` failed ({}); this command needs {is}", output.status)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => bail!(
                "`{program}` is not installed, and this command needs {is}; install it and run the command again"
            ),
            Err(error) => Err(error).with_context(|| format!("can't run `{program}`")),
        }
    }
}

/// Installs what `package-lock.json` in `locks` names into `into/node_modules`. Returns that directory.
pub(crate) fn npm(locks: &str, into: &str) -> Result<PathBuf> {
    let node = NODE.version()?;
    let directory = workspace::path(into);
    let modules = directory.join("node_modules");
    let locks = ["package.json", "package-lock.json"].map(|file| workspace::path(locks).join(file));
    install(&locks, &node, &modules, || {
        NPM.version()?;
        for lock in &locks {
            let name = lock.file_name().context("a lock file has a name")?;
            let target = directory.join(name);
            if *lock != target {
                fs::copy(lock, target)?;
            }
        }
        // Only the files of packages are used, so their scripts need not run.
        let mut npm = Command::new(NPM.program);
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&directory);
        run_checked(&mut npm).map(drop)
    })?;
    Ok(modules)
}

/// Installs a requirements file into a virtual environment. Returns its interpreter.
pub(crate) fn python(requirements: &str, into: &str) -> Result<PathBuf> {
    let version = PYTHON.version()?;
    let environment = workspace::path(into);
    let interpreter = environment.join("bin/python");
    let requirements = [workspace::path(requirements)];
    install(&requirements, &version, &environment, || {
        let mut venv = Command::new(PYTHON.program);
        venv.args(["-m", "venv", "--clear"]).arg(&environment);
        run_checked(&mut venv)
            .context("can't make a virtual environment; on Debian, install the package python3-venv")?;
        let mut pip = Command::new(&interpreter);
        // Without dependencies, so `pip check` finds one that is not pinned. Hashes are checked if the file has some.
        pip.args(["-m", "pip", "--disable-pip-version-check", "install", "--quiet"])
            .args(["--no-deps", "--requirement"])
            .args(&requirements);
        run_checked(&mut pip)?;
        let mut check = Command::new(&interpreter);
        check.args(["-m", "pip", "--disable-pip-version-check", "check"]);
        run_checked(&mut check).map(drop)
    })?;
    Ok(interpreter)
}

/// Builds a tool of a Go module. Returns the binary.
pub(crate) fn go(module: &str, package: &str, into: &str) -> Result<PathBuf> {
    let version = GO.version()?;
    let directory = workspace::path(into);
    let name = package.rsplit('/').next().unwrap_or(package);
    let binary = directory.join(name);
    let locks = ["go.mod", "go.sum"].map(|file| workspace::path(module).join(file));
    install(&locks, &version, &directory, || {
        let mut go = Command::new(GO.program);
        go.args(["build", "-mod=readonly", "-trimpath", "-o"])
            .arg(&binary)
            .arg(package)
            .current_dir(workspace::path(module));
        run_checked(&mut go).map(drop)
    })?;
    Ok(binary)
}

/// Builds a subcommand of cargo, which has no prebuilt package in the registry. Returns the command that runs it in the
/// workspace.
pub(crate) fn cargo_subcommand(name: &str, version: &str) -> Result<Command> {
    let directory = workspace::path("target/tools").join(name);
    install(&[], version, &directory, || {
        let mut cargo = Command::new("cargo");
        // Compiling with optimizations would take longer than the tool runs.
        cargo
            .args(["install", "--quiet", "--locked", "--debug", name, "--version", version])
            .arg("--root")
            .arg(&directory);
        run_checked(&mut cargo).map(drop)
    })?;
    let mut command = Command::new(directory.join("bin").join(name));
    command.current_dir(workspace::path(""));
    Ok(command)
}

/// Runs `install` unless it already ran for the same locks and the same toolchain.
fn install(
    locks: &[PathBuf],
    toolchain: &str,
    directory: &Path,
    install: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let mut digest = Sha256::new();
    digest.update(toolchain);
    for lock in locks {
        let text = fs::read(lock).with_context(|| format!("can't read {}", lock.display()))?;
        digest.update(text);
    }
    let digest = hex(&digest.finalize());
    let stamp = directory.join(".installed-by-xtask");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == digest) {
        return Ok(());
    }
    eprintln!("Installing into {} …", directory.display());
    // An incomplete earlier installation must not count.
    let _ = fs::remove_file(&stamp);
    fs::create_dir_all(directory).with_context(|| format!("can't create {}", directory.display()))?;
    install()?;
    fs::write(&stamp, digest).with_context(|| format!("can't write {}", stamp.display()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A command that does not report its use.
pub(crate) fn without_telemetry(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.envs(WITHOUT_TELEMETRY.iter().copied()).stdin(Stdio::null());
    command
}

/// A script of an npm package, run by node.
pub(crate) fn node(script: &Path) -> Command {
    let mut command = without_telemetry(Path::new(NODE.program));
    command.arg(script);
    command
}

/// Runs a command that prints to this terminal. Returns whether it succeeded, as an exit code.
pub(crate) fn exit_code(command: &mut Command) -> Result<ExitCode> {
    let status = command.status().with_context(|| format!("can't run {}", command_line(command)))?;
    if !status.success() {
        eprintln!("error: {} failed ({status})", command_line(command));
    }
    Ok(workspace::exit_code(status.success()))
}

/// The file of a program that is in the PATH.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let paths = env::var_os("PATH").unwrap_or_default();
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&paths).map(|path| path.join(&file)).find(|path| path.is_file())
}

/// Runs a command. Fails, with its output, if the command fails.
pub(crate) fn run_checked(command: &mut Command) -> Result<Output> {
    let output = output_of(command)?;
    if !output.status.success() {
        bail!("{} failed:\n{}", command_line(command), output_text(&output));
    }
    Ok(output)
}

/// Runs a command and returns its output, whether it succeeded or not.
pub(crate) fn output_of(command: &mut Command) -> Result<Output> {
    command.output().with_context(|| format!("can't run {}", command_line(command)))
}

/// The output of a command, both streams.
pub(crate) fn output_text(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}")
}

/// A command as people type it.
pub(crate) fn command_line(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    let words: Vec<_> = std::iter::once(program).chain(arguments).collect();
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn missing_toolchain_is_named() {
        let missing = Toolchain {
            program: "no-such-program-of-otc-vbs",
            version_argument: "--version",
            is: "a program that nobody has",
        };
        let error = missing.version().unwrap_err().to_string();
        assert_eq!(
            error,
            "`no-such-program-of-otc-vbs` is not installed, and this command needs a program that nobody has; install \
             it and run the command again"
        );
    }

    #[test]
    fn failed_command_shows_its_output() {
        let error = run_checked(Command::new("cargo").arg("--no-such-option")).unwrap_err();
        let error = error.to_string();
        assert!(error.starts_with("`cargo --no-such-option` failed:\n"), "{error}");
        assert!(error.contains("unexpected argument"), "{error}");
    }
}
