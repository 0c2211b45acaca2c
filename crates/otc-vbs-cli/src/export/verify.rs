//! `vbs export verify`: whether an archive is what its manifest says.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;

use jiff::Timestamp;
use otc_vbs::types::{Backup, BackupJob, BackupPolicy, BackupShare, Quota};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use zstd::Decoder;

use crate::archive::Extension;
use crate::archive::layout::Layout;
use crate::archive::manifest::{File, Kind, Manifest};
use crate::archive::read::Archive;
use crate::archive::write::JobKey;
use crate::diagnostics;
use crate::exit::Failure;
use crate::words::time::utc_day;
use crate::words::{count, text};

/// The number of bytes of a hash by which a row is known. There may be millions of rows.
const ID: usize = 16;

/// Check that an archive is whole: every file, every row, and that no row appears twice.
///
/// Prints a line for each problem.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The directory of the archive.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

pub(super) fn run(arguments: &Args) -> Result<(), Failure> {
    let shown = arguments.directory.display();
    let archive = Archive::open_existing(&arguments.directory)?;
    let manifest = &archive.manifest;
    let mut check = Check::new(manifest);
    for file in &manifest.files {
        check.file(&archive, file);
    }
    check.formats(manifest);
    let layout = Layout::read(&arguments.directory).map_err(|(path, error)| Failure::Archive {
        problem: format!("can't read {}: {error}", path.display()),
        hint: "check the permissions".to_owned(),
    })?;
    let described: HashSet<&str> = manifest.files.iter().map(|file| file.path.as_str()).collect();
    // What an export has not finished has no effect, and the next one deletes it.
    for found in layout.files.iter().filter(|found| !found.is_new) {
        match &*found.path {
            path if described.contains(path) => {}
            path if manifest.removed.iter().any(|removed| removed == path) => diagnostics::note(&format!(
                "{path} is left over from an export that was interrupted; the next export deletes it"
            )),
            path => check.problems.push(format!("{path} is not part of the archive")),
        }
    }
    let mut stdout = std::io::stdout().lock();
    check.problems.iter().try_for_each(|problem| writeln!(stdout, "{}", text::line(problem)))?;
    stdout.flush()?;
    if check.problems.is_empty() {
        diagnostics::summary(&format!(
            "checked {} with {} of {}: no problems",
            count(manifest.files.len() as u64, "file"),
            count(check.rows, "row"),
            count(manifest.projects.len() as u64, "project")
        ));
        return Ok(());
    }
    Err(Failure::Archive {
        problem: format!("the archive {shown} has {}", count(check.problems.len() as u64, "problem")),
        hint:
            "restore the directory from a copy, or export what the service still lists to another directory"
                .to_owned(),
    })
}

/// What was found so far.
struct Check<'a> {
    problems: Vec<String>,
    /// The number of rows of JSON Lines.
    rows: u64,
    /// The rows by hashes of their ids.
    seen: HashSet<[u8; ID]>,
    /// The policies of each project.
    policies: HashMap<&'a str, HashSet<&'a str>>,
}

/// What is checked of a row.
struct Row {
    id: String,
    created_at: Option<Timestamp>,
    /// What rows are sorted by before the time.
    group: String,
}

#[derive(Deserialize)]
struct PolicyLine {
    policy: BackupPolicy,
}

impl<'a> Check<'a> {
    fn new(manifest: &'a Manifest) -> Self {
        let policies = manifest.projects.iter().map(|project| {
            let ids = project.policies.iter().map(|policy| policy.policy_id.as_str());
            (project.project_id.as_str(), ids.collect())
        });
        Self { problems: Vec::new(), rows: 0, seen: HashSet::new(), policies: policies.collect() }
    }

    fn file(&mut self, archive: &Archive, file: &File) {
        let path = &file.path;
        let mut paths = Extension::ALL.into_iter().map(|extension| file.partition().path(extension));
        if !paths.any(|known| known == *path) {
            self.problems.push(format!("{path}: its name does not match its kind, project and day"));
            return;
        }
        let bytes = match archive.bytes(file) {
            Ok(bytes) => bytes,
            Err(failure) => return self.problems.push(failure.to_string()),
        };
        if !self.policies.contains_key(file.project_id.as_str()) {
            self.problems.push(format!("{path}: the manifest does not describe its project"));
        }
        if file.is_json_lines()
            && let Err(error) = self.lines(file, &bytes)
        {
            self.problems.push(format!("{path}: can't be decompressed: {error}"));
        }
    }

