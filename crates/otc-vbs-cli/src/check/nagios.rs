//! One line for a monitoring plugin, by the guidelines of the Monitoring Plugins project.

use super::finding::Verdict;
use super::report::Report;
use super::row::CheckRow;

/// Monitoring systems read at most 4 KB of a line.
const LONGEST: usize = 4096;

/// The headline and performance data: for each label, the value, the ranges outside which it is a warning or
/// critical, the least and the highest value.
pub(super) fn line(report: &Report) -> String {
    // The bar separates the text from the data.
    let mut line = report.headline().replace('|', "/");
    if report.failure.is_none() {
        line.push_str(" | ");
        line.push_str(&counts(report).join(" "));
        let room = LONGEST.saturating_sub(line.len() + "\n".len());
        for quota in quotas(report, room) {
            line.push(' ');
            line.push_str(&quota);
        }
    }
    line.push('\n');
    line
}

fn counts(report: &Report) -> Vec<String> {
    let disks = report.disks();
    let count = |name: &str, verdict, ranges: &str| {
        format!("{name}={};{ranges};0;{disks}", report.disks_with(verdict))
    };
    let mut data = vec![
        format!("disks={disks};;;0"),
        count("ok", Verdict::Ok, ";"),
        count("failed", Verdict::Failed, ";0"),
        count("missed", Verdict::Missed, ";0"),
        count("unknown", Verdict::Unknown, ";"),
        count("late", Verdict::Late, "0;"),
        count("skipped", Verdict::Skipped, "0;"),
        count("never", Verdict::Never, "0;"),
        count("off", Verdict::Off, "0;"),
    ];
    let oldest = report.rows.iter().filter_map(|row| row.age_seconds).max();
    data.extend(oldest.map(|age| format!("oldest_good={age}s;;;0")));
    data
}

/// The quotas in the order of their labels, so that it does not change from day to day. If there is no room for all of them, the
/// fullest ones.
fn quotas(report: &Report, mut room: usize) -> Vec<String> {
    let mut rows: Vec<&CheckRow> = report.rows.iter().filter(|row| row.quota.is_some()).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.quota_percent));
    let mut chosen = Vec::new();
    for row in rows {
        if let (Some(quota), Some(used), Some(limit)) = (&row.quota, row.quota_used, row.quota_limit) {
            let label = match row.project.as_deref().filter(|_| report.has_several_projects()) {
                Some(project) => label(&format!("{project} {quota}")),
                None => label(quota),
            };
            // From 90 % on, it is nearly full.
            let (warning, critical) = ((limit - limit / 10).saturating_sub(1), limit.saturating_sub(1));
            let data = format!("{label}={used};{warning};{critical};0;{limit}");
            let Some(rest) = room.checked_sub(" ".len() + data.len()) else { break };
            room = rest;
            chosen.push(data);
        }
    }
    chosen.sort();
    chosen
}

/// A label in quotes, where a quote is doubled. An equals sign would end it.
fn label(text: &str) -> String {
    let text = crate::words::text::line(text).replace('=', "_").replace('|', "/");
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{LONGEST, label, line};
    use crate::check::finding::Severity;
    use crate::check::quota::QuotaCheck;
    use crate::check::report::Report;
    use crate::check::row::CheckRow;
    use crate::connect::Place;

    #[test]
    fn line_of_many_projects_has_the_fullest_quotas() {
        let row = |number: u64| {
            let project = format!("eu-de_project-{number}");
            let place =
                Place { project, region: Some("eu-de".to_owned()), cloud: None, is_one_of_several: true };
            let check = QuotaCheck {
                quota: "backups".to_owned(),
                severity: Severity::Ok,
                used: Some(number),
                limit: Some(1000),
                percent: Some(number / 10),
                full_in_days: None,
                detail: String::new(),
            };
            CheckRow::for_quota(&place, check)
        };
        let line = line(&Report::new((1..=500).map(row).collect(), 500, 1, Timestamp::UNIX_EPOCH));
        assert!(line.len() <= LONGEST && line.ends_with(";0;1000\n"), "{}: {line}", line.len());
        assert!(line.contains("'eu-de_project-500 backups'=500;899;999;0;1000"), "{line}");
        assert!(!line.contains("'eu-de_project-1 backups'"), "{line}");
    }

    #[test]
    fn label_is_quoted() {
        assert_eq!(label("it's a=b|c\nd"), "'it''s a_b/c d'");
    }
}
