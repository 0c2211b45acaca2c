//! Tables for people.
//!
//! The first rows decide which columns there are and how wide they are, so that a million rows need no more memory than a
//! page of them.

use std::io::{self, Write};

use anstyle::Style;
use console::{Alignment, measure_text_width, pad_str, truncate_str};

use super::{Column, Fit, Record, View};
use crate::words::text;

const GAP: &str = "  ";
/// The mark at the end of a text that is cut.
const CUT: &str = "…";
/// The characters that are left of an id. They are enough to tell ids apart, and commands accept them.
const SHORT_ID: usize = 8;
/// A text is not shortened to less than this if other columns can still be hidden.
const SHORTEST_TEXT: usize = 5;
/// The text that wraps is below its row if the row has less room for it.
const COMFORTABLE: usize = 30;
const INDENT: usize = 4;

pub(super) struct Table<W> {
    writer: W,
    layout: Layout,
    plan: Option<Plan>,
}

/// What a table depends on besides its rows.
pub(super) struct Layout {
    pub(super) view: View,
    /// The width of the terminal. `None` for a pipe or a file: nothing is cut there.
    pub(super) width: Option<usize>,
    pub(super) color: bool,
    pub(super) wide: bool,
    /// The places of the columns that the caller chose.
    pub(super) chosen: Vec<usize>,
    /// Least widths of columns, by title. 0 hides a column.
    pub(super) widths: Vec<(&'static str, usize)>,
}

/// The columns of a table.
struct Plan {
    columns: Vec<Planned>,
    /// The text that wraps.
    wrapped: Option<Wrapped>,
}

#[derive(Clone, Copy, Debug)]
struct Planned {
    /// The column's place in the record.
    place: usize,
    width: usize,
}

#[derive(Clone, Copy, Debug)]
struct Wrapped {
    place: usize,
    /// The place where its lines begin.
    indent: usize,
    /// The width of its lines. `None`: it does not wrap.
    width: Option<usize>,
    /// Whether it begins below the row.
    is_below: bool,
}

impl<W: Write> Table<W> {
    pub(super) fn new(writer: W, layout: Layout) -> Self {
        Self { writer, layout, plan: None }
    }

