//! Merges the backup jobs that were received into those of the archive.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead as _, BufReader, Cursor};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use zstd::Decoder;

use super::new_file::NewFile;
use super::row::{JobKey, with_unknown_outcome};
use super::spool::Group;
use super::{Writer, unreadable};
use crate::archive::Partition;
use crate::archive::manifest::{File, Kind};
use crate::archive::read::Archive;
use crate::exit::Failure;

/// Which jobs the service has forgotten.
#[derive(Debug)]
pub(crate) struct Forgotten<'a> {
    /// Those that were created before.
    pub(crate) before: Timestamp,
    /// Those of policies that were deleted.
    pub(crate) policies: HashSet<&'a str>,
}

/// What merging has changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Merged {
    /// The number of jobs that were not in the archive.
    pub(crate) new: u64,
    /// The number of jobs that differ from those in the archive.
    pub(crate) changed: u64,
    /// When the oldest job of each policy was created that has not ended and that the service may still list.
    pub(crate) unfinished: HashMap<String, Timestamp>,
}

impl Merged {
    /// Adds the changes of another day.
    pub(crate) fn add(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        for (policy, time) in other.unfinished {
            let oldest = self.unfinished.entry(policy).or_insert(time);
            *oldest = time.min(*oldest);
        }
    }
}

/// A line, and what it is sorted by.
struct Row<'a> {
    line: &'a str,
    key: JobKey<'a>,
    created_at: Option<Timestamp>,
}

impl Writer {
    /// Merges what was received of a project and day into the archive. The received state of a job replaces the one in the
    /// archive. A job of the archive that has not ended, and that the service has forgotten, gets an unknown outcome. The
    /// file stays as it is if no row changes.
    pub(crate) fn merge_jobs(
        &mut self,
        project: usize,
        partition: &Partition,
        forgotten: &Forgotten<'_>,
    ) -> Result<Merged, Failure> {
        let mut file = NewFile::create(&self.directory, partition)?;
        let mut merged = Merged::default();
        let mut old = OldLines::open(self.file(partition), &self.directory)?;
        for policy in self.spool.policies(project, partition.day) {
            let group = Group { kind: Kind::Jobs, project, day: partition.day, policy: Some(policy.clone()) };
            // One policy at a time, since a day may have more jobs than fit into memory.
            let received = self.spool.read(&group)?;
            let rows = rows(&received)?;
            let by_id: HashMap<&str, usize> =
                rows.iter().enumerate().map(|(place, row)| (&*row.key.job_id, place)).collect();
            // Whether the archive has the job.
            let mut known = vec![false; rows.len()];
            let mut next = 0;
            while let Some((line, key)) = old.current()?
                && *key.policy_id <= *policy
            {
                if let Some(place) = by_id.get(&*key.job_id) {
                    merged.changed += u64::from(!known[*place] && rows[*place].line != line);
                    known[*place] = true;
                } else {
                    let created_at = key.created_at();
                    while let Some(row) = rows.get(next)
                        && order(&row.key, row.created_at) <= order(&key, created_at)
                    {
                        merged.write(&mut file, row.line, &row.key, row.created_at)?;
                        next += 1;
                    }
                    merged.write_old(&mut file, line, &key, forgotten)?;
                }
                old.advance()?;
            }
            for row in rows.iter().skip(next) {
                merged.write(&mut file, row.line, &row.key, row.created_at)?;
            }
            merged.new += known.iter().filter(|known| !**known).count() as u64;
        }
        while let Some((line, key)) = old.current()? {
            merged.write_old(&mut file, line, &key, forgotten)?;
            old.advance()?;
        }
        if merged.new + merged.changed > 0 {
            self.stage(partition, file)?;
        }
        Ok(merged)
    }

    /// The days of which the archive has a file of this kind and project.
    pub(crate) fn days(&self, kind: Kind, project_id: &str) -> Vec<Option<Date>> {
        let files = self.files.values().filter(|file| file.is_json_lines());
        let files = files.filter(|file| file.kind == kind && file.project_id == project_id);
        files.map(|file| file.day).collect()
    }
}

