//! What a client is made with, and of what.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{csharp, go, java, python, rust, typescript};

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Language {
    Python,
    #[value(name = "typescript")]
    TypeScript,
    Go,
    Java,
    #[value(name = "csharp")]
    CSharp,
    Rust,
}

impl Language {
    pub(super) const ALL: [Self; 6] = [
        Self::Python,
        Self::TypeScript,
        Self::Go,
        Self::Java,
        Self::CSharp,
        Self::Rust,
    ];

    /// As in paths, on the command line and in known.toml.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::TypeScript => "typescript",
            Self::Go => "go",
            Self::Java => "java",
            Self::CSharp => "csharp",
            Self::Rust => "rust",
        }
    }

    /// What has to be installed, and how it is called.
    pub(super) fn tools(self) -> &'static [(&'static str, &'static str)] {
        const PYTHON: (&str, &str) = ("python3", "Python 3.11 with venv");
        const JAVA: (&str, &str) = ("java", "Java 17");
        match self {
            Self::Python | Self::CSharp | Self::Rust => &[PYTHON, JAVA],
            Self::TypeScript => &[("node", "Node.js 20"), ("npm", "npm")],
            Self::Go => &[("go", "Go 1.25"), PYTHON, JAVA],
            Self::Java => &[("javac", "the JDK 17"), JAVA, ("mvn", "Maven"), PYTHON],
        }
    }

    /// The clients of a language. Their generators are installed on the way.
    pub(super) fn clients(self) -> Result<Vec<Client>> {
        let clients = match self {
            Self::Python => python::clients(),
            Self::TypeScript => typescript::clients(),
            Self::Go => go::clients(),
            Self::Java => java::clients(),
            Self::CSharp => csharp::clients(),
            Self::Rust => rust::clients(),
        };
        clients.with_context(|| format!("can't prepare the clients in {}", self.name()))
    }
}

/// A client that a generator makes, and the program that uses it.
pub(super) struct Client {
    pub(super) language: Language,
    pub(super) generator: &'static str,
    pub(super) version: String,
    pub(super) generate: Run,
    /// What the generator writes, a file or a directory.
    pub(super) generated: PathBuf,
    pub(super) compile: Vec<Run>,
    /// None where nothing can be compiled here.
    pub(super) program: Option<Run>,
}

impl Client {
    /// As the rows of the table and known.toml name it.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.language.name(), self.generator)
    }
}

/// A program to run.
pub(super) struct Run {
    program: OsString,
    arguments: Vec<OsString>,
    directory: PathBuf,
    variables: Vec<(&'static str, OsString)>,
}

impl Run {
    pub(super) fn new(program: impl AsRef<OsStr>, directory: &Path) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            directory: directory.to_owned(),
            variables: Vec::new(),
        }
    }

    pub(super) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        let arguments = arguments.into_iter();
        self.arguments
            .extend(arguments.map(|argument| argument.as_ref().to_owned()));
        self
    }

    pub(super) fn arg(self, argument: impl AsRef<OsStr>) -> Self {
        self.args([argument])
    }

    pub(super) fn with(mut self, name: &'static str, value: impl AsRef<OsStr>) -> Self {
        self.variables.push((name, value.as_ref().to_owned()));
        self
    }

    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .current_dir(&self.directory)
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}
