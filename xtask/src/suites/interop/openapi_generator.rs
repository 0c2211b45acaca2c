//! openapi-generator, which makes clients in several languages.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::client::Run;
use super::{SOURCES, files};
use crate::tools;
use crate::workspace::{self, DOCUMENT};

pub(super) struct OpenApiGenerator {
    program: PathBuf,
    pub(super) version: String,
}

impl OpenApiGenerator {
    /// Installs it, once for all languages. Its package for Python carries the jar.
    pub(super) fn install() -> Result<Self> {
        let requirements = workspace::path(SOURCES).join("openapi-generator/requirements.txt");
        let python = tools::python(
            "tests/interop/openapi-generator/requirements.txt",
            "target/interop/openapi-generator/venv",
        )?;
        Ok(Self {
            program: python.with_file_name("openapi-generator-cli"),
            version: files::pinned(&requirements, "openapi-generator-cli==")?,
        })
    }

    /// Code alone: neither documentation nor tests.
    pub(super) fn generate(
        &self,
        generator: &str,
        library: Option<&str>,
        properties: &[&str],
        output: &Path,
    ) -> Run {
        let mut run = Run::new(&self.program, &workspace::path(""))
            .args(["generate", "--generator-name", generator])
            .args(["--input-spec", DOCUMENT, "--output"])
            .arg(output)
            .arg("--global-property")
            .arg("models,apis,supportingFiles,modelDocs=false,modelTests=false,apiDocs=false,apiTests=false");
        if let Some(library) = library {
            run = run.args(["--library", library]);
        }
        if !properties.is_empty() {
            run = run.arg("--additional-properties").arg(properties.join(","));
        }
        run
    }
}
