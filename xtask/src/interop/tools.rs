//! What generators and compilers need: toolchains that have to be there, and packages that are installed below target.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::client::{Language, Run};

/// Fails where a toolchain of a language is missing.
pub(super) fn need(languages: &[Language]) -> Result<()> {
    let mut missing: Vec<_> = languages
        .iter()
        .flat_map(|language| language.tools().iter().map(move |tool| (*language, *tool)))
        .filter(|(_, (program, _))| !is_there(program))
        .map(|(language, (program, title))| format!("{title} (`{program}`, for {})", language.name()))
        .collect();
    missing.sort();
    ensure!(
        missing.is_empty(),
        "can't find {}; install what is missing, or name the languages that are to be tried",
        missing.join(", ")
    );
    Ok(())
}

fn is_there(program: &str) -> bool {
    let paths = env::var_os("PATH").unwrap_or_default();
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&paths).any(|path| path.join(&file).is_file())
}

/// Runs what has to work before a client can be tried.
pub(super) fn must(run: &Run) -> Result<()> {
    let mut command = run.command();
    let status = command
        .status()
        .with_context(|| format!("can't run {command:?}"))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}

/// Copies files over those of an earlier run, and leaves what was installed and built there.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("can't make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("can't read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(|| format!("can't write {}", target.display()))?;
        }
    }
    Ok(())
}

/// Installs packages unless those of this lock file are there already.
pub(super) fn installed(lock: &Path, directory: &Path, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let wanted = fs::read(lock).with_context(|| format!("can't read {}", lock.display()))?;
    let stamp = directory.join("installed-lock");
    if fs::read(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    fs::create_dir_all(directory).with_context(|| format!("can't make {}", directory.display()))?;
    install()?;
    fs::write(&stamp, wanted).with_context(|| format!("can't write {}", stamp.display()))
}

/// A virtual environment with what a requirements.txt lists. Returns its programs' directory.
pub(super) fn venv(requirements: &Path, directory: &Path) -> Result<PathBuf> {
    let venv = directory.join("venv");
    let programs = venv.join("bin");
    installed(requirements, directory, || {
        let python = Run::new("python3", directory);
        must(&python.args(["-m", "venv", "--clear"]).arg(&venv))?;
        // Without dependencies, so that one that is not pinned shows.
        let pip = Run::new(programs.join("pip"), directory)
            .with("PIP_DISABLE_PIP_VERSION_CHECK", "1")
            .args(["install", "--quiet", "--no-deps", "--requirement"]);
        must(&pip.arg(requirements))?;
        must(&Run::new(programs.join("pip"), directory).args(["check", "--quiet"]))
    })?;
    Ok(programs)
}

/// What a file of pinned versions says behind a text.
pub(super) fn pinned(file: &Path, before: &str) -> Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
    version(&text, before).with_context(|| format!("{} does not say `{before}` of a version", file.display()))
}

fn version(text: &str, before: &str) -> Option<String> {
    let (_, behind) = text.split_once(before)?;
    let end = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-');
    let version = &behind[..end.unwrap_or(behind.len())];
    (!version.is_empty()).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_found() {
        let requirements = "# mypy\nmypy==2.4.1\nruff==0.17.6";
        assert_eq!(version(requirements, "mypy==").as_deref(), Some("2.4.1"));
        assert_eq!(version(requirements, "ruff==").as_deref(), Some("0.17.6"));
        assert_eq!(
            version(r#"{"a": "7.0.0-rc.1",}"#, r#""a": ""#).as_deref(),
            Some("7.0.0-rc.1")
        );
        assert_eq!(version(requirements, "black=="), None);
        assert_eq!(version("mypy==\n", "mypy=="), None);
    }
}
