//! A report for a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use console::{Alignment, measure_text_width, pad_str, truncate_str};
use jiff::SignedDuration;

use super::days::DayState;
use super::figures::{Cause, Counts, Durations, Hour};
use super::model::{DiskReport, Figures, PolicyReport, Report};
use crate::output::{Format, Options};
use crate::resolve::MIN_PREFIX;
use crate::words;
use crate::words::text;

/// The width without a terminal.
const DEFAULT_WIDTH: usize = 120;
const MIN_WIDTH: usize = 40;
/// The least and the greatest width of the names of disks.
const LABEL: (usize, usize) = (20, 40);
/// The number of causes that are listed.
const MAX_CAUSES: usize = 10;
const INDENT: &str = "  ";
const BOLD: Style = Style::new().bold();

/// The report as text of at most this width.
pub(super) fn page(report: &Report, options: &Options, width: Option<usize>, is_color: bool) -> String {
    let width = width.unwrap_or(DEFAULT_WIDTH).max(MIN_WIDTH);
    let is_wide = options.format == Format::Wide;
    let mut page = Page { text: String::new(), width, is_color, is_wide };
    let view = options.view();
    page.title(&format!(
        "Backups of {} from {} to {}",
        words::count(report.disks, "disk"),
        view.time(report.since),
        view.time(report.until)
    ));
    page.figures(&report.total);
    if !report.missing.is_empty() {
        page.blank();
        page.title("Missing from this report");
        report.missing.iter().for_each(|missing| page.wrapped(&text::line(missing), INDENT, "    "));
    }
    page.blank();
    page.legend();
    for policy in &report.policies {
        page.policy(policy, report);
    }
    page.causes(&report.total.causes);
    page.load(&report.total.hours);
    page.text
}

/// `270: 240 ok, 30 failed`
pub(super) fn jobs(counts: &Counts) -> String {
    let words = [
        (counts.ok, "ok"),
        (counts.failed, "failed"),
        (counts.timeout, "timed out"),
        (counts.skipped, "skipped"),
        (counts.running, "running"),
        (counts.unknown, "unknown"),
    ];
    let words = words.iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = words.map(|(count, word)| format!("{count} {word}")).collect();
    let jobs = counts.jobs.to_string();
    if words.is_empty() { jobs } else { format!("{jobs}: {}", words.join(", ")) }
}

/// `88.8 % of 270 backups`
pub(super) fn success(counts: &Counts) -> String {
    match counts.success_percent {
        Some(percent) => format!("{percent:.1} % of {}", words::count(counts.due(), "backup")),
        None => "no backup ended".to_owned(),
    }
}

/// `31m median, 49m slowest`. Empty if no job succeeded.
pub(super) fn durations(durations: &Durations) -> String {
    match (durations.median_seconds, durations.slowest_seconds) {
        (Some(median), Some(slowest)) => format!("{} median, {} slowest", seconds(median), seconds(slowest)),
        _ => String::new(),
    }
}

pub(super) fn seconds(seconds: i64) -> String {
    words::time::duration(SignedDuration::from_secs(seconds))
}

struct Page {
    text: String,
    width: usize,
    is_color: bool,
    is_wide: bool,
}

