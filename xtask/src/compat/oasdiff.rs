//! oasdiff, at the version of `tests/compat/go.mod`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::changes::{self, Change};
use crate::generate::json;
use crate::{tools, workspace};

const PACKAGE: &str = "github.com/oasdiff/oasdiff";
/// Where its own judgement is too mild for clients with types.
const LEVELS: &str = "tests/compat/levels.txt";

pub(super) struct Oasdiff(PathBuf);

impl Oasdiff {
    pub(super) fn install() -> Result<Self> {
        Ok(Self(tools::go("tests/compat", PACKAGE, "target/compat/bin")?))
    }

    /// The changes from one text of the document to another.
    pub(super) fn changes(&self, old: &str, new: &str) -> Result<Vec<Change>> {
        // JSON, so that no other dialect of YAML has a say.
        let files = [("old", old), ("new", new)].map(|(name, yaml)| -> Result<PathBuf> {
            let file = workspace::path("target/compat").join(format!("{name}.json"));
            let json = json::from_yaml(yaml).with_context(|| format!("the {name} document"))?;
            fs::write(&file, json).with_context(|| format!("can't write {}", file.display()))?;
            Ok(file)
        });
        let [old, new] = files;
        let mut oasdiff = tools::without_telemetry(&self.0);
        oasdiff
            .args(["changelog", "--format", "json", "--severity-levels"])
            .arg(workspace::path(LEVELS))
            .args([old?, new?])
            // A configuration file there would be read.
            .current_dir(workspace::path("target/compat"));
        let output = tools::run_checked(&mut oasdiff)?;
        let json = String::from_utf8_lossy(&output.stdout);
        changes::parse(&json).with_context(|| {
            format!("what {} said is not understood:\n{json}", tools::command_line(&oasdiff))
        })
    }
}
