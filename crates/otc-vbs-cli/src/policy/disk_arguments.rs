//! The disks that arguments and files name.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// The disks of a command.
#[derive(clap::Args, Debug)]
pub(super) struct Disks {
    /// The disks, by id or name.
    #[arg(value_name = "DISK")]
    disks: Vec<String>,

    /// Read the ids or names of disks from this file, one per line. `-` is standard input. Empty lines and `#` comments are
    /// ignored.
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,
}

impl Disks {
    /// The texts of the arguments and of the file, each once.
    pub(super) fn read(&self) -> Result<Vec<String>, Failure> {
        let from_file = match &self.from_file {
            Some(file) => lines(&text_of(file)?),
            None => Vec::new(),
        };
        let mut seen = BTreeSet::new();
        let all = self.disks.iter().cloned().chain(from_file);
        let all: Vec<String> = all.filter(|disk| seen.insert(disk.clone())).collect();
        if all.is_empty() && self.from_file.is_none() {
            return Err(Failure::Usage {
                problem: "no disk is named".to_owned(),
                hint: Some("name disks, or a file that lists them with --from-file".to_owned()),
            });
        }
        if all.is_empty() {
            return Err(Failure::Usage {
                problem: "the file has no disks".to_owned(),
                hint: Some("write the id or name of a disk on each line".to_owned()),
            });
        }
        Ok(all)
    }
}

fn text_of(file: &Path) -> Result<String, Failure> {
    let (name, read) = match file.to_str() {
        Some("-") => {
            let mut text = String::new();
            ("standard input".to_owned(), std::io::stdin().read_to_string(&mut text).map(|_| text))
        }
        _ => (file.display().to_string(), std::fs::read_to_string(file)),
    };
    read.map_err(|error| Failure::Usage {
        problem: format!("can't read disks from {name}: {error}"),
        hint: Some("--from-file takes a text file with the id or name of a disk on each line".to_owned()),
    })
}

/// The lines without comments, space around them, and empty ones.
fn lines(text: &str) -> Vec<String> {
    let lines = text.trim_start_matches('\u{feff}').lines();
    let lines = lines.map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn file_may_have_comments_and_empty_lines() {
        let text = "\u{feff}# the database\nd1\r\n\n  d2  # the log\n#d3\n";
        assert_eq!(lines(text), ["d1", "d2"]);
    }

    #[test]
    fn disks_are_read_once_in_order() {
        let disks = |texts: &[&str]| Disks {
            disks: texts.iter().map(|text| (*text).to_owned()).collect(),
            from_file: None,
        };
        assert_eq!(disks(&["d2", "d1", "d2"]).read().unwrap(), ["d2", "d1"]);
    }
}
