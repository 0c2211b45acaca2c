//! A report as a page for a browser: one file without scripts, which loads nothing.

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

use super::days::DayState;
use super::figures::{Cause, Hour};
use super::model::{DiskReport, Figures, PolicyReport, Report};
use super::text::{durations, jobs, month, seconds, success};
use crate::output::View;
use crate::words;
use crate::words::text::line;

const STYLE: &str = include_str!("style.css");
/// The browser loads nothing, whatever a name of the cloud contains.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
/// As many days as fit the width of a printed page.
const DAYS_IN_TABLE: usize = 31;

/// Text of the service, without invisible characters and those that change the direction. It is escaped by the template.
struct Foreign<'a>(&'a str);

impl Render for Foreign<'_> {
    fn render_to(&self, buffer: &mut String) {
        line(self.0).render_to(buffer);
    }
}

/// The whole page.
pub(super) fn page(report: &Report, view: &View) -> String {
    let title = format!("Backups of {}", words::count(report.disks, "disk"));
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="color-scheme" content="light dark";
                title { (title) ", " (date(&report.days)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (title) }
                    p { "From " (time(report.since, view)) " to " (time(report.until, view)) "." }
                }
                main {
                    (missing(report))
                    section.summary {
                        h2 { "Summary" }
                        (figures(&report.total))
                        (contents(report))
                    }
                    section { (legend()) }
                    @for (number, policy) in report.policies.iter().enumerate() {
                        (policy_section(number, policy, report))
                    }
                    (causes(&report.total.causes))
                    (load(&report.total.hours))
                }
                footer { (notes()) }
            }
        }
    };
    page.into_string()
}

fn date(days: &[String]) -> String {
    let ends = [days.first(), days.last()].map(|day| day.map(String::as_str).unwrap_or_default());
    ends.join(" to ")
}

fn time(time: Timestamp, view: &View) -> Markup {
    html! { time datetime=(time) { (view.time(time)) } }
}

fn missing(report: &Report) -> Markup {
    html! {
        @if !report.missing.is_empty() {
            section.missing {
                h2 { "Missing from this report" }
                ul { @for missing in &report.missing { li { (Foreign(missing)) } } }
            }
        }
    }
}

fn figures(figures: &Figures) -> Markup {
    let counts = &figures.counts;
    html! {
        dl.figures {
            div { dt { "Success" } dd data-figure="success" { (success(counts)) } }
            div { dt { "Jobs" } dd data-figure="jobs" { (jobs(counts)) } }
            div { dt { "Missed" } dd data-figure="missed" { (words::count(counts.missed, "backup")) } }
            @if figures.durations.median_seconds.is_some() {
                div { dt { "Duration" } dd data-figure="durations" { (durations(&figures.durations)) } }
            }
        }
    }
}

/// Links to the policies, if there are several.
fn contents(report: &Report) -> Markup {
    html! {
        @if report.policies.len() > 1 {
            nav aria-label="Policies" {
                ul {
                    @for (number, policy) in report.policies.iter().enumerate() {
                        li {
                            a href=(format!("#policy-{number}")) { (Foreign(&policy.title(report))) }
                            " " span.quiet { (success(&policy.figures.counts)) }
                        }
                    }
                }
            }
        }
    }
}

fn legend() -> Markup {
    html! {
        h2 { "Legend" }
        ul.legend {
            @for state in DayState::ALL {
                li { span class={ "day " (class(state)) } { (symbol(state)) } " " (state.word()) }
            }
        }
        p.quiet { "A cell is a UTC day of a disk. It shows the worst that happened on that day." }
    }
}

fn class(state: DayState) -> String {
    state.word().replace(' ', "-")
}

/// The letter of a state. A check mark and a dot are easier to tell apart than the signs of a terminal.
fn symbol(state: DayState) -> char {
    match state {
        DayState::Ok => '✓',
        DayState::NoneDue => '·',
        _ => state.symbol(),
    }
}

fn policy_section(number: usize, policy: &PolicyReport, report: &Report) -> Markup {
    let title = policy.title(report);
    html! {
        section.policy id=(format!("policy-{number}")) data-policy=(Foreign(&policy.policy_id)) {
            h2 { (Foreign(&title)) }
            @if let Some(schedule) = &policy.schedule { p { "Runs " (Foreign(schedule)) "." } }
            (figures(&policy.figures))
            @for note in &policy.notes { p.note { "Note: " (Foreign(note)) "." } }
            @if !policy.disks.is_empty() {
                @for start in (0..report.days.len()).step_by(DAYS_IN_TABLE) {
                    (strips(&title, &policy.disks, &report.days, start))
                }
            }
            @if !policy.figures.causes.is_empty() {
                h3 { "Causes of failures" }
                (cause_table(&format!("Why backups of {title} failed"), &policy.figures.causes, false))
            }
        }
    }
}

