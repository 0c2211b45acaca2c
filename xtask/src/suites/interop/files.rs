//! The toolchains and files that generators and compilers need.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::client::Language;
use crate::tools;

/// Fails if a toolchain of a language is missing.
pub(super) fn need(languages: &[Language]) -> Result<()> {
    let mut missing: Vec<_> = languages
        .iter()
        .flat_map(|language| language.tools().iter().map(move |tool| (*language, *tool)))
        .filter(|(_, (program, _))| tools::find(program).is_none())
        .map(|(language, (program, title))| format!("{title} (`{program}`, for {})", language.name()))
        .collect();
    missing.sort();
    ensure!(
        missing.is_empty(),
        "can't find {}; install it, or name the languages to test",
        missing.join(", ")
    );
    Ok(())
}

/// Copies files over those of an earlier run, without removing what was installed and built there.
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

/// The version after a text in a file of pinned versions.
pub(super) fn pinned(file: &Path, before: &str) -> Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
    version(&text, before).with_context(|| format!("{} has no version after `{before}`", file.display()))
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
    fn pinned_versions_are_found() {
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
