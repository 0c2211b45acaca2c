//! Spectral, Redocly and openapi-spec-validator, at the versions and with the rules of `tests/linters`.

use std::fmt;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::generate::json;
use crate::{tools, workspace};

const SOURCES: &str = "tests/linters";
const INTO: &str = "target/linters";

/// A rule that a document breaks, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) linter: String,
    pub(super) rule: String,
    /// The name of the file, unless the linter only saw its content.
    pub(super) file: Option<PathBuf>,
    /// `None` if the linter only knows the path.
    pub(super) line: Option<u64>,
    pub(super) path: String,
    pub(super) message: String,
}

/// Starts with the line, so that a file name can precede it.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "{line}: ")?;
        }
        write!(f, "{}: {} [{}, {}]", self.path, self.message, self.linter, self.rule)
    }
}

/// A linter that checks files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Linter {
    Spectral,
    Redocly,
    /// openapi-spec-validator, and whether YAML 1.1 reads the document as YAML 1.2 does.
    Python,
}

impl Linter {
    pub(super) const ALL: [Self; 3] = [Self::Spectral, Self::Redocly, Self::Python];

    /// The names of this linter in its findings.
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Spectral => &["spectral"],
            Self::Redocly => &["redocly"],
            Self::Python => &["openapi-spec-validator", "yaml-1.1"],
        }
    }

    /// What this linter finds in any of these files. Installs the linter on first use.
    pub(super) fn findings(self, files: &[PathBuf]) -> Result<Vec<Finding>> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        match self {
            Self::Spectral => spectral(files),
            Self::Redocly => redocly(files),
            Self::Python => python(files),
        }
    }
}

fn spectral(files: &[PathBuf]) -> Result<Vec<Finding>> {
    let modules = tools::npm(SOURCES, INTO)?;
    let mut spectral = tools::node(&modules.join("@stoplight/spectral-cli/dist/index.js"));
    spectral
        .args(["lint", "--quiet", "--format", "json", "--ruleset"])
        .arg(workspace::path(SOURCES).join("spectral.yaml"))
        .args(files);
    let output = tools::output_of(&mut spectral)?;
    // 1 means findings. Any other status is a failure of Spectral.
    if !matches!(output.status.code(), Some(0 | 1)) {
        bail!("{} failed:\n{}", tools::command_line(&spectral), tools::output_text(&output));
    }
    parse_spectral(&String::from_utf8_lossy(&output.stdout))
        .with_context(|| format!("can't read the output of Spectral:\n{}", tools::output_text(&output)))
}

fn parse_spectral(json: &str) -> Result<Vec<Finding>> {
    let results: Vec<Value> = serde_json::from_str(json)?;
    results
        .iter()
        .map(|result| {
            let line = result["range"]["start"]["line"].as_u64();
            Ok(Finding {
                linter: "spectral".to_owned(),
                rule: text(result, "code")?,
                file: Some(text(result, "source")?.into()),
                line: line.map(|line| line + 1),
                path: path(keys(&result["path"])),
                message: text(result, "message")?,
            })
        })
        .collect()
}

fn redocly(files: &[PathBuf]) -> Result<Vec<Finding>> {
    let modules = tools::npm(SOURCES, INTO)?;
    let mut redocly = tools::node(&modules.join("@redocly/cli/bin/cli.js"));
    redocly
        .args(["lint", "--format", "json", "--max-problems", "1000000", "--config"])
        .arg(workspace::path(SOURCES).join("redocly.yaml"))
        .args(files);
    let output = tools::output_of(&mut redocly)?;
    // Its status does not tell findings from failures, but only findings come with one report for each file.
    parse_redocly(&String::from_utf8_lossy(&output.stdout), files.len())
        .with_context(|| format!("can't read the output of Redocly:\n{}", tools::output_text(&output)))
}

/// Reads the reports, one JSON document after another.
fn parse_redocly(json: &str, files: usize) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut reports = 0;
    for report in serde_json::Deserializer::from_str(json).into_iter::<Value>() {
        let report = report?;
        for problem in report["problems"].as_array().context("a report without problems")? {
            let location = &problem["location"][0];
            let pointer = location["pointer"].as_str().unwrap_or("#/");
            let keys = pointer.trim_start_matches("#/").split('/').filter(|key| !key.is_empty());
            findings.push(Finding {
                linter: "redocly".to_owned(),
                rule: text(problem, "ruleId")?,
                file: Some(text(&location["source"], "ref")?.into()),
                line: location["start"]["line"].as_u64(),
                path: path(keys.map(|key| key.replace("~1", "/").replace("~0", "~"))),
                message: text(problem, "message")?,
            });
        }
        reports += 1;
    }
    if reports != files {
        bail!("{reports} of {files} documents were checked");
    }
    Ok(findings)
}

