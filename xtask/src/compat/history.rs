//! What the document is compared with.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{tools, workspace};

/// A revision of git, and why it is the one.
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
                "git knows no revision {revision}; in a shallow clone, fetch it first (`git fetch --unshallow`)"
            );
        }
        Ok(Self {
            revision: revision.to_owned(),
            why: "as asked",
        })
    }

    /// What most clients have: the last release. Before the first one, what was there before this change.
    pub(super) fn choose() -> Result<Self> {
        be_in_a_repository()?;
        if let Some(tag) = git(&["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"])? {
            return Ok(Self {
                revision: tag,
                why: "the last release",
            });
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
            return Ok(Self {
                revision: parent,
                why: "the commit before this one; nothing is released yet",
            });
        }
        Ok(Self {
            revision: "HEAD".to_owned(),
            why: "this clone has no earlier commit, so that only what is not committed can be compared; \
                  `git fetch --unshallow` gets the others",
        })
    }

    /// A file as it was; `None` where it was not there.
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

/// Everything below takes git's "no" for an answer, so one that means something else has to be told here.
fn be_in_a_repository() -> Result<()> {
    tools::run_checked(&mut command(&["rev-parse", "--verify", "HEAD"]))?;
    Ok(())
}

fn commit(revision: &str) -> Result<Option<String>> {
    let peeled = format!("{revision}^{{commit}}");
    git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &peeled])
}

/// What git says; `None` where it says no.
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
