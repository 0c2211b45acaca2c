//! A client in C#. It is generated only: the .NET SDK is in none of the registries that the others come from.

use anyhow::Result;

use super::client::{Client, Language};
use super::openapi_generator::OpenApiGenerator;
use super::scratch;

pub(super) fn clients() -> Result<Vec<Client>> {
    let openapi_generator = OpenApiGenerator::install()?;
    let generated = scratch(Language::CSharp);
    let properties = ["packageName=Otc.Vbs", "targetFramework=net8.0"];
    Ok(vec![Client {
        language: Language::CSharp,
        generator: "openapi-generator",
        generate: openapi_generator.generate("csharp", Some("httpclient"), &properties, &generated),
        version: openapi_generator.version,
        generated,
        compile: Vec::new(),
        program: None,
    }])
}