    fn lines(&mut self, file: &File, bytes: &[u8]) -> std::io::Result<()> {
        let path = &file.path;
        let (mut rows, mut first, mut last) = (0, None::<Timestamp>, None::<Timestamp>);
        let mut before: Option<Row> = None;
        for line in BufReader::new(Decoder::new(bytes)?).lines() {
            let line = line?;
            rows += 1;
            let row = match self.row(file, &line) {
                Ok(row) => row,
                Err(error) => {
                    self.problems.push(format!("{path}: line {rows} can't be decoded: {error}"));
                    continue;
                }
            };
            let id = Sha256::digest(format!("{}\0{}\0{}", file.kind.as_str(), file.project_id, row.id));
            if !self.seen.insert(std::array::from_fn(|place| id[place])) {
                self.problems.push(format!("{path}: line {rows}: {} appears twice", row.id));
            }
            if file.kind.has_days() && row.created_at.map(utc_day) != file.day {
                self.problems.push(format!("{path}: line {rows}: {} was not created on this day", row.id));
            }
            let is_ordered = before.is_none_or(|before| {
                before.group < row.group || (before.group == row.group && before.created_at >= row.created_at)
            });
            if !is_ordered {
                self.problems.push(format!("{path}: line {rows}: {} is in the wrong order", row.id));
            }
            if let Some(at) = row.created_at {
                first = Some(first.map_or(at, |first| first.min(at)));
                last = Some(last.map_or(at, |last| last.max(at)));
            }
            before = Some(row);
        }
        if rows != file.rows {
            self.problems.push(format!("{path}: it has {rows} lines, the manifest says {}", file.rows));
        }
        if (first, last) != (file.first, file.last) {
            self.problems.push(format!("{path}: its first and last time differ from those of the manifest"));
        }
        self.rows += rows;
        Ok(())
    }

    fn row(&mut self, file: &File, line: &str) -> serde_json::Result<Row> {
        let row = |id: String| Row { id, created_at: None, group: String::new() };
        Ok(match file.kind {
            Kind::Jobs => {
                serde_json::from_str::<BackupJob>(line)?;
                let key = JobKey::parse(line)?;
                let policies = self.policies.get(file.project_id.as_str());
                if policies.is_some_and(|policies| !policies.contains(&*key.policy_id)) {
                    self.problems.push(format!(
                        "{}: {} belongs to the policy {}, which the manifest does not describe",
                        file.path, key.job_id, key.policy_id
                    ));
                }
                let created_at = key.created_at();
                Row { id: key.job_id.into_owned(), created_at, group: key.policy_id.into_owned() }
            }
            Kind::Backups => {
                let backup: Backup = serde_json::from_str(line)?;
                let created_at = backup.created_at.map(|time| time.as_timestamp());
                Row { created_at, ..row(backup.id.to_string()) }
            }
            Kind::Policies => {
                row(serde_json::from_str::<PolicyLine>(line)?.policy.backup_policy_id.to_string())
            }
            // The order is that of the service.
            Kind::Shares => row(serde_json::from_str::<BackupShare>(line)?.id.to_string()),
            Kind::Quotas => row(serde_json::from_str::<Quota>(line)?.type_.to_string()),
        })
    }

    /// If the archive has Parquet files, each partition with a day has one, with as many rows.
    fn formats(&mut self, manifest: &Manifest) {
        if !manifest.formats.iter().any(|format| format == Extension::Parquet.as_str()) {
            return;
        }
        let rows: HashMap<&str, u64> =
            manifest.files.iter().map(|file| (file.path.as_str(), file.rows)).collect();
        for file in manifest.files.iter().filter(|file| file.is_json_lines() && file.kind.has_days()) {
            let path = file.partition().path(Extension::Parquet);
            match rows.get(path.as_str()) {
                Some(rows) if *rows == file.rows => {}
                Some(_) => self
                    .problems
                    .push(format!("{path}: its number of rows differs from that of {}", file.path)),
                None => self.problems.push(format!("{path} is missing")),
            }
        }
    }
}
