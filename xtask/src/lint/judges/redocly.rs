//! Redocly: its recommended rules, each as an error.

use std::path::Path as File;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Finding, Path, file_named, text};
use crate::{tools, workspace};

pub(super) fn findings(modules: &File, files: &[&File]) -> Result<Vec<Finding>> {
    let mut redocly = tools::node(&modules.join("@redocly/cli/bin/cli.js"));
    redocly
        .args([
            "lint",
            "--format",
            "json",
            "--max-problems",
            "1000000",
            "--config",
        ])
        .arg(workspace::path("tests/judges/redocly.yaml"))
        .args(files);
    let output = tools::output_of(&mut redocly)?;
    let json = String::from_utf8_lossy(&output.stdout);
    // Its status does not tell findings from trouble, but trouble gives no totals.
    parse(&json, files).with_context(|| {
        format!(
            "what {} said is not understood:\n{}",
            tools::shown(&redocly),
            tools::said(&output)
        )
    })
}

/// One JSON document follows another, one for each file.
fn parse(json: &str, files: &[&File]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut judged = 0;
    for report in serde_json::Deserializer::from_str(json).into_iter::<Value>() {
        let report = report?;
        let problems = report["problems"].as_array().context("there are no problems")?;
        for problem in problems {
            findings.push(finding(problem, files)?);
        }
        judged += 1;
    }
    if judged != files.len() {
        bail!("{judged} of {} documents were judged", files.len());
    }
    Ok(findings)
}

fn finding(problem: &Value, files: &[&File]) -> Result<Finding> {
    let location = &problem["location"][0];
    let pointer = location["pointer"].as_str().unwrap_or("#/");
    Ok(Finding {
        judge: "redocly".to_owned(),
        rule: text(problem, "ruleId")?,
        file: file_named(&text(&location["source"], "ref")?, files)?,
        line: location["start"]["line"].as_u64(),
        path: Path::of_reference(pointer).unwrap_or_else(Path::root),
        message: text(problem, "message")?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const CLEAN: &str = r#"{"totals": {"errors": 0}, "version": "2", "problems": []}"#;

    #[test]
    fn a_problem_becomes_a_finding() {
        let json = r##"{"totals": {}, "problems": [{"ruleId": "no-unused-components", "severity": "error",
            "message": "unused", "location": [{"source": {"ref": "a/b.yaml"}, "start": {"line": 7, "col": 1},
            "pointer": "#/components/schemas/Book"}]}]}"##;
        let files = [File::new("a/a.yaml"), File::new("a/b.yaml")];
        let findings = parse(&format!("{CLEAN}{json}"), &files).unwrap();
        assert_eq!(findings[0].file, File::new("a/b.yaml"));
        assert_eq!(
            findings[0].to_string(),
            "7: components.schemas.Book: unused [redocly, no-unused-components]"
        );
    }

    #[test]
    fn a_document_that_was_not_judged_is_an_error() {
        assert!(parse("", &[File::new("a.yaml")]).is_err());
        assert!(parse(CLEAN, &[File::new("a.yaml"), File::new("b.yaml")]).is_err());
        assert!(parse(CLEAN, &[File::new("a.yaml")]).is_ok());
    }
}
