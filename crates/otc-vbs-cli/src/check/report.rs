//! The results of a check as a whole.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::finding::{Severity, Verdict};
use super::row::{CheckRow, Kind};
use crate::exit::Failure;
use crate::words;
use crate::words::text;

/// What was found.
pub(super) struct Report {
    /// The most severe first, and quotas at the end. With healthy disks.
    pub(super) rows: Vec<CheckRow>,
    pub(super) severity: Severity,
    /// The time that counted as now.
    pub(super) now: Timestamp,
    /// The number of projects, with those that could not be checked.
    pub(super) projects: usize,
    /// The number of regions that are known.
    regions: usize,
    /// Why nothing could be checked.
    pub(super) failure: Option<String>,
}

impl Report {
    /// The report from rows in the order of projects and policies.
    pub(super) fn new(mut rows: Vec<CheckRow>, projects: usize, regions: usize, now: Timestamp) -> Self {
        rows.sort_by_key(|row| {
            (row.kind == Kind::Quota, std::cmp::Reverse(row.severity), row.verdict, row.kind)
        });
        let severity = rows.iter().map(|row| row.severity).max().unwrap_or(Severity::Ok);
        Self { rows, severity, now, projects, regions, failure: None }
    }

    /// The report of a check that could not be made.
    pub(super) fn from_failure(failure: &Failure, now: Timestamp) -> Self {
        Self {
            rows: Vec::new(),
            severity: Severity::Unknown,
            now,
            projects: 0,
            regions: 0,
            failure: Some(failure.to_string()),
        }
    }

    pub(super) fn has_several_projects(&self) -> bool {
        self.projects > 1
    }

    /// The number of disks in policies, as far as it is known.
    pub(super) fn disks(&self) -> u64 {
        self.rows.iter().map(|row| row.disks).sum()
    }

    /// The number of disks with this verdict.
    pub(super) fn disks_with(&self, verdict: Verdict) -> u64 {
        self.rows.iter().filter(|row| row.verdict == Some(verdict)).map(|row| row.disks).sum()
    }

    /// `VBS CRITICAL - 289 of 300 disks backed up on schedule; 7 failed, 1 late (12 projects, 2 regions)`.
    pub(super) fn headline(&self) -> String {
        let severity = format!("{:?}", self.severity).to_uppercase();
        let text = match &self.failure {
            Some(failure) => failure.clone(),
            None => self.summary(),
        };
        text::line(&format!("VBS {severity} - {text}"))
    }

    fn summary(&self) -> String {
        let disks = self.disks();
        let mut text = match disks {
            0 => "no disks are in policies".to_owned(),
            _ => format!(
                "{} of {} backed up on schedule",
                self.disks_with(Verdict::Ok),
                words::count(disks, "disk")
            ),
        };
        let problems = self.problems();
        if !problems.is_empty() {
            text.push_str(&format!("; {}", problems.join(", ")));
        }
        if self.has_several_projects() {
            let projects = words::count(self.projects as u64, "project");
            text.push_str(&match self.regions {
                0 => format!(" ({projects})"),
                regions => format!(" ({projects}, {})", words::count(regions as u64, "region")),
            });
        }
        text
    }

    fn problems(&self) -> Vec<String> {
        let count = |is: &dyn Fn(&&CheckRow) -> bool| self.rows.iter().filter(is).count() as u64;
        let counts = [
            (self.disks_with(Verdict::Failed), "failed"),
            (self.disks_with(Verdict::Missed), "missed"),
            (self.disks_with(Verdict::Unknown), "unknown"),
            (self.disks_with(Verdict::Late), "late"),
            (self.disks_with(Verdict::Skipped), "skipped"),
            (self.disks_with(Verdict::Never), "never tried"),
            (self.disks_with(Verdict::Off), "in policies that are off"),
        ];
        let mut problems: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let things = [
            (
                count(&|row| row.verdict == Some(Verdict::Off) && row.disks == 0),
                ["policy without disks is off", "policies without disks are off"],
            ),
            (
                count(&|row| {
                    row.kind == Kind::Policy && row.verdict == Some(Verdict::Unknown) && row.disks == 0
                }),
                ["policy could not be checked", "policies could not be checked"],
            ),
            (
                count(&|row| row.kind == Kind::Project),
                ["project could not be checked", "projects could not be checked"],
            ),
            (self.quotas(Severity::Critical), ["quota is full", "quotas are full"]),
            (self.quotas(Severity::Warning), ["quota is nearly full", "quotas are nearly full"]),
            (self.quotas(Severity::Unknown), ["quota is unknown", "quotas are unknown"]),
        ];
        for (count, [one, several]) in things {
            match count {
                0 => {}
                1 => problems.push(format!("1 {one}")),
                _ => problems.push(format!("{count} {several}")),
            }
        }
        problems
    }

    fn quotas(&self, severity: Severity) -> u64 {
        let quotas = self.rows.iter().filter(|row| row.kind == Kind::Quota && row.severity == severity);
        quotas.count() as u64
    }
}

/// The number of different regions.
pub(super) fn regions<'a>(regions: impl Iterator<Item = Option<&'a str>>) -> usize {
    regions.flatten().collect::<BTreeSet<_>>().len()
}
