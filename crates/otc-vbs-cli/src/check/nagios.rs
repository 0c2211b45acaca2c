//! One line for a monitoring plugin, by the guidelines of the Monitoring Plugins project.

use super::finding::Verdict;
use super::report::Report;

/// The headline and performance data: for each label, the value, the ranges outside which it is a warning or
/// critical, the least and the highest value.
pub(super) fn line(report: &Report) -> String {
    // The bar separates the text from the data.
    let mut line = report.headline().replace('|', "/");
    if report.failure.is_none() {
        line.push_str(" |");
        for data in performance(report) {
            line.push(' ');
            line.push_str(&data);
        }
    }
    line.push('\n');
    line
}

fn performance(report: &Report) -> Vec<String> {
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
    for row in &report.rows {
        if let (Some(quota), Some(used), Some(limit)) = (&row.quota, row.quota_used, row.quota_limit) {
            let label = match row.project.as_deref().filter(|_| report.has_several_projects()) {
                Some(project) => label(&format!("{project} {quota}")),
                None => label(quota),
            };
            // From 90 % on, it is nearly full.
            let (warning, critical) = ((limit - limit / 10).saturating_sub(1), limit.saturating_sub(1));
            data.push(format!("{label}={used};{warning};{critical};0;{limit}"));
        }
    }
    data
}

/// A label in quotes, where a quote is doubled. An equals sign would end it.
fn label(text: &str) -> String {
    let text = crate::words::text::line(text).replace('=', "_").replace('|', "/");
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn label_is_quoted() {
        assert_eq!(label("it's a=b|c\nd"), "'it''s a_b/c d'");
    }
}