type Decompressed = BufReader<Decoder<'static, Cursor<Vec<u8>>>>;

/// The lines of a file of the archive before, one of which is in memory.
struct OldLines {
    path: PathBuf,
    /// `None` if there is no such file.
    lines: Option<io::Lines<Decompressed>>,
    current: Option<String>,
}

impl OldLines {
    fn open(file: Option<(&Archive, &File)>, directory: &Path) -> Result<Self, Failure> {
        let Some((archive, file)) = file else {
            return Ok(Self { path: PathBuf::new(), lines: None, current: None });
        };
        let path = directory.join(&file.path);
        let decoder = Decoder::with_buffer(Cursor::new(archive.bytes(file)?))
            .map_err(|error| unreadable(&path, error))?;
        let mut lines = Self { path, lines: Some(BufReader::new(decoder).lines()), current: None };
        lines.advance()?;
        Ok(lines)
    }

    fn current(&self) -> Result<Option<(&str, JobKey<'_>)>, Failure> {
        let Some(line) = self.current.as_deref() else { return Ok(None) };
        let key = JobKey::parse(line).map_err(|error| unreadable(&self.path, error.into()))?;
        Ok(Some((line, key)))
    }

    fn advance(&mut self) -> Result<(), Failure> {
        let next = self.lines.as_mut().and_then(Iterator::next).transpose();
        self.current = next.map_err(|error| unreadable(&self.path, error))?;
        Ok(())
    }
}

impl Merged {
    /// Writes a job of the archive that was not received.
    fn write_old(
        &mut self,
        file: &mut NewFile,
        line: &str,
        key: &JobKey<'_>,
        forgotten: &Forgotten<'_>,
    ) -> Result<(), Failure> {
        let created_at = key.created_at();
        let is_forgotten = created_at.is_some_and(|created_at| created_at < forgotten.before)
            || forgotten.policies.contains(&*key.policy_id);
        if !(key.is_unfinished() && is_forgotten) {
            return self.write(file, line, key, created_at);
        }
        self.changed += u64::from(!key.outcome_unknown);
        file.write(&with_unknown_outcome(line), created_at)
    }

    fn write(
        &mut self,
        file: &mut NewFile,
        line: &str,
        key: &JobKey<'_>,
        created_at: Option<Timestamp>,
    ) -> Result<(), Failure> {
        if let Some(created_at) = created_at.filter(|_| key.is_unfinished() && !key.outcome_unknown) {
            match self.unfinished.get_mut(&*key.policy_id) {
                Some(oldest) => *oldest = created_at.min(*oldest),
                None => _ = self.unfinished.insert(key.policy_id.to_string(), created_at),
            }
        }
        file.write(line, created_at)
    }
}

/// The rows of the archive are in this order. Those that are equal keep the order in which the service lists them.
fn order<'a>(key: &'a JobKey<'_>, created_at: Option<Timestamp>) -> (&'a str, Reverse<Option<Timestamp>>) {
    (&key.policy_id, Reverse(created_at))
}

/// The received rows in the order of the archive, each job once, in the state that was received last.
fn rows(received: &str) -> Result<Vec<Row<'_>>, Failure> {
    let mut rows: Vec<Row<'_>> = Vec::with_capacity(received.lines().count());
    for line in received.lines() {
        let key = JobKey::parse(line).map_err(|error| Failure::Archive {
            problem: format!("a backup job that was received can't be read again: {error}"),
            hint: "try again".to_owned(),
        })?;
        rows.push(Row { line, created_at: key.created_at(), key });
    }
    let newest: HashMap<&str, usize> =
        rows.iter().enumerate().map(|(place, row)| (&*row.key.job_id, place)).collect();
    let mut keep: Vec<bool> = vec![false; rows.len()];
    newest.values().for_each(|place| keep[*place] = true);
    let mut places = keep.into_iter();
    rows.retain(|_| places.next().unwrap_or(true));
    rows.sort_by(|row, other| order(&row.key, row.created_at).cmp(&order(&other.key, other.created_at)));
    Ok(rows)
}