fn python(files: &[PathBuf]) -> Result<Vec<Finding>> {
    let interpreter = tools::python("tests/linters/requirements.txt", "target/linters/python")?;
    let mut validate = tools::without_telemetry(&interpreter);
    validate.arg(workspace::path(SOURCES).join("validate.py"));
    for file in files {
        let yaml = std::fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
        let name = file.file_name().unwrap_or(file.as_os_str());
        let json = workspace::path(INTO).join(name).with_extension("json");
        let text = json::from_yaml(&yaml).with_context(|| file.display().to_string())?;
        std::fs::write(&json, text).with_context(|| format!("can't write {}", json.display()))?;
        validate.args([file, &json]);
    }
    let output = tools::run_checked(&mut validate)?;
    parse_python(&String::from_utf8_lossy(&output.stdout), files.len())
        .with_context(|| format!("can't read the output of {}", tools::command_line(&validate)))
}

fn parse_python(lines: &str, files: usize) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut checked = 0;
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line)?;
        if line.get("checked").is_some() {
            checked += 1;
            continue;
        }
        findings.push(Finding {
            linter: text(&line, "linter")?,
            rule: text(&line, "rule")?,
            file: Some(text(&line, "file")?.into()),
            line: None,
            path: path(keys(&line["path"])),
            message: text(&line, "message")?,
        });
    }
    if checked != files {
        bail!("{checked} of {files} documents were checked");
    }
    Ok(findings)
}

fn keys(path: &Value) -> impl Iterator<Item = String> {
    let keys = path.as_array().into_iter().flatten();
    keys.map(|key| key.as_str().map_or_else(|| key.to_string(), str::to_owned))
}

/// A path such as `paths./v2/{id}.get.parameters[2]`. The linters do not always tell indices from keys. No list of the
/// document has a hundred items, and each key that is a number is a status, which has three digits.
fn path(keys: impl Iterator<Item = String>) -> String {
    let mut path = String::new();
    for key in keys {
        match key.len() < 3 && key.parse::<u8>().is_ok() {
            true => path.push_str(&format!("[{key}]")),
            false if path.is_empty() => path = key,
            false => path.push_str(&format!(".{key}")),
        }
    }
    if path.is_empty() { "the document".to_owned() } else { path }
}

fn text(value: &Value, key: &str) -> Result<String> {
    let text = value.get(key).and_then(Value::as_str);
    Ok(text.with_context(|| format!("no {key} in {value}"))?.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn spectral_results_become_findings() {
        let json = r#"[{"code": "vbs-no-default", "path": ["paths", "/v2/{id}", "get", "responses", "200", "parameters", "2"],
            "message": "no", "severity": 0, "range": {"start": {"line": 9, "character": 1}}, "source": "/a/vbs.yaml"}]"#;
        assert_eq!(
            parse_spectral(json).unwrap()[0].to_string(),
            "10: paths./v2/{id}.get.responses.200.parameters[2]: no [spectral, vbs-no-default]"
        );
        assert!(parse_spectral("").is_err());
        assert!(parse_spectral("[{}]").is_err());
    }

    const CLEAN: &str = r#"{"totals": {"errors": 0}, "version": "2", "problems": []}"#;

    #[test]
    fn redocly_problems_become_findings() {
        let json = r##"{"totals": {}, "problems": [{"ruleId": "no-unused-components", "severity": "error",
            "message": "unused", "location": [{"source": {"ref": "a/b.yaml"}, "start": {"line": 7, "col": 1},
            "pointer": "#/components/schemas/Book"}]}]}"##;
        let findings = parse_redocly(&format!("{CLEAN}{json}"), 2).unwrap();
        assert_eq!(
            findings[0].to_string(),
            "7: components.schemas.Book: unused [redocly, no-unused-components]"
        );
    }

    #[test]
    fn python_lines_become_findings() {
        let lines = "{\"linter\": \"yaml-1.1\", \"rule\": \"read-alike\", \"file\": \"a.yaml\", \"path\": [\"a\", 0], \
                     \"message\": \"quote it\"}\n{\"checked\": \"a.yaml\"}\n";
        assert_eq!(parse_python(lines, 1).unwrap()[0].to_string(), "a[0]: quote it [yaml-1.1, read-alike]");
    }

    #[test]
    fn unchecked_document_is_an_error() {
        assert!(parse_redocly("", 1).is_err());
        assert!(parse_redocly(CLEAN, 2).is_err());
        assert!(parse_redocly(CLEAN, 1).is_ok());
        assert!(parse_python("", 1).is_err());
    }
}
