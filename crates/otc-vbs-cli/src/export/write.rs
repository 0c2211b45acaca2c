//! Writes what was read of a project.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use otc_vbs::types::{BackupPolicy, PolicyId, Tag, UtcTimestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::project::Read;
use super::read::{Item, ListRead};
use super::{Exported, gaps};
use crate::archive::Partition;
use crate::archive::manifest::{self, Gap, Kind, Missing};
use crate::archive::write::Writer;
use crate::archive::write::merge::{Forgotten, Merged};
use crate::archive::write::spool::Group;
use crate::diagnostics;
use crate::exit::Failure;
use crate::words::time::utc_day;

/// An export that is written.
pub(super) struct Export<'a> {
    pub(super) writer: &'a mut Writer,
    pub(super) now: Timestamp,
    pub(super) listed_since: Timestamp,
    pub(super) exported: Exported,
}

/// A line, and when its item was created.
type Line = (String, Option<Timestamp>);

/// The line of a policy.
#[derive(Serialize)]
struct PolicyLine<'a> {
    project: &'a str,
    /// The service does not list it any more.
    deleted: bool,
    /// The ids of the disks that its jobs name.
    disks: BTreeSet<String>,
    policy: Box<RawValue>,
}

/// A policy as the service lists it, with its tags. Without the member, they are not known.
#[derive(Serialize)]
struct PolicyWithTags<'a> {
    #[serde(flatten)]
    policy: &'a BackupPolicy,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<Tag>>,
}

#[derive(Deserialize)]
struct CreatedAt {
    #[serde(default)]
    created_at: Option<UtcTimestamp>,
}

/// The line of a policy in the export before.
#[derive(Deserialize)]
struct OldLine {
    deleted: bool,
    disks: BTreeSet<String>,
    policy: Box<RawValue>,
}

/// The members of a policy that are used again.
#[derive(Deserialize)]
struct OldPolicy {
    backup_policy_id: String,
    #[serde(default)]
    tags: Option<Vec<Tag>>,
}

