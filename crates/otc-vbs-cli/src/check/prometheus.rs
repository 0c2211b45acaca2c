//! Metrics in the text format of Prometheus, for example for the textfile collector of node_exporter.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::finding::Verdict;
use super::report::Report;
use super::row::{CheckRow, Kind};

const VERDICTS: [Verdict; 9] = [
    Verdict::Ok,
    Verdict::Failed,
    Verdict::Missed,
    Verdict::Unknown,
    Verdict::Late,
    Verdict::Skipped,
    Verdict::Never,
    Verdict::Off,
    Verdict::Removed,
];

/// The metrics. A check that failed has only the first two, so that an alert on the first fires.
pub(super) fn metrics(report: &Report) -> String {
    let mut text = Text::default();
    text.family("vbs_check_severity", "The result: 0 ok, 1 warning, 2 critical, 3 unknown.");
    text.sample(&[], report.severity.exit_code());
    text.family("vbs_check_timestamp_seconds", "The time of the check.");
    text.sample(&[], report.now.as_second());
    if report.failure.is_some() {
        return text.text;
    }
    text.family("vbs_check_disks", "The number of disks in policies, by verdict.");
    for verdict in VERDICTS.iter().filter(|verdict| **verdict != Verdict::Removed) {
        text.sample(&[("verdict", &name(*verdict))], report.disks_with(*verdict));
    }
    text.family("vbs_check_unchecked_projects", "The number of projects that could not be checked.");
    text.sample(&[], report.rows.iter().filter(|row| row.kind == Kind::Project).count());

    let disks = || report.rows.iter().filter(|row| row.disk.is_some());
    text.family("vbs_disk_severity", "The result for a disk: 0 ok, 1 warning, 2 critical, 3 unknown.");
    for row in disks() {
        let verdict = row.verdict.map(name).unwrap_or_default();
        text.sample(&[&disk_labels(row)[..], &[("verdict", &verdict)]].concat(), row.severity.exit_code());
    }
    text.family("vbs_disk_last_good_timestamp_seconds", "The time of the last good backup of a disk.");
    for row in disks() {
        if let Some(last_good) = row.last_good {
            text.sample(&disk_labels(row), last_good.as_second());
        }
    }
    text.family(
        "vbs_policy_severity",
        "The result for a policy, or for its disks that no job names: 0 ok, 1 warning, 2 critical, 3 unknown.",
    );
    for row in report.rows.iter().filter(|row| row.kind == Kind::Policy) {
        let verdict = row.verdict.map(name).unwrap_or_default();
        text.sample(&[&policy_labels(row)[..], &[("verdict", &verdict)]].concat(), row.severity.exit_code());
    }
    for (family, help, value) in QUOTAS {
        text.family(family, help);
        for row in &report.rows {
            if let (Some(quota), Some(value)) = (&row.quota, value(row)) {
                text.sample(&[&project_labels(row)[..], &[("quota", quota)]].concat(), value);
            }
        }
    }
    text.text
}

type OfQuota = (&'static str, &'static str, fn(&CheckRow) -> Option<u64>);

const QUOTAS: [OfQuota; 2] = [
    ("vbs_quota_used", "The amount of a quota that is in use or reserved.", |row| row.quota_used),
    ("vbs_quota_limit", "The limit of a quota.", |row| row.quota_limit),
];

type Label<'a> = (&'static str, &'a str);

fn project_labels(row: &CheckRow) -> [Label<'_>; 3] {
    [
        ("cloud", row.cloud.as_deref().unwrap_or_default()),
        ("region", row.region.as_deref().unwrap_or_default()),
        ("project", row.project.as_deref().unwrap_or_default()),
    ]
}

fn policy_labels(row: &CheckRow) -> Vec<Label<'_>> {
    let mut labels = project_labels(row).to_vec();
    labels.push(("policy", row.policy_name.as_deref().unwrap_or_default()));
    labels.push(("policy_id", row.policy_id.as_deref().unwrap_or_default()));
    labels
}

fn disk_labels(row: &CheckRow) -> Vec<Label<'_>> {
    let mut labels = policy_labels(row);
    labels.push(("disk", row.disk.as_deref().unwrap_or_default()));
    labels
}

fn name(verdict: Verdict) -> String {
    format!("{verdict:?}").to_lowercase()
}

/// The text format, version 0.0.4.
#[derive(Default)]
struct Text {
    text: String,
    family: &'static str,
    /// The samples of the family. Prometheus refuses a file in which one appears twice.
    seen: HashSet<String>,
}

impl Text {
    fn family(&mut self, name: &'static str, help: &str) {
        self.family = name;
        self.seen.clear();
        self.text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} gauge\n"));
    }

    /// A label without a value is left out, which means the same.
    fn sample(&mut self, labels: &[Label<'_>], value: impl std::fmt::Display) {
        let labels: Vec<String> = labels
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
            .collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        if self.seen.insert(labels.clone()) {
            // Writing to a string does not fail.
            let _ = writeln!(self.text, "{}{labels} {value}", self.family);
        }
    }
}

/// The value of a label: without what controls a terminal, and escaped.
fn escaped(value: &str) -> String {
    crate::words::text::line(value).replace('\\', r"\\").replace('"', r#"\""#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_samples_appear_once() {
        let mut text = Text::default();
        text.family("vbs_test", "A test.");
        for value in [1, 2] {
            text.sample(&[("policy", "a\\b \"c\"\n\u{1b}]0;x\u{7}"), ("cloud", "")], value);
        }
        assert_eq!(
            text.text,
            "# HELP vbs_test A test.\n# TYPE vbs_test gauge\nvbs_test{policy=\"a\\\\b \\\"c\\\"  ]0;x \"} 1\n"
        );
    }
}
