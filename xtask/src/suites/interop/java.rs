//! A client in Java.

use anyhow::Result;

use super::client::{Client, Language, Run};
use super::openapi_generator::OpenApiGenerator;
use super::{files, scratch, sources};

pub(super) fn clients() -> Result<Vec<Client>> {
    let directory = scratch(Language::Java);
    files::copy(&sources(Language::Java), &directory)?;
    let openapi_generator = OpenApiGenerator::install()?;
    let generated = directory.join("src/client");
    let properties = [
        "invokerPackage=otc.vbs",
        "apiPackage=otc.vbs.api",
        "modelPackage=otc.vbs.model",
        "openApiNullable=false",
        "useJakartaEe=true",
    ];
    let compile = Run::new("mvn", &directory)
        .args(["--batch-mode", "--quiet", "compile"])
        .args(["dependency:copy-dependencies", "-DoutputDirectory=target/lib"]);
    let program =
        Run::new("java", &directory).args(["-cp", "target/classes:target/lib/*", "otc.interop.Main"]);
    Ok(vec![Client {
        language: Language::Java,
        generator: "openapi-generator",
        generate: openapi_generator.generate("java", Some("native"), &properties, &generated),
        version: openapi_generator.version,
        generated,
        compile: vec![compile],
        program: Some(program),
    }])
}
