//! A client in TypeScript.

use anyhow::Result;

use super::client::{Client, Language, Run};
use super::{scratch, sources, tools};
use crate::workspace::{self, DOCUMENT};

pub(super) fn clients() -> Result<Vec<Client>> {
    let directory = scratch(Language::TypeScript);
    tools::copy(&sources(Language::TypeScript), &directory)?;
    tools::installed(&directory.join("package-lock.json"), &directory, || {
        tools::must(
            &Run::new("npm", &directory)
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .arg("--loglevel=error"),
        )
    })?;
    // What npx would run, without its start.
    let program = |name: &str| Run::new("node", &directory).arg(format!("node_modules/{name}"));
    let generated = directory.join("vbs.d.ts");
    let manifest = directory.join("package.json");
    Ok(vec![Client {
        language: Language::TypeScript,
        generator: "openapi-typescript",
        version: tools::pinned(&manifest, r#""openapi-typescript": ""#)?,
        generate: program("openapi-typescript/bin/cli.js")
            .arg(workspace::path(DOCUMENT))
            .args(["--output", "vbs.d.ts"]),
        generated,
        compile: vec![program("typescript/bin/tsc").args(["--project", "."])],
        program: Some(Run::new("node", &directory).arg("build/main.js")),
    }])
}
