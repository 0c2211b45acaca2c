//! Other people's judgement of the document: linters that know nothing of `otc-vbs-codegen`, at the versions of
//! `tests/judges`, with the rules and the waivers there.

mod broken;
mod python;
mod redocly;
mod spectral;

use std::fmt;
use std::fs;
use std::path::{Path as File, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::path::Path;
use crate::generate::json;
use crate::tools;
use crate::workspace;

const LOCKS: &str = "tests/judges";
const INTO: &str = "target/judges";

/// What a judge refuses, and where.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    judge: String,
    rule: String,
    file: PathBuf,
    /// `None` where the judge tells only the path.
    line: Option<u64>,
    path: Path,
    message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "{line}: ")?;
        }
        let Self {
            judge,
            rule,
            path,
            message,
            ..
        } = self;
        write!(f, "{path}: {message} [{judge}, {rule}]")
    }
}

/// The judges, installed.
struct Bench {
    modules: PathBuf,
    python: PathBuf,
}

/// Who judges, by a program of their own.
struct Judge {
    /// By which names its findings go.
    names: &'static [&'static str],
    findings: fn(&Bench, &[&Copy]) -> Result<Vec<Finding>>,
}

const JUDGES: &[Judge] = &[
    Judge {
        names: &["spectral"],
        findings: |bench, copies| spectral::findings(&bench.modules, &yaml(copies)),
    },
    Judge {
        names: &["redocly"],
        findings: |bench, copies| redocly::findings(&bench.modules, &yaml(copies)),
    },
    Judge {
        names: &["openapi-spec-validator", "yaml-1.1"],
        findings: |bench, copies| python::findings(&bench.python, copies),
    },
];

impl Judge {
    /// What this judge finds in any of these documents.
    fn findings(&self, bench: &Bench, copies: &[&Copy]) -> Result<Vec<Finding>> {
        (self.findings)(bench, copies)
    }
}

fn yaml<'a>(copies: &[&'a Copy]) -> Vec<&'a File> {
    copies.iter().map(|copy| copy.yaml.as_path()).collect()
}

/// A document in both of its forms.
struct Copy {
    yaml: PathBuf,
    json: PathBuf,
}

impl Bench {
    fn install() -> Result<Self> {
        Ok(Self {
            modules: tools::npm(LOCKS, INTO)?,
            python: tools::python("tests/judges/requirements.txt", "target/judges/python")?,
        })
    }

    /// What every judge finds in a document.
    fn findings(&self, copy: &Copy) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for judge in JUDGES {
            findings.extend(judge.findings(self, &[copy])?);
        }
        Ok(findings)
    }
}

impl Copy {
    /// Writes a text below `target/`, and its JSON beside it.
    fn write(name: &str, text: &str) -> Result<Self> {
        let directory = workspace::path(INTO).join("documents");
        fs::create_dir_all(&directory).with_context(|| format!("can't create {}", directory.display()))?;
        let copy = Self {
            yaml: directory.join(format!("{name}.yaml")),
            json: directory.join(format!("{name}.json")),
        };
        let json = json::from_yaml(text).with_context(|| name.to_owned())?;
        for (file, text) in [(&copy.yaml, text), (&copy.json, &json)] {
            fs::write(file, text).with_context(|| format!("can't write {}", file.display()))?;
        }
        Ok(copy)
    }
}

/// Prints everything that the judges find in the document; whether there was nothing.
pub(super) fn judge(name: &str, text: &str) -> Result<bool> {
    let copy = Copy::write("vbs", text)?;
    let findings = Bench::install()?.findings(&copy)?;
    for finding in &findings {
        println!("{name}:{finding}");
    }
    if findings.is_empty() {
        println!("{name}: Spectral, Redocly, openapi-spec-validator and YAML 1.1 have nothing against it.");
    } else {
        eprintln!("error: {} findings of the judges in {name}", findings.len());
    }
    Ok(findings.is_empty())
}

/// Breaks copies of the document; whether the right judge refused each.
pub(super) fn self_test(text: &str) -> Result<bool> {
    broken::self_test(&Bench::install()?, text)
}

/// A path as a list of keys and indices, which is how JSON writes it.
fn path_of(keys: &Value) -> Path {
    let mut path = Path::root();
    for key in keys.as_array().into_iter().flatten() {
        path = match (key.as_u64(), key.as_str()) {
            (Some(index), _) => path.index(usize::try_from(index).unwrap_or(usize::MAX)),
            (None, Some(key)) => path.key(key),
            (None, None) => path.key(&key.to_string()),
        };
    }
    path
}

/// A string of a judge's JSON.
fn text(value: &Value, key: &str) -> Result<String> {
    let text = value.get(key).and_then(Value::as_str);
    Ok(text
        .with_context(|| format!("there is no {key} in {value}"))?
        .to_owned())
}

/// The file that a judge speaks of, by the names it was given.
fn file_named(name: &str, files: &[&File]) -> Result<PathBuf> {
    let named = File::new(name).file_name();
    let file = files.iter().find(|file| file.file_name() == named);
    let file = file.with_context(|| format!("{name} was not asked for"))?;
    Ok(file.to_path_buf())
}