impl Page {
    fn blank(&mut self) {
        self.text.push('\n');
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn styled(&self, style: Style, text: &str) -> String {
        match self.is_color && style != Style::new() {
            true => format!("{style}{text}{style:#}"),
            false => text.to_owned(),
        }
    }

    fn title(&mut self, title: &str) {
        for line in textwrap::wrap(title, self.width) {
            let line = self.styled(BOLD, &line);
            self.line(&line);
        }
    }

    fn wrapped(&mut self, text: &str, first: &str, rest: &str) {
        let options = textwrap::Options::new(self.width).initial_indent(first).subsequent_indent(rest);
        // Ids stay whole.
        let options = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
        for line in textwrap::wrap(text, options) {
            self.line(&line.replace('\u{a0}', " "));
        }
    }

    fn figures(&mut self, figures: &Figures) {
        let missed = match figures.counts.missed {
            0 => String::new(),
            missed => format!("{} due without a job", words::count(missed, "backup")),
        };
        let lines = [
            ("Success", success(&figures.counts)),
            ("Jobs", jobs(&figures.counts)),
            ("Missed", missed),
            ("Duration", durations(&figures.durations)),
        ];
        for (name, words) in lines.iter().filter(|(_, words)| !words.is_empty()) {
            self.wrapped(words, &format!("{INDENT}{name:8}  "), &" ".repeat(INDENT.len() + 10));
        }
    }

    fn legend(&mut self) {
        let entry =
            |state: DayState| format!("{}\u{a0}{}", state.symbol(), state.word().replace(' ', "\u{a0}"));
        let entries: Vec<String> = DayState::ALL.map(entry).to_vec();
        self.wrapped(&format!("Days in UTC: {}", entries.join(", ")), "", INDENT);
    }

    fn policy(&mut self, policy: &PolicyReport, report: &Report) {
        self.blank();
        self.title(&text::line(&policy.title(report)));
        if let Some(schedule) = &policy.schedule {
            self.wrapped(&format!("Runs      {schedule}"), INDENT, &" ".repeat(INDENT.len() + 10));
        }
        self.figures(&policy.figures);
        for note in &policy.notes {
            self.wrapped(&format!("Note      {}", text::line(note)), INDENT, &" ".repeat(INDENT.len() + 10));
        }
        self.strips(&policy.disks, &report.days);
        let causes = &policy.figures.causes;
        if !causes.is_empty() {
            let cause = |cause: &Cause| format!("{}\u{a0}×\u{a0}{}", cause.jobs, name(cause));
            let causes: Vec<String> = causes.iter().take(MAX_CAUSES).map(cause).collect();
            self.wrapped(&format!("Failures: {}", causes.join(", ")), INDENT, "    ");
        }
    }

    /// The strips of the disks, in blocks of as many days as fit.
    fn strips(&mut self, disks: &[DiskReport], days: &[String]) {
        if disks.is_empty() {
            return;
        }
        let room = self.width.saturating_sub(INDENT.len() * 2 + days.len()).clamp(LABEL.0, LABEL.1);
        let labels: Vec<String> = disks.iter().map(|disk| self.label(disk, room)).collect();
        let label = labels.iter().map(|label| measure_text_width(label)).max().unwrap_or(0);
        let fit = if self.is_wide { days.len() } else { self.width.saturating_sub(label + INDENT.len() * 2) };
        for start in (0..days.len()).step_by(fit.max(1)) {
            let end = (start + fit.max(1)).min(days.len());
            for line in header(&days[start..end]) {
                self.line(&format!("{INDENT}{:label$}{INDENT}{line}", ""));
            }
            for (name, disk) in labels.iter().zip(disks) {
                let name = pad_str(name, label, Alignment::Left, None);
                let states = disk.days.get(start..end).unwrap_or_default();
                let strip: String = states
                    .iter()
                    .map(|state| self.styled(style(*state), &state.symbol().to_string()))
                    .collect();
                self.line(&format!("{INDENT}{name}{INDENT}{strip}"));
            }
        }
    }

    /// The name and the beginning of the id in this width, or as much of the id as fits.
    fn label(&self, disk: &DiskReport, room: usize) -> String {
        let id = text::line(&disk.resource_id);
        match disk.disk_name.as_deref().filter(|name| !name.is_empty()) {
            Some(name) if self.is_wide => format!("{} ({id})", text::line(name)),
            None if self.is_wide => id,
            Some(name) => {
                let short: String = id.chars().take(MIN_PREFIX).collect();
                let name = text::line(name);
                let rest = room.saturating_sub(measure_text_width(&short) + 3);
                format!("{} ({short})", truncate_str(&name, rest, "…"))
            }
            None => truncate_str(&id, room, "").into_owned(),
        }
    }

    fn causes(&mut self, causes: &[Cause]) {
        if causes.is_empty() {
            return;
        }
        self.blank();
        self.title("Causes of failures");
        for cause in causes.iter().take(MAX_CAUSES) {
            let code = cause.code.as_ref().map(|code| format!("{code}: ")).unwrap_or_default();
            let line = format!("{} × {code}{}", cause.jobs, cause.meaning);
            self.wrapped(&text::line(&line), INDENT, "      ");
            if let Some(action) = &cause.action {
                self.wrapped(&text::line(&format!("→ {action}")), "    ", "      ");
            }
            if let Some(command) = &cause.command {
                // One line to copy.
                self.line(&format!("    → {}", text::line(command)));
            }
        }
        if causes.len() > MAX_CAUSES {
            let more = words::count((causes.len() - MAX_CAUSES) as u64, "more cause");
            self.line(&format!("{INDENT}and {more}; -o json has all of them"));
        }
    }

    fn load(&mut self, hours: &[Hour]) {
        let most = hours.iter().map(|hour| hour.started).max().unwrap_or(0);
        if most == 0 {
            return;
        }
        self.blank();
        self.title("Load by hour of the day (UTC)");
        let digits = hours.iter().map(|hour| hour.running.max(hour.started)).max().unwrap_or(0).to_string();
        let digits = digits.len().max("STARTED".len());
        self.line(&format!("{INDENT}HOUR   {:>digits$}  {:>digits$}", "STARTED", "RUNNING"));
        let room = self.width.saturating_sub(INDENT.len() + 7 + 2 * (digits + 2)).min(50) as u64;
        for Hour { hour, started, running } in hours.iter().filter(|hour| hour.running > 0) {
            let mut line = String::new();
            // Writing to a string does not fail.
            let _ = write!(line, "{INDENT}{hour:02}:00  {started:>digits$}  {running:>digits$}  ");
            line.push_str(&"#".repeat((started * room).div_ceil(most).try_into().unwrap_or(0)));
            self.line(&line);
        }
    }
}

/// The code of a cause, or its words.
fn name(cause: &Cause) -> String {
    text::line(cause.code.as_deref().unwrap_or(&cause.meaning))
}

fn style(state: DayState) -> Style {
    match state {
        DayState::Ok => AnsiColor::Green.on_default(),
        DayState::Failed | DayState::Timeout | DayState::Missed => AnsiColor::Red.on_default().bold(),
        DayState::Skipped => AnsiColor::Yellow.on_default(),
        DayState::Running => AnsiColor::Cyan.on_default(),
        DayState::NoneDue => Style::new().dimmed(),
        DayState::Unknown => AnsiColor::Magenta.on_default(),
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The short name of the month of a day, `2026-01-15`.
pub(super) fn month(day: &str) -> &'static str {
    let number = day.get(5..7).and_then(|month| month.parse::<usize>().ok());
    number.and_then(|number| MONTHS.get(number.checked_sub(1)?).copied()).unwrap_or_default()
}

/// The months and the two digits of the days, from top to bottom.
fn header(days: &[String]) -> [String; 3] {
    let mut months = String::new();
    for (place, day) in days.iter().enumerate() {
        let is_first = place == 0 || day.ends_with("-01");
        let until_next = days[place..].iter().skip(1).position(|day| day.ends_with("-01"));
        let room = until_next.map_or(days.len() - place, |next| next + 1);
        if is_first && room >= 3 {
            months = format!("{months:place$}{}", month(day));
        }
    }
    let digit = |place: usize| days.iter().filter_map(|day| day.chars().nth(place)).collect();
    [months, digit(8), digit(9)]
}
