//! A table for people.
//!
//! The first jobs fix which columns there are and how wide, so that a million rows need no more memory than a page.

mod columns;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use console::{Alignment, measure_text_width, pad_str};
use otc_vbs::types::{BackupJob, BackupJobStatus};

use self::columns::Column;
use super::summary::Summary;
use super::{JobOutput, Layout};
use crate::policies::Policy;

const GAP: &str = "  ";
const CUT: &str = "…";
/// Where the reason has less than this, other columns make room for it.
const GOOD_REASON: usize = 30;
/// The reason has this much even where its row then needs two lines of the terminal.
const LEAST_REASON: usize = 9;

pub(super) struct Table<W> {
    writer: W,
    layout: Layout,
    plan: Option<Vec<Planned>>,
    summary: Summary,
}

/// A column and its width. None: as wide as it comes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Planned {
    column: Column,
    width: Option<usize>,
}

impl<W: Write> Table<W> {
    pub(super) fn new(writer: W, layout: Layout) -> Self {
        Self { writer, layout, plan: None, summary: Summary::default() }
    }

    fn begin(&mut self, policy: &Policy, jobs: &[BackupJob]) -> io::Result<Vec<Planned>> {
        if let Some(plan) = &self.plan {
            return Ok(plan.clone());
        }
        let plan = plan(self.layout, policy, jobs);
        let header = self.row(&plan, |column| column.title().to_owned(), |_| Style::new().bold());
        self.writer.write_all(header.as_bytes())?;
        self.plan = Some(plan.clone());
        Ok(plan)
    }

    fn row(
        &self,
        plan: &[Planned],
        text: impl Fn(Column) -> String,
        style: impl Fn(Column) -> Style,
    ) -> String {
        // In a pipe nothing is cut: there, a text that is too wide moves the rest of its row.
        let cut = self.layout.width.map(|_| CUT);
        let mut row = String::new();
        for (place, Planned { column, width }) in plan.iter().enumerate() {
            if place > 0 {
                row.push_str(GAP);
            }
            let text = text(*column);
            let text = match width {
                Some(width) => pad_str(&text, *width, Alignment::Left, cut),
                None => text.as_str().into(),
            };
            let style = style(*column);
            match self.layout.color && style != Style::new() {
                true => row.push_str(&format!("{style}{text}{style:#}")),
                false => row.push_str(&text),
            }
        }
        let used = row.trim_end().len();
        row.truncate(used);
        row.push('\n');
        row
    }
}

impl<W: Write> JobOutput for Table<W> {
    fn write(&mut self, policy: &Policy, jobs: &[BackupJob]) -> io::Result<()> {
        if jobs.is_empty() {
            return Ok(());
        }
        let plan = self.begin(policy, jobs)?;
        for job in jobs {
            self.summary.add(job);
            let status = status_style(&job.status);
            let row = self.row(
                &plan,
                |column| column.text(policy, job),
                |column| match column {
                    Column::Status => status,
                    _ => Style::new(),
                },
            );
            self.writer.write_all(row.as_bytes())?;
        }
        self.writer.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        let apart = if self.plan.is_some() { "\n" } else { "" };
        writeln!(self.writer, "{apart}{}", self.summary)?;
        self.writer.flush()
    }
}

fn status_style(status: &BackupJobStatus) -> Style {
    match status {
        BackupJobStatus::ExecuteSuccess => AnsiColor::Green.on_default(),
        BackupJobStatus::ExecuteFail | BackupJobStatus::ExecuteTimeout => AnsiColor::Red.on_default().bold(),
        BackupJobStatus::Running => AnsiColor::Cyan.on_default(),
        BackupJobStatus::Waiting => AnsiColor::Yellow.on_default(),
        BackupJobStatus::Skip => Style::new().dimmed(),
        _ => AnsiColor::Magenta.on_default(),
    }
}

/// The columns that fit. Where not all do, identifiers are cut first, then columns go, the one that matters least first:
/// the time, the status and the reason stay.
fn plan(layout: Layout, policy: &Policy, jobs: &[BackupJob]) -> Vec<Planned> {
    let mut plan: Vec<Planned> = Column::ALL
        .iter()
        .filter(|column| layout.policy.is_some() || **column != Column::Policy)
        .map(|column| Planned {
            column: *column,
            width: (*column != Column::Reason).then(|| widest(*column, layout, policy, jobs)),
        })
        .collect();
    let Some(terminal) = layout.width else {
        return plan;
    };

    let fits = |plan: &[Planned]| taken(plan) + GOOD_REASON <= terminal;
    if !fits(&plan) {
        for Planned { column, width } in &mut plan {
            if let (Some(width), Some(cut)) = (width, column.cut_width()) {
                *width = cut.min(*width);
            }
        }
    }
    for column in [Column::Backup, Column::Finished, Column::Resource] {
        if !fits(&plan) {
            plan.retain(|planned| planned.column != column);
        }
    }
    let left = terminal.saturating_sub(taken(&plan)).max(LEAST_REASON);
    for planned in plan.iter_mut().filter(|planned| planned.width.is_none()) {
        planned.width = Some(left);
    }
    plan
}

fn widest(column: Column, layout: Layout, policy: &Policy, jobs: &[BackupJob]) -> usize {
    let known = match column {
        Column::Policy => layout.policy.unwrap_or(0),
        _ => 0,
    };
    jobs.iter()
        .map(|job| measure_text_width(&column.text(policy, job)))
        .fold(column.title().len().max(known), usize::max)
}

/// How much of a row is taken by the columns that have a width, the gaps behind them included.
fn taken(plan: &[Planned]) -> usize {
    plan.iter().filter_map(|planned| planned.width).map(|width| width + GAP.len()).sum()
}
