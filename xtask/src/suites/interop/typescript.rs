//! Clients in TypeScript.

use std::path::Path;

use anyhow::Result;

use super::client::{Client, Language, Run};
use super::{files, scratch, sources};
use crate::tools;
use crate::workspace::{self, DOCUMENT};

pub(super) fn clients() -> Result<Vec<Client>> {
    let directory = scratch(Language::TypeScript);
    files::copy(&sources(Language::TypeScript), &directory)?;
    tools::npm("tests/interop/typescript", "target/interop/typescript")?;
    let manifest = directory.join("package.json");
    let document = workspace::path(DOCUMENT);

    let openapi_typescript = Client {
        language: Language::TypeScript,
        generator: "openapi-typescript",
        version: files::pinned(&manifest, r#""openapi-typescript": ""#)?,
        generate: installed("openapi-typescript/bin/cli.js", &directory)
            .arg(&document)
            .args(["--output", "vbs.d.ts"]),
        generated: directory.join("vbs.d.ts"),
        compile: vec![compile("with-openapi-typescript", &directory)],
        program: Some(program("with-openapi-typescript", &directory)),
    };
    let hey_api = Client {
        language: Language::TypeScript,
        generator: "hey-api",
        version: files::pinned(&manifest, r#""@hey-api/openapi-ts": ""#)?,
        generate: installed("@hey-api/openapi-ts/bin/run.js", &directory)
            .arg("--input")
            .arg(&document)
            .args(["--output", "hey-api", "--client", "@hey-api/client-fetch"])
            .arg("--no-log-file"),
        generated: directory.join("hey-api"),
        compile: vec![compile("with-hey-api", &directory)],
        program: Some(program("with-hey-api", &directory)),
    };
    Ok(vec![openapi_typescript, hey_api])
}

/// What npx would run, without its start.
fn installed(script: &str, directory: &Path) -> Run {
    Run::new("node", directory).arg(format!("node_modules/{script}"))
}

/// Each program is a project of its own, so that one client that does not compile leaves the other.
fn compile(program: &str, directory: &Path) -> Run {
    installed("typescript/bin/tsc", directory).args(["--project", &format!("tsconfig.{program}.json")])
}

fn program(name: &str, directory: &Path) -> Run {
    Run::new("node", directory).arg(format!("build/{name}.js"))
}
