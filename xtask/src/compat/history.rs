//! The revision that the document is compared with.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{tools, workspace};

/// A revision of git, and why it was chosen.
pub(super) struct Base {
    pub(super) revision: String,
    pub(super) why: &'static str,
}

impl Base {
    /// The revision that was asked for.
    pub(super) fn of(revision: &str) -> Result<Self> {
        be_in_a_repository()?;
        if commit(revision)?.is_none() {
            bail!(
                "git does not know the revision {revision}; in a shallow clone, run `git fetch --unshallow` first"
            );
        }
        Ok(Self { revision: revision.to_owned(), why: "as asked" })
    }

    /// The last release, which most clients use. Before the first release, the revision before this change.
    pub(super) fn choose() -> Result<Self> {
        be_in_a_repository()?;
        if let Some(tag) = git(&["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"])? {
            return Ok(Self { revision: tag, why: "the last release" });
        }
        let head = commit("HEAD")?;
        // No remote, or one whose main branch is unknown, is no fork.
        let fork = git(&["merge-base", "HEAD", "origin/HEAD"])?;
        if let Some(fork) = fork
            && Some(&fork) != head.as_ref()
        {
            return Ok(Self {
                revision: fork,
                why: "where this branch left the main one; nothing is released yet",
            });
        }
        if let Some(parent) = commit("HEAD^")? {
            return Ok(Self { revision: parent, why: "the commit before this one; nothing is released yet" });
        }
        Ok(Self {
            revision: "HEAD".to_owned(),
            why: "this clone has no earlier commit, so that only what is not committed can be compared; \
                  `git fetch --unshallow` gets the others",
        })
    }

    /// The file at this revision, or `None` if it did not exist.
    pub(super) fn file(&self, file: &str) -> Result<Option<String>> {
        let there = git(&["ls-tree", "--name-only", "--full-tree", &self.revision, file])?;
        if there.is_none_or(|name| name.is_empty()) {
            return Ok(None);
        }
        let mut show = command(&["show", &format!("{}:{file}", self.revision)]);
        let output = tools::run_checked(&mut show)?;
        Ok(Some(String::from_utf8(output.stdout)?))
    }
}

/// The functions below take a failure of git for "no", so other failures must be reported here.
fn be_in_a_repository() -> Result<()> {
    tools::run_checked(&mut command(&["rev-parse", "--verify", "HEAD"]))?;
    Ok(())
}

fn commit(revision: &str) -> Result<Option<String>> {
    let peeled = format!("{revision}^{{commit}}");
    git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &peeled])
}

/// The output of git, or `None` if it fails.
fn git(arguments: &[&str]) -> Result<Option<String>> {
    let output = tools::output_of(&mut command(arguments))?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok(output.status.success().then_some(said))
}

fn command(arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(workspace::path(""));
    git
}