/// The strips of the disks for some of the days.
fn strips(title: &str, disks: &[DiskReport], days: &[String], start: usize) -> Markup {
    let end = (start + DAYS_IN_TABLE).min(days.len());
    let shown = &days[start..end];
    let caption = format!("Disks of {title}, {}", date(shown));
    html! {
        // Narrow screens scroll it, also by keyboard.
        div.scroll role="region" tabindex="0" aria-label=(Foreign(&caption)) {
            table.strip {
                caption { (Foreign(&caption)) }
                thead {
                    tr {
                        td {}
                        @for (month, days) in months(shown) { th scope="colgroup" colspan=(days) { (month) } }
                    }
                    tr {
                        th scope="col" { "Disk" }
                        @for day in shown { th scope="col" { (day.get(8..).unwrap_or_default()) } }
                    }
                }
                tbody {
                    @for disk in disks {
                        tr {
                            th scope="row" { (disk_name(disk)) }
                            @for (day, state) in shown.iter().zip(disk.days.get(start..end).unwrap_or_default()) {
                                td class={ "day " (class(*state)) } title={ (day) ": " (state.word()) } {
                                    span aria-hidden="true" { (symbol(*state)) }
                                    span.hidden { (state.word()) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The months of these days, each with the number of its days.
fn months(days: &[String]) -> Vec<(&'static str, usize)> {
    let mut months: Vec<(&'static str, usize)> = Vec::new();
    for day in days {
        match months.last_mut() {
            Some((month_before, days)) if *month_before == month(day) => *days += 1,
            _ => months.push((month(day), 1)),
        }
    }
    months
}

fn disk_name(disk: &DiskReport) -> Markup {
    html! {
        @match disk.disk_name.as_deref().filter(|name| !name.is_empty()) {
            Some(name) => { (Foreign(name)) " " span.id { (Foreign(&disk.resource_id)) } }
            None => { span.id { (Foreign(&disk.resource_id)) } }
        }
    }
}

fn causes(causes: &[Cause]) -> Markup {
    html! {
        @if !causes.is_empty() {
            section.causes {
                h2 { "Causes of failures" }
                (cause_table("Why backups failed, and what to do", causes, true))
            }
        }
    }
}

fn cause_table(caption: &str, causes: &[Cause], with_action: bool) -> Markup {
    html! {
            table.list {
                caption { (Foreign(caption)) }
                thead {
                    tr {
                        th.number scope="col" { "Jobs" }
                        th scope="col" { "Cause" }
                        @if with_action { th scope="col" { "What to do" } }
                    }
                }
                tbody {
                    @for cause in causes {
                        tr data-code=(Foreign(cause.code.as_deref().unwrap_or_default())) {
                            td.number data-label="Jobs" { (cause.jobs) }
                            td data-label="Cause" {
                                @if let Some(code) = &cause.code { strong { (Foreign(code)) } ": " }
                                (Foreign(&cause.meaning))
                            }
                            @if with_action {
                                td data-label="What to do" {
                                    (Foreign(cause.action.as_deref().unwrap_or("Look at the newest of these jobs."))) " "
    @if let Some(command) = &cause.command { code { (Foreign(command)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
}

fn load(hours: &[Hour]) -> Markup {
    let most = hours.iter().map(|hour| hour.running).max().unwrap_or(0);
    html! {
        @if most > 0 {
            section.load {
                h2 { "Load by hour" }
                table.list {
                    caption { "Jobs by hour of the day in UTC, all days together" }
                    thead {
                        tr {
                            th scope="col" { "Hour" }
                            th.number scope="col" { "Started" }
                            th.number scope="col" { "Running" }
                            td.bar aria-hidden="true" {}
                        }
                    }
                    tbody {
                        @for hour in hours {
                            tr data-hour=(hour.hour) {
                                th scope="row" { (format!("{:02}:00", hour.hour)) }
                                td.number { (hour.started) }
                                td.number { (hour.running) }
                                td.bar aria-hidden="true" { (bar("started", hour.started, most)) (bar("running", hour.running, most)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn bar(kind: &str, number: u64, most: u64) -> Markup {
    let percent = (number * 100).div_ceil(most);
    html! { span class=(kind) style=(format!("width: {percent}%")) {} }
}

fn notes() -> Markup {
    html! {
        h2 { "How this is counted" }
        ul {
            li {
                "Success is the share of backups that succeeded. It counts the jobs that ended, with those that were skipped, \
                 and the backups that were due and for which there is no job."
            }
            li { "Durations are those of successful jobs, from the creation of a job to its end." }
            li {
                "A disk is missed if a backup was due " (seconds(crate::check::plan::Options::default().grace.as_secs()))
                " ago or earlier and there is no job since. Nothing counts as missed before the first job of a disk, or if its \
                 policy is off now. The service does not say when a policy was off earlier."
            }
            li { "Running is the number of jobs that waited or ran at some time of that hour." }
        }
    }
}
