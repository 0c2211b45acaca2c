//! The clients of tests/interop/clients.toml.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::{SCRATCH, SOURCES};
use crate::tools;
use crate::workspace::{self, DOCUMENT};

const CLIENTS: &str = "tests/interop/clients.toml";
const OPENAPI_GENERATOR: &str = "tests/interop/openapi-generator/requirements.txt";

/// A language, as in clients.toml.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Language {
    pub(super) name: String,
    toolchains: BTreeMap<String, String>,
    tools: Option<Installer>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    client: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Installer {
    Npm,
    Python,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    generator: String,
    version: Option<Pin>,
    generated: String,
    generate: String,
    #[serde(default)]
    compile: Vec<String>,
    program: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pin {
    file: String,
    after: String,
}

/// A client, and the commands that generate, compile and run it.
pub(super) struct Client {
    /// `LANGUAGE/GENERATOR`, as in openapi/INTEROP.md and known.toml.
    pub(super) name: String,
    /// The version of the generator.
    pub(super) version: String,
    pub(super) generate: Run,
    pub(super) generated: PathBuf,
    pub(super) compile: Vec<Run>,
    /// `None` if the client can't be compiled here.
    pub(super) program: Option<Run>,
}

/// A command with its directory and environment.
pub(super) struct Run {
    words: Vec<String>,
    directory: PathBuf,
    variables: BTreeMap<String, String>,
}

impl Run {
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]).current_dir(&self.directory).envs(&self.variables);
        command
    }
}

/// All languages of clients.toml, in its order.
pub(super) fn languages() -> Result<Vec<Language>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Clients {
        language: Vec<Language>,
    }
    let text =
        fs::read_to_string(workspace::path(CLIENTS)).with_context(|| format!("can't read {CLIENTS}"))?;
    let clients: Clients = toml::from_str(&text).context(CLIENTS)?;
    Ok(clients.language)
}

/// Fails if a toolchain of a language is missing.
pub(super) fn check_toolchains(languages: &[Language]) -> Result<()> {
    let needed = languages.iter().flat_map(|language| {
        let tools = language.toolchains.iter();
        tools.map(move |(program, title)| (program, format!("{title} (`{program}`, for {})", language.name)))
    });
    let missing: Vec<_> =
        needed.filter(|(program, _)| tools::find(program).is_none()).map(|(_, title)| title).collect();
    ensure!(
        missing.is_empty(),
        "can't find {}; install it, or name the languages to test",
        missing.join(", ")
    );
    Ok(())
}

impl Language {
    /// The clients of the language. Installs their generators.
    pub(super) fn clients(&self) -> Result<Vec<Client>> {
        let prepared = self.prepare();
        prepared.with_context(|| format!("can't prepare the clients in {}", self.name))
    }

    fn prepare(&self) -> Result<Vec<Client>> {
        let name = &self.name;
        let (sources, scratch) = (format!("{SOURCES}/{name}"), format!("{SCRATCH}/{name}"));
        let directory = workspace::path(&scratch);
        fs::create_dir_all(&directory).with_context(|| format!("can't create {}", directory.display()))?;
        // Not every language has programs.
        if workspace::path(&sources).exists() {
            copy(&workspace::path(&sources), &directory)?;
        }
        let mut venv = String::new();
        match self.tools {
            Some(Installer::Npm) => drop(tools::npm(&sources, &scratch)?),
            Some(Installer::Python) => {
                let python =
                    tools::python(&format!("{sources}/requirements.txt"), &format!("{scratch}/venv"))?;
                venv = python.with_file_name("").display().to_string();
            }
            None => {}
        }
        self.client.iter().map(|entry| self.resolve(entry, &directory, venv.trim_end_matches('/'))).collect()
    }

    fn resolve(&self, entry: &Entry, directory: &Path, venv: &str) -> Result<Client> {
        let generated = directory.join(&entry.generated);
        let within = generated.parent().unwrap_or(directory);
        fs::create_dir_all(within).with_context(|| format!("can't create {}", within.display()))?;
        let mut arguments = Vec::new();
        if entry.generate.contains("{openapi-generator}") {
            arguments = openapi_generator(&generated)?;
        }
        let run = |line: &str| -> Run {
            let words = line.split_whitespace().flat_map(|word| match word {
                "{openapi-generator}" => arguments.clone(),
                word => vec![
                    word.replace("{document}", &workspace::path(DOCUMENT).display().to_string())
                        .replace("{directory}", &directory.display().to_string())
                        .replace("{generated}", &entry.generated)
                        .replace("{venv}", venv),
                ],
            });
            Run { words: words.collect(), directory: directory.to_owned(), variables: self.variables.clone() }
        };
        Ok(Client {
            name: format!("{}/{}", self.name, entry.generator),
            version: match &entry.version {
                Some(Pin { file, after }) => pinned(&format!("{SOURCES}/{file}"), after)?,
                None => pinned(OPENAPI_GENERATOR, "openapi-generator-cli==")?,
            },
            generate: run(&entry.generate),
            compile: entry.compile.iter().map(|line| run(line)).collect(),
            program: entry.program.as_deref().map(run),
            generated,
        })
    }
}

/// The command line of openapi-generator that all languages share: code only, without documentation and tests. Its Python
/// package contains the jar.
fn openapi_generator(output: &Path) -> Result<Vec<String>> {
    let python = tools::python(OPENAPI_GENERATOR, "target/interop/openapi-generator/venv")?;
    let program = python.with_file_name("openapi-generator-cli");
    Ok(vec![
        program.display().to_string(),
        "generate".to_owned(),
        "--input-spec".to_owned(),
        workspace::path(DOCUMENT).display().to_string(),
        "--output".to_owned(),
        output.display().to_string(),
        "--global-property".to_owned(),
        "models,apis,supportingFiles,modelDocs=false,modelTests=false,apiDocs=false,apiTests=false"
            .to_owned(),
    ])
}

/// Copies files over those of an earlier run, and keeps what was installed and built there.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("can't create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("can't read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(|| format!("can't write {}", target.display()))?;
        }
    }
    Ok(())
}

/// The version after a text in a file of pinned versions.
fn pinned(file: &str, after: &str) -> Result<String> {
    let text = fs::read_to_string(workspace::path(file)).with_context(|| format!("can't read {file}"))?;
    version(&text, after).with_context(|| format!("{file} has no version after `{after}`"))
}

fn version(text: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(after)?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-');
    let version = &rest[..end.unwrap_or(rest.len())];
    (!version.is_empty()).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn pinned_versions_are_found() {
        let requirements = "# mypy\nmypy==2.4.1\nruff==0.17.6";
        assert_eq!(version(requirements, "mypy==").as_deref(), Some("2.4.1"));
        assert_eq!(version(requirements, "ruff==").as_deref(), Some("0.17.6"));
        let manifest = r#"{"a": "7.0.0-rc.1",}"#;
        assert_eq!(version(manifest, r#""a": ""#).as_deref(), Some("7.0.0-rc.1"));
        assert_eq!(version(requirements, "black=="), None);
        assert_eq!(version("mypy==\n", "mypy=="), None);
    }
}