impl Export<'_> {
    /// Writes a project. Returns what the manifest says of it, and what could not be read.
    pub(super) fn project(
        &mut self,
        number: usize,
        mut read: Read<'_>,
    ) -> Result<(manifest::Project, Vec<Failure>), Failure> {
        let place = &read.target.place;
        let project_id = read.target.client.project_id().to_string();
        // Afterwards, nothing tells which policies were not listed.
        let is_list_complete = read.listed.errors.is_empty();
        let unread = read.take_unread();
        let missing = unread.iter().map(|unread| Missing {
            kind: unread.kind,
            policy_id: unread.policy_id.clone(),
            rest_was_read: unread.rest_was_read,
            reason: unread.failure.to_string(),
        });
        let missing = missing.collect();

        let deleted = deleted(&read, is_list_complete);
        let merged = self.jobs(number, &project_id, &read, &deleted)?;
        let (policies, new_gaps) = self.policies(&read, &merged, &deleted);
        self.warn(&new_gaps, &policies, &place.project);
        let mut gaps = read.before.map(|before| before.gaps.clone()).unwrap_or_default();
        new_gaps.into_iter().for_each(|gap| gaps::add(&mut gaps, gap));

        self.exported.policies += read.listed.items.len();
        self.exported.backups += read.backups.number;
        self.exported.new_jobs += merged.new;
        self.exported.changed_jobs += merged.changed;
        self.policy_lines(&mut read, &project_id, &deleted)?;
        self.backups(number, read.backups.is_complete, &project_id)?;
        self.list(Kind::Shares, &read.shares, &place.project, &project_id)?;
        self.list(Kind::Quotas, &read.quotas, &place.project, &project_id)?;
        let project = manifest::Project {
            project_id,
            project: place.project.clone(),
            region: place.region.clone(),
            cloud: place.cloud.clone(),
            exported_at: self.now,
            policies,
            gaps,
            missing,
        };
        Ok((project, unread.into_iter().map(|unread| unread.failure).collect()))
    }

    /// Merges the jobs that were received.
    fn jobs(
        &mut self,
        number: usize,
        project_id: &str,
        read: &Read<'_>,
        deleted: &HashSet<&str>,
    ) -> Result<Merged, Failure> {
        let mut days = self.writer.spool().days(Kind::Jobs, number);
        let known = read.before.iter().flat_map(|before| &before.policies);
        // Their jobs may be forgotten by now.
        if let Some(unfinished) = known.filter_map(|policy| policy.unfinished_since).min() {
            let since = Some(utc_day(unfinished));
            days.extend(self.writer.days(Kind::Jobs, project_id).into_iter().filter(|day| *day >= since));
        }
        let forgotten = Forgotten { before: self.listed_since, policies: deleted.clone() };
        let mut merged = Merged::default();
        for day in days {
            let partition = Partition { kind: Kind::Jobs, project_id: project_id.to_owned(), day };
            merged.add(self.writer.merge_jobs(number, &partition, &forgotten)?);
        }
        Ok(merged)
    }

    /// What the manifest says of the policies, and the gaps that this export has found.
    fn policies(
        &self,
        read: &Read<'_>,
        merged: &Merged,
        deleted: &HashSet<&str>,
    ) -> (Vec<manifest::Policy>, Vec<Gap>) {
        let mut gaps = Vec::new();
        let mut policies: Vec<manifest::Policy> = Vec::new();
        for policy in &read.policies {
            let id = policy.id.as_str();
            let known = read.known(id);
            let mut complete_until = known.and_then(|known| known.complete_until);
            // A new policy may have triggered jobs since the export before.
            let is_new = known.is_none();
            let before =
                complete_until.or_else(|| read.before.filter(|_| is_new).map(|before| before.exported_at));
            if let Some(gap) = before.and_then(|before| gaps::gap(id, before, self.listed_since)) {
                complete_until = Some(gap.to);
                gaps.push(gap);
            }
            let mut unfinished_since = merged.unfinished.get(id).copied();
            if let Some(jobs) = read.jobs.get(&policy.id).filter(|jobs| jobs.is_complete) {
                if jobs.has_undecodable {
                    // They are read again as long as they are listed: another version may decode them.
                    let read_since = known.and_then(|known| known.unfinished_since.or(known.complete_until));
                    let read_since =
                        read_since.map_or(self.listed_since, |since| since.max(self.listed_since));
                    unfinished_since =
                        Some(unfinished_since.map_or(read_since, |since| since.min(read_since)));
                }
                complete_until = Some(self.now);
            }
            policies.push(manifest::Policy {
                policy_id: id.to_owned(),
                policy_name: policy.name.clone(),
                complete_until,
                unfinished_since,
                deleted: false,
            });
        }
        let known = read.before.iter().flat_map(|before| &before.policies);
        for known in known.filter(|known| deleted.contains(known.policy_id.as_str())) {
            let until = known.complete_until.filter(|_| !known.deleted);
            // It may have triggered jobs until it was deleted.
            gaps.extend(until.and_then(|until| gaps::gap(&known.policy_id, until, self.now)));
            policies.push(manifest::Policy {
                unfinished_since: merged.unfinished.get(&known.policy_id).copied(),
                deleted: true,
                ..known.clone()
            });
        }
        (policies, gaps)
    }

    fn warn(&self, gaps: &[Gap], policies: &[manifest::Policy], project: &str) {
        let mut of_listed = Vec::new();
        for gap in gaps {
            let policy = policies.iter().find(|policy| policy.policy_id == gap.policy_id);
            let name = policy.and_then(|policy| policy.policy_name.clone());
            let name = name.unwrap_or_else(|| gap.policy_id.clone());
            match policy.is_some_and(|policy| policy.deleted) {
                true => diagnostics::warning(&gaps::deleted(gap, &name, project)),
                false => of_listed.push((gap, name)),
            }
        }
        gaps::warnings(of_listed, self.now, project).iter().for_each(|warning| diagnostics::warning(warning));
    }

    /// Writes the policies in the order of the service, then those that it does not list.
    fn policy_lines(
        &mut self,
        read: &mut Read<'_>,
        project_id: &str,
        deleted: &HashSet<&str>,
    ) -> Result<(), Failure> {
        let partition = Partition { kind: Kind::Policies, project_id: project_id.to_owned(), day: None };
        let text = self.writer.text(&partition)?;
        if text.is_none() && !read.listed.is_complete {
            return Ok(());
        }
        let mut old: Vec<(OldPolicy, OldLine)> = Vec::new();
        for line in text.iter().flat_map(|text| text.lines()) {
            let line: OldLine = parse(line, &partition)?;
            old.push((parse(line.policy.get(), &partition)?, line));
        }
        let mut disks: HashMap<&PolicyId, BTreeSet<String>> =
            read.jobs.iter_mut().map(|(policy, jobs)| (policy, std::mem::take(&mut jobs.disks))).collect();
        let project = &read.target.place.project;
        let mut lines: Vec<Line> = Vec::new();
        for policy in &read.listed.items {
            let id = &policy.backup_policy_id;
            let mut disks = disks.remove(id).unwrap_or_default();
            let mut tags = read.tags.remove(id).and_then(Result::ok);
            let known = old.iter().position(|(known, _)| known.backup_policy_id == id.as_str());
            if let Some((known, line)) = known.map(|place| old.remove(place)) {
                disks.extend(line.disks);
                tags = tags.or(known.tags);
            }
            let policy = json(to_raw_value(&PolicyWithTags { policy, tags }))?;
            lines.push((
                json(serde_json::to_string(&PolicyLine { project, deleted: false, disks, policy }))?,
                None,
            ));
        }
        for (known, mut line) in old {
            let received = disks.iter_mut().find(|(id, _)| id.as_str() == known.backup_policy_id);
            line.disks.extend(received.map(|(_, disks)| std::mem::take(disks)).unwrap_or_default());
            let deleted = line.deleted || deleted.contains(known.backup_policy_id.as_str());
            let line = PolicyLine { project, deleted, disks: line.disks, policy: line.policy };
            lines.push((json(serde_json::to_string(&line))?, None));
        }
        self.replace(&partition, &lines)
    }

    /// Writes the backups by the day on which they were created. If they can't be read, those of the export before stay.
    fn backups(&mut self, number: usize, is_complete: bool, project_id: &str) -> Result<(), Failure> {
        let old = self.writer.days(Kind::Backups, project_id);
        if !is_complete && !old.is_empty() {
            return Ok(());
        }
        let days = self.writer.spool().days(Kind::Backups, number);
        let partition = |day| Partition { kind: Kind::Backups, project_id: project_id.to_owned(), day };
        for day in old.into_iter().filter(|day| !days.contains(day)) {
            self.writer.remove(&partition(day));
        }
        for day in days {
            let group = Group { kind: Kind::Backups, project: number, day, policy: None };
            let (partition, text) = (partition(day), self.writer.spool().read(&group)?);
            let lines = text.lines().map(|line| {
                let created_at = parse::<CreatedAt>(line, &partition)?.created_at;
                Ok((line, created_at.map(|time| time.as_timestamp())))
            });
            let mut lines = lines.collect::<Result<Vec<_>, Failure>>()?;
            lines.sort_by_key(|(_, created_at)| std::cmp::Reverse(*created_at));
            self.writer.replace(&partition, lines)?;
        }
        Ok(())
    }

    /// Writes a list. If it can't be read, that of the export before stays.
    fn list<T: Serialize>(
        &mut self,
        kind: Kind,
        list: &ListRead<T>,
        project: &str,
        project_id: &str,
    ) -> Result<(), Failure> {
        if !list.is_complete {
            return Ok(());
        }
        let lines = list.items.iter().map(|item| {
            let line = json(serde_json::to_string(&Item { project, item }))?;
            Ok((line, None))
        });
        let lines: Vec<Line> = lines.collect::<Result<_, Failure>>()?;
        self.replace(&Partition { kind, project_id: project_id.to_owned(), day: None }, &lines)
    }

    fn replace(&mut self, partition: &Partition, lines: &[Line]) -> Result<(), Failure> {
        self.writer.replace(partition, lines.iter().map(|(line, created_at)| (line.as_str(), *created_at)))
    }
}

/// The policies of the archive that were deleted.
fn deleted<'a>(read: &Read<'a>, is_list_complete: bool) -> HashSet<&'a str> {
    let listed: HashSet<&str> =
        read.listed.items.iter().map(|policy| policy.backup_policy_id.as_str()).collect();
    let known = read.before.iter().flat_map(|before| &before.policies);
    let known = known.filter(|known| known.deleted || is_list_complete);
    known.map(|known| known.policy_id.as_str()).filter(|id| !listed.contains(id)).collect()
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str, partition: &Partition) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| Failure::Archive {
        problem: format!(
            "a line of the {} of project {} can't be read: {error}",
            partition.kind.as_str(),
            partition.project_id
        ),
        hint: "`vbs export verify` lists what is damaged".to_owned(),
    })
}

/// What the service sent can be written as JSON.
fn json<T>(written: serde_json::Result<T>) -> Result<T, Failure> {
    written.map_err(|error| Failure::Runtime(error.into()))
}
