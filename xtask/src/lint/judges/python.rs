//! openapi-spec-validator, and what a reader of YAML 1.1 makes of the document.

use std::path::Path as File;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Copy, Finding, file_named, path_of, text};
use crate::{tools, workspace};

pub(super) fn findings(interpreter: &File, copies: &[&Copy]) -> Result<Vec<Finding>> {
    let mut python = tools::quiet(interpreter);
    python.arg(workspace::path("tests/judges/judge.py"));
    for copy in copies {
        python.args([&copy.yaml, &copy.json]);
    }
    let output = tools::finish(&mut python)?;
    let files = super::yaml(copies);
    let json = String::from_utf8_lossy(&output.stdout);
    parse(&json, &files).with_context(|| format!("what {} said is not understood", tools::shown(&python)))
}

fn parse(lines: &str, files: &[&File]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut judged = 0;
    for line in lines.lines() {
        let said: Value = serde_json::from_str(line)?;
        if said.get("judged").is_some() {
            judged += 1;
            continue;
        }
        findings.push(Finding {
            judge: text(&said, "judge")?,
            rule: text(&said, "rule")?,
            file: file_named(&text(&said, "file")?, files)?,
            line: None,
            path: path_of(&said["path"]),
            message: text(&said, "message")?,
        });
    }
    if judged != files.len() {
        bail!("{judged} of {} documents were judged", files.len());
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_line_becomes_a_finding() {
        let lines = "{\"judge\": \"yaml-1.1\", \"rule\": \"read-alike\", \"file\": \"a.yaml\", \"path\": [\"a\", 0], \
                     \"message\": \"quote it\"}\n{\"judged\": \"a.yaml\"}\n";
        let findings = parse(lines, &[File::new("a.yaml")]).unwrap();
        assert_eq!(findings[0].to_string(), "a[0]: quote it [yaml-1.1, read-alike]");
    }

    #[test]
    fn a_document_that_was_not_judged_is_an_error() {
        assert!(parse("", &[File::new("a.yaml")]).is_err());
    }
}
