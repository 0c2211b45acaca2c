//! A client in Rust that another generator makes, as a check on the document and on ours.

use std::env;

use anyhow::Result;

use super::client::{Client, Language, Run};
use super::openapi_generator::OpenApiGenerator;
use super::{files, scratch, sources};

pub(super) fn clients() -> Result<Vec<Client>> {
    let directory = scratch(Language::Rust);
    files::copy(&sources(Language::Rust), &directory)?;
    let openapi_generator = OpenApiGenerator::install()?;
    let generated = directory.join("client");
    let properties = ["packageName=client"];
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let compile =
        Run::new(cargo, &directory).args(["build", "--quiet", "--locked", "--target-dir", "target"]);
    Ok(vec![Client {
        language: Language::Rust,
        generator: "openapi-generator",
        generate: openapi_generator.generate("rust", Some("reqwest"), &properties, &generated),
        version: openapi_generator.version,
        generated,
        compile: vec![compile],
        program: Some(Run::new(
            directory.join("target/debug/otc-vbs-interop"),
            &directory,
        )),
    }])
}
