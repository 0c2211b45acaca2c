//! Clients in Go.

use std::path::Path;

use anyhow::Result;

use super::client::{Client, Language, Run};
use super::openapi_generator::OpenApiGenerator;
use super::{files, scratch, sources};
use crate::workspace::{self, DOCUMENT};

pub(super) fn clients() -> Result<Vec<Client>> {
    let directory = scratch(Language::Go);
    files::copy(&sources(Language::Go), &directory)?;
    let openapi_generator = OpenApiGenerator::install()?;

    let generated = directory.join("oapicodegen");
    std::fs::create_dir_all(&generated)?;
    let generated = generated.join("client.go");
    let oapi_codegen = Client {
        language: Language::Go,
        generator: "oapi-codegen",
        version: files::pinned(&directory.join("go.mod"), "oapi-codegen/v2 v")?,
        generate: Run::new("go", &directory)
            .args(["tool", "oapi-codegen", "-config", "oapi-codegen.yaml", "-o"])
            .arg(&generated)
            .arg(workspace::path(DOCUMENT)),
        generated,
        compile: vec![build("with-oapi-codegen", &directory)],
        program: Some(program("with-oapi-codegen", &directory)),
    };

    let output = directory.join("ogenclient");
    let ogen = Client {
        language: Language::Go,
        generator: "ogen",
        version: files::pinned(&directory.join("go.mod"), "ogen-go/ogen v")?,
        generate: Run::new("go", &directory)
            .args([
                "tool",
                "ogen",
                "--config",
                "ogen.yml",
                "--package",
                "ogenclient",
                "--target",
            ])
            .arg(&output)
            .arg(workspace::path(DOCUMENT)),
        generated: output,
        compile: vec![build("with-ogen", &directory)],
        program: Some(program("with-ogen", &directory)),
    };

    let output = directory.join("openapigenerator");
    let properties = [
        "packageName=openapigenerator",
        "disallowAdditionalPropertiesIfNotPresent=false",
        "enumClassPrefix=true",
        "isGoSubmodule=true",
        "withGoMod=false",
    ];
    let openapi_generator = Client {
        language: Language::Go,
        generator: "openapi-generator",
        generate: openapi_generator.generate("go", None, &properties, &output),
        version: openapi_generator.version,
        generated: output,
        compile: vec![build("with-openapi-generator", &directory)],
        program: Some(program("with-openapi-generator", &directory)),
    };
    Ok(vec![oapi_codegen, ogen, openapi_generator])
}

fn build(package: &str, directory: &Path) -> Run {
    Run::new("go", directory)
        .args(["build", "-mod=readonly", "-o", "bin/"])
        .arg(format!("./{package}"))
}

fn program(name: &str, directory: &Path) -> Run {
    Run::new(directory.join("bin").join(name), directory)
}
