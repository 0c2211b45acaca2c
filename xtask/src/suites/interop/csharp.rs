//! A client in C#. It is generated only: no registry that the others come from has a compiler with its libraries, and the
//! .NET SDK can't be asked of everybody who changes the document.

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
