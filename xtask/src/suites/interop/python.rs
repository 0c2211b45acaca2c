//! Clients in Python.

use std::path::Path;

use anyhow::Result;

use super::client::{Client, Language, Run};
use super::openapi_generator::OpenApiGenerator;
use super::{files, scratch, sources};
use crate::tools;
use crate::workspace::{self, DOCUMENT};

pub(super) fn clients() -> Result<Vec<Client>> {
    let directory = scratch(Language::Python);
    files::copy(&sources(Language::Python), &directory)?;
    let requirements = sources(Language::Python).join("requirements.txt");
    let python = tools::python(
        "tests/interop/python/requirements.txt",
        "target/interop/python/venv",
    )?;
    let openapi_generator = OpenApiGenerator::install()?;

    let package = directory.join("vbs_openapi_python_client");
    let generate = Run::new(python.with_file_name("openapi-python-client"), &directory)
        .args(["generate", "--meta", "none", "--overwrite"])
        .args(["--config", "openapi-python-client.yaml", "--path"])
        .arg(workspace::path(DOCUMENT))
        .arg("--output-path")
        .arg(&package);
    let openapi_python_client = Client {
        language: Language::Python,
        generator: "openapi-python-client",
        version: files::pinned(&requirements, "openapi-python-client==")?,
        generate,
        compile: compile(&python, &package, "with_openapi_python_client.py", &directory),
        program: Some(program(&python, "with_openapi_python_client.py", &directory)),
        generated: package,
    };

    let output = directory.join("openapi-generator");
    let properties = ["packageName=vbs_openapi_generator"];
    let openapi_generator = Client {
        language: Language::Python,
        generator: "openapi-generator",
        generate: openapi_generator.generate("python", None, &properties, &output),
        version: openapi_generator.version,
        compile: compile(&python, &output, "with_openapi_generator.py", &directory),
        program: Some(program(&python, "with_openapi_generator.py", &directory)),
        generated: output,
    };
    Ok(vec![openapi_python_client, openapi_generator])
}

/// Python finds errors of syntax, and mypy whether the program uses the client as its types say.
fn compile(python: &Path, package: &Path, program: &str, directory: &Path) -> Vec<Run> {
    let syntax = Run::new(python, directory)
        .args(["-m", "compileall", "-q"])
        .arg(package);
    let types = Run::new(python, directory)
        .with("MYPYPATH", "openapi-generator")
        .args(["-m", "mypy", program]);
    vec![syntax, types]
}

fn program(python: &Path, program: &str, directory: &Path) -> Run {
    Run::new(python, directory)
        .with("PYTHONPATH", "openapi-generator")
        .arg(program)
}