    pub(super) fn write<R: Record>(&mut self, rows: &[R]) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                R::COLUMNS.iter().map(|column| text::line(&(column.text)(row, &self.layout.view))).collect()
            })
            .collect();
        let plan = match self.plan.take() {
            Some(plan) => plan,
            None => {
                let plan = self.plan(R::COLUMNS, &cells);
                let mut titles: Vec<String> =
                    R::COLUMNS.iter().map(|column| column.title.to_owned()).collect();
                if let Some(wrapped) = plan.wrapped.filter(|wrapped| wrapped.is_below) {
                    titles[wrapped.place].clear();
                }
                self.row(&plan, &titles, R::COLUMNS, |_| Style::new().bold())?;
                plan
            }
        };
        for (row, cells) in rows.iter().zip(&cells) {
            self.row(&plan, cells, R::COLUMNS, |place| (R::COLUMNS[place].style)(row))?;
            if let Some((wrapped, below)) = plan.wrapped.zip(row.below()) {
                self.below(wrapped, &text::line(&below))?;
            }
        }
        self.plan = Some(plan);
        self.writer.flush()
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// The columns that fit. Texts are shortened first, then columns are hidden, the least important first. If that is not
    /// enough, texts are shortened more, and ids other than that of the row are hidden.
    fn plan<R>(&self, columns: &[Column<R>], cells: &[Vec<String>]) -> Plan {
        let least = |place: usize| {
            let mut widths = self.layout.widths.iter();
            widths.find(|(title, _)| *title == columns[place].title).map(|(_, width)| *width)
        };
        let is_shown = |place: &usize| {
            least(*place) != Some(0) && (self.layout.wide || columns[*place].fit != Fit::Wide)
        };
        let places = match self.layout.chosen.is_empty() {
            true => (0..columns.len()).filter(is_shown).collect(),
            false => self.layout.chosen.clone(),
        };
        let widest = |place: usize| {
            let texts = cells.iter().map(|row| measure_text_width(&row[place]));
            texts.fold(columns[place].title.len().max(least(place).unwrap_or(0)), usize::max)
        };
        let is_last = |place: usize| places.last() == Some(&place);
        let wrapping =
            places.iter().copied().find(|place| columns[*place].fit == Fit::Wrap && is_last(*place));
        let rest = places.iter().filter(|place| Some(**place) != wrapping);
        let mut plan: Vec<Planned> =
            rest.map(|place| Planned { place: *place, width: widest(*place) }).collect();
        let terminal = self.layout.width.filter(|_| !self.layout.wide).unwrap_or(usize::MAX);
        // Below the row, the text that wraps needs no room in it.
        let room = terminal.saturating_add(GAP.len());
        if taken(&plan) + wrapping.map_or(0, |place| widest(place).min(COMFORTABLE)) > room {
            for Planned { place, width } in &mut plan {
                let least = columns[*place].title.len();
                match columns[*place].fit {
                    Fit::Id => *width = shortest_id(*place, cells).max(least).min(*width),
                    Fit::Shorten(short) => *width = short.max(least).min(*width),
                    _ => {}
                }
            }
        }
        while taken(&plan) > room && self.layout.chosen.is_empty() {
            let hidden =
                plan.iter().enumerate().filter_map(|(index, planned)| match columns[planned.place].fit {
                    Fit::Hide(rank) => Some((rank, index)),
                    _ => None,
                });
            match hidden.min() {
                Some((_, index)) => drop(plan.remove(index)),
                None => break,
            }
        }
        while taken(&plan) > room {
            let narrowest = |place: usize| columns[place].title.len().max(SHORTEST_TEXT);
            let shortened = plan.iter_mut().filter(|planned| {
                matches!(columns[planned.place].fit, Fit::Shorten(_))
                    && planned.width > narrowest(planned.place)
            });
            if let Some(widest) = shortened.max_by_key(|planned| planned.width) {
                widest.width -= 1;
                continue;
            }
            // The first id is that of the row. The object's own command shows the others.
            let is_id = |planned: &Planned| columns[planned.place].fit == Fit::Id;
            match (plan.iter().position(is_id), plan.iter().rposition(is_id)) {
                (Some(first), Some(last)) if first < last && self.layout.chosen.is_empty() => {
                    plan.remove(last);
                }
                _ => break,
            }
        }
        let used = taken(&plan);
        let wrapped = wrapping.map(|place| match self.layout.width {
            None => Wrapped { place, indent: used, width: None, is_below: false },
            Some(width) if used + widest(place).min(COMFORTABLE) > width => Wrapped {
                place,
                indent: INDENT,
                width: Some(width.saturating_sub(INDENT).max(COMFORTABLE)),
                is_below: true,
            },
            Some(width) => Wrapped { place, indent: used, width: Some(width - used), is_below: false },
        });
        Plan { columns: plan, wrapped }
    }

    fn row<R>(
        &mut self,
        plan: &Plan,
        cells: &[String],
        columns: &[Column<R>],
        style: impl Fn(usize) -> Style,
    ) -> io::Result<()> {
        let mut line = String::new();
        for Planned { place, width } in &plan.columns {
            let cell = &cells[*place];
            let cut = if columns[*place].fit == Fit::Id { "" } else { CUT };
            let text = match self.layout.width {
                Some(_) => truncate_str(cell, *width, cut),
                // What is too wide moves the rest of its row.
                None => cell.into(),
            };
            self.cell(&mut line, &pad_str(&text, *width, Alignment::Left, None), style(*place));
            line.push_str(GAP);
        }
        let mut lines = Vec::new();
        if let Some(wrapped) = plan.wrapped {
            let cell = &cells[wrapped.place];
            lines = match wrapped.width {
                Some(width) => textwrap::wrap(cell, width).into_iter().map(String::from).collect(),
                None => vec![cell.clone()],
            };
            if !wrapped.is_below && !lines.is_empty() {
                self.cell(&mut line, &lines.remove(0), style(wrapped.place));
            }
        }
        writeln!(self.writer, "{}", line.trim_end())?;
        let indent = plan.wrapped.map_or(0, |wrapped| wrapped.indent);
        for text in lines.iter().filter(|line| !line.is_empty()) {
            writeln!(self.writer, "{:indent$}{text}", "")?;
        }
        Ok(())
    }

    /// Writes a line below the text that wraps, further left if the terminal is too narrow.
    fn below(&mut self, wrapped: Wrapped, below: &str) -> io::Result<()> {
        let fits =
            |indent: usize| self.layout.width.is_none_or(|width| indent + measure_text_width(below) <= width);
        let indent = if fits(wrapped.indent) { wrapped.indent } else { INDENT };
        writeln!(self.writer, "{:indent$}{below}", "")
    }

    fn cell(&self, line: &mut String, text: &str, style: Style) {
        match self.layout.color && style != Style::new() {
            true => line.push_str(&format!("{style}{text}{style:#}")),
            false => line.push_str(text),
        }
    }
}

/// The width to which a column of ids can be shortened. A cell with several words, such as `2 of 5` or a name with the beginning
/// of an id, is not an id, and stays whole.
fn shortest_id(place: usize, cells: &[Vec<String>]) -> usize {
    let words = cells.iter().map(|row| &row[place]).filter(|cell| cell.contains(' '));
    words.map(|cell| measure_text_width(cell)).fold(SHORT_ID, usize::max)
}

/// The width of columns, each with the gap after it.
fn taken(plan: &[Planned]) -> usize {
    plan.iter().map(|planned| planned.width + GAP.len()).sum()
}
