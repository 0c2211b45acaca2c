//! Spectral: Stoplight's rules for OpenAPI and the idioms of this document.

use std::path::Path as File;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Finding, file_named, path_of, text};
use crate::{tools, workspace};

pub(super) fn findings(modules: &File, files: &[&File]) -> Result<Vec<Finding>> {
    let mut spectral = tools::node(&modules.join("@stoplight/spectral-cli/dist/index.js"));
    spectral
        .args(["lint", "--quiet", "--format", "json", "--ruleset"])
        .arg(workspace::path("tests/judges/spectral.yaml"))
        .args(files);
    let output = tools::output_of(&mut spectral)?;
    // 1 is what it says of findings; anything else is trouble of its own.
    if !matches!(output.status.code(), Some(0 | 1)) {
        bail!("{} failed:\n{}", tools::shown(&spectral), tools::said(&output));
    }
    let json = String::from_utf8_lossy(&output.stdout);
    parse(&json, files).with_context(|| {
        format!(
            "what {} said is not understood:\n{}",
            tools::shown(&spectral),
            tools::said(&output)
        )
    })
}

fn parse(json: &str, files: &[&File]) -> Result<Vec<Finding>> {
    let results: Vec<Value> = serde_json::from_str(json)?;
    results
        .iter()
        .map(|result| {
            let line = result["range"]["start"]["line"].as_u64();
            Ok(Finding {
                judge: "spectral".to_owned(),
                rule: text(result, "code")?,
                file: file_named(&text(result, "source")?, files)?,
                line: line.map(|line| line + 1),
                path: path_of(&with_indices(&result["path"])),
                message: text(result, "message")?,
            })
        })
        .collect()
}

/// A rule that sees the resolved document gives indices as text. No list of the document has a hundred items, and each
/// key that is a number is a status, with three digits.
fn with_indices(path: &Value) -> Value {
    let keys = path.as_array().into_iter().flatten();
    keys.map(|key| match key.as_str() {
        Some(text) if text.len() < 3 => text.parse::<u8>().map_or_else(|_| key.clone(), Value::from),
        _ => key.clone(),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_result_becomes_a_finding() {
        let json = r#"[{"code": "vbs-no-default", "path": ["paths", "/v2/{id}", "get", "responses", "200", "parameters", "2"], "message": "no",
            "severity": 0, "range": {"start": {"line": 9, "character": 1}, "end": {"line": 9, "character": 2}},
            "source": "/somewhere/else/vbs.yaml"}]"#;
        let findings = parse(json, &[File::new("target/vbs.yaml")]).unwrap();
        assert_eq!(findings[0].file, File::new("target/vbs.yaml"));
        assert_eq!(
            findings[0].to_string(),
            "10: paths./v2/{id}.get.responses.200.parameters[2]: no [spectral, vbs-no-default]"
        );
    }

    #[test]
    fn what_is_no_result_is_an_error() {
        assert!(parse("", &[]).is_err());
        assert!(parse("[{}]", &[]).is_err());
    }
}
