//! The file of `--disks`: disks that the jobs of a policy don't name, and sizes.

use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};
use otc_vbs::types::DiskId;

use crate::exit::Failure;
use crate::words::count;

/// The form of the file, for hints.
const FORM: &str = "write POLICY,DISK or POLICY,DISK,SIZE_GB on each line";

/// A disk that the file names for a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedDisk {
    pub(super) id: String,
    pub(super) size_gb: Option<u64>,
}

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: u64,
    /// The name or the id of the policy.
    pub(super) policy: String,
    pub(super) disk: ListedDisk,
}

pub(super) fn read(file: &Path) -> Result<Vec<Line>, Failure> {
    let (name, text) = match file.to_str() {
        Some("-") => ("standard input".to_owned(), std::io::read_to_string(std::io::stdin())),
        _ => (file.display().to_string(), std::fs::read_to_string(file)),
    };
    let text = text.map_err(|error| Failure::Usage {
        problem: format!("can't read disks from {name}: {error}"),
        hint: Some(format!("--disks takes a text file; {FORM}")),
    })?;
    parse(&text).map_err(|problem| Failure::Usage {
        problem: format!("--disks: {name}: {problem}"),
        hint: Some(FORM.to_owned()),
    })
}

/// The lines that are not empty and no comments. The error says which line can't be used, and why.
fn parse(text: &str) -> Result<Vec<Line>, String> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).zip(1..);
    let mut parsed = Vec::new();
    for (text, number) in lines.filter(|(text, _)| !text.is_empty() && !text.starts_with('#')) {
        let in_line = |problem: String| format!("line {number}: {problem}");
        let record = fields(text).map_err(in_line)?;
        if !is_header(&record) {
            parsed.push(line(number, &record).map_err(in_line)?);
        }
    }
    Ok(parsed)
}

/// The fields of a line of CSV.
fn fields(line: &str) -> Result<StringRecord, String> {
    let mut reader = ReaderBuilder::new().has_headers(false).trim(Trim::All).from_reader(line.as_bytes());
    let mut record = StringRecord::new();
    reader.read_record(&mut record).map_err(|error| format!("it is not CSV: {error}"))?;
    Ok(record)
}

/// Whether this is the line of titles that spreadsheets and other programs write.
fn is_header(record: &StringRecord) -> bool {
    record.get(1).is_some_and(|title| title.eq_ignore_ascii_case("disk"))
}

fn line(number: u64, record: &StringRecord) -> Result<Line, String> {
    let (policy, disk, size) = match record.iter().collect::<Vec<_>>()[..] {
        [policy, disk] => (policy, disk, ""),
        [policy, disk, size] => (policy, disk, size),
        _ => return Err(format!("it has {} instead of 2 or 3", count(record.len() as u64, "field"))),
    };
    if policy.is_empty() {
        return Err("the policy is missing".to_owned());
    }
    if disk.is_empty() {
        return Err("the disk is missing".to_owned());
    }
    if !is_usable(disk) {
        return Err(format!("`{disk}` is not the id of a disk"));
    }
    let size_gb = match size {
        "" => None,
        size => {
            let number = size.parse().ok().filter(|number| *number > 0);
            Some(number.ok_or_else(|| format!("`{size}` is not a size in GB"))?)
        }
    };
    Ok(Line { number, policy: policy.to_owned(), disk: ListedDisk { id: disk.to_owned(), size_gb } })
}

/// Whether this can be the id of a disk in commands and files: letters, digits, `-` and `_`.
pub(super) fn is_usable(disk: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    DiskId::new(disk).is_ok() && disk.bytes().all(is_plain) && !disk.starts_with('-')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn lines_name_a_policy_a_disk_and_optionally_its_size() {
        let text = "\u{feff}POLICY,DISK,SIZE_GB\n# the databases\nnightly,d1,100\r\n\n nightly , d2 \n\"a, b\",d3,\n";
        let lines = parse(text).unwrap();
        let lines: Vec<_> = lines
            .iter()
            .map(|line| (line.number, &*line.policy, &*line.disk.id, line.disk.size_gb))
            .collect();
        assert_eq!(
            lines,
            [(3, "nightly", "d1", Some(100)), (5, "nightly", "d2", None), (6, "a, b", "d3", None)]
        );
    }

    #[test]
    fn error_names_the_line() {
        for (text, problem) in [
            ("nightly", "line 1: it has 1 field instead of 2 or 3"),
            ("nightly,d1\nnightly,d2,10,x", "line 2: it has 4 fields instead of 2 or 3"),
            (",d1", "line 1: the policy is missing"),
            ("nightly,", "line 1: the disk is missing"),
            ("nightly,d 1", "line 1: `d 1` is not the id of a disk"),
            ("nightly,d1,0", "line 1: `0` is not a size in GB"),
            ("nightly,d1,10 GB", "line 1: `10 GB` is not a size in GB"),
        ] {
            assert_eq!(parse(text).unwrap_err(), problem);
        }
    }
}
