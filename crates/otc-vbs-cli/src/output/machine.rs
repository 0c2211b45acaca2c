//! The formats for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use csv::{StringRecord, Terminator, Writer, WriterBuilder};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
use serde_json::value::RawValue;

use super::{Record, cells};
use crate::words::text;

/// JSON: an array with one object per line, or one object per line (JSON Lines).
pub(super) struct Json<W> {
    writer: W,
    fields: Vec<&'static str>,
    is_array: bool,
    is_empty: bool,
}

impl<W: Write> Json<W> {
    pub(super) fn array(writer: W, fields: Vec<&'static str>) -> Self {
        Self { writer, fields, is_array: true, is_empty: true }
    }

    pub(super) fn lines(writer: W, fields: Vec<&'static str>) -> Self {
        Self { writer, fields, is_array: false, is_empty: true }
    }

    pub(super) fn write<R: Record>(&mut self, rows: &[R]) -> io::Result<()> {
        for row in rows {
            if self.is_array {
                let before = if self.is_empty { "[\n  " } else { ",\n  " };
                self.writer.write_all(before.as_bytes())?;
            }
            self.is_empty = false;
            to_json(&mut self.writer, row, &self.fields)?;
            if !self.is_array {
                self.writer.write_all(b"\n")?;
            }
        }
        self.writer.flush()
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        match (self.is_array, self.is_empty) {
            (true, true) => self.writer.write_all(b"[]\n")?,
            (true, false) => self.writer.write_all(b"\n]\n")?,
            (false, _) => {}
        }
        self.writer.flush()
    }
}

/// Writes an object, or only these fields of it.
fn to_json<W: Write, R: Serialize>(writer: &mut W, row: &R, fields: &[&'static str]) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(writer, Escaping(CompactFormatter));
    if fields.is_empty() {
        return Ok(row.serialize(&mut serializer)?);
    }
    let object = object(row)?;
    let writer = serializer.into_inner();
    for (place, field) in fields.iter().enumerate() {
        let before = if place == 0 { '{' } else { ',' };
        let value = object.get(*field).map_or("null", |value| value.get());
        write!(writer, "{before}\"{field}\":{value}")?;
    }
    writer.write_all(b"}")
}

/// The fields of a row, each as JSON.
fn object<R: Serialize>(row: &R) -> io::Result<BTreeMap<String, Box<RawValue>>> {
    let mut json = Vec::new();
    row.serialize(&mut Serializer::with_formatter(&mut json, Escaping(CompactFormatter)))?;
    Ok(serde_json::from_slice(&json)?)
}

/// Escapes every character that could change what a terminal shows. JSON allows that, and readers get the same text.
struct Escaping<F>(F);

/// Passes these methods on.
macro_rules! forward {
    ($($method:ident($($argument:ident: $type:ty),*);)*) => {
        $(fn $method<W: ?Sized + Write>(&mut self, writer: &mut W, $($argument: $type),*) -> io::Result<()> {
            self.0.$method(writer, $($argument),*)
        })*
    };
}

impl<F: Formatter> Formatter for Escaping<F> {
    forward! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((place, character)) = rest.char_indices().find(|(_, character)| is_unsafe(*character))
        {
            self.0.write_string_fragment(writer, &rest[..place])?;
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[place + character.len_utf8()..];
        }
        self.0.write_string_fragment(writer, rest)
    }
}

/// Whether a terminal could do something else with it than show it.
fn is_unsafe(character: char) -> bool {
    let mut buffer = [0; 4];
    let shown = &*character.encode_utf8(&mut buffer);
    character != '\n' && !text::is_plain(shown) && !text::line(shown).contains(character)
}

/// YAML: a sequence of mappings.
pub(super) struct Yaml<W> {
    writer: W,
    fields: Vec<&'static str>,
    is_empty: bool,
}

impl<W: Write> Yaml<W> {
    pub(super) fn new(writer: W, fields: Vec<&'static str>) -> Self {
        Self { writer, fields, is_empty: true }
    }

    pub(super) fn write<R: Record>(&mut self, rows: &[R]) -> io::Result<()> {
        for row in rows {
            self.is_empty = false;
            // A sequence of one. Sequences that follow each other are one sequence.
            let yaml = match self.fields.is_empty() {
                true => to_yaml(&[row])?,
                false => to_yaml(&[Selected { object: object(row)?, fields: &self.fields }])?,
            };
            if yaml.contains(is_unsafe) {
                // JSON is YAML, and can escape every character.
                self.writer.write_all(b"- ")?;
                to_json(&mut self.writer, row, &self.fields)?;
                self.writer.write_all(b"\n")?;
                continue;
            }
            self.writer.write_all(yaml.as_bytes())?;
        }
        self.writer.flush()
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        if self.is_empty {
            self.writer.write_all(b"[]\n")?;
        }
        self.writer.flush()
    }
}

/// Writes an object as one line of JSON.
pub(super) fn write_json<T: Serialize>(writer: &mut impl Write, object: &T) -> io::Result<()> {
    object.serialize(&mut Serializer::with_formatter(&mut *writer, Escaping(CompactFormatter)))?;
    writer.write_all(b"\n")
}

/// Writes an object as indented JSON.
pub(super) fn write_pretty_json<T: Serialize>(writer: &mut impl Write, object: &T) -> io::Result<()> {
    object.serialize(&mut Serializer::with_formatter(&mut *writer, Escaping(PrettyFormatter::new())))?;
    writer.write_all(b"\n")
}

/// Writes an object as YAML.
pub(super) fn write_yaml<T: Serialize>(writer: &mut impl Write, object: &T) -> io::Result<()> {
    let yaml = to_yaml(object)?;
    match yaml.contains(is_unsafe) {
        // JSON is YAML, and can escape every character.
        true => write_pretty_json(writer, object),
        false => writer.write_all(yaml.as_bytes()),
    }
}

fn to_yaml<T: Serialize>(value: &T) -> io::Result<String> {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(value, options).map_err(io::Error::other)
}

/// Some fields of an object, in the order of the caller.
struct Selected<'a> {
    object: BTreeMap<String, Box<RawValue>>,
    fields: &'a [&'static str],
}

impl Serialize for Selected<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.fields.iter().map(|field| {
            let value = self.object.get(*field).map_or("null", |value| value.get());
            // It was written as JSON.
            (field, serde_json::from_str::<serde_json::Value>(value).unwrap_or_default())
        }))
    }
}

/// CSV by RFC 4180, with a header.
pub(super) struct Csv<W: Write> {
    writer: Writer<W>,
    /// The places of the fields to write, if not all.
    chosen: Vec<usize>,
    has_header: bool,
    /// The cells of the last row, whose memory the next row uses.
    cells: StringRecord,
}

impl<W: Write> Csv<W> {
    pub(super) fn new(writer: W, chosen: Vec<usize>) -> Self {
        let writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(writer);
        Self { writer, chosen, has_header: false, cells: StringRecord::new() }
    }

    fn write_cells(&mut self) -> io::Result<()> {
        let cells = &self.cells;
        let written = match self.chosen.is_empty() {
            true => self.writer.write_byte_record(cells.as_byte_record()),
            false => self
                .writer
                .write_record(self.chosen.iter().map(|place| cells.get(*place).unwrap_or_default())),
        };
        written.map_err(io_error)
    }

    fn header<R: Record>(&mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.has_header, true) {
            true => Ok(()),
            false => {
                self.cells = StringRecord::from(R::FIELDS);
                self.write_cells()
            }
        }
    }

    pub(super) fn write<R: Record>(&mut self, rows: &[R]) -> io::Result<()> {
        self.header::<R>()?;
        for row in rows {
            self.cells.clear();
            cells::append(row, &mut self.cells).map_err(io::Error::other)?;
            self.write_cells()?;
        }
        self.writer.flush()
    }

    pub(super) fn finish<R: Record>(mut self) -> io::Result<()> {
        self.header::<R>()?;
        self.writer.flush()
    }
}

/// The kind of an I/O error tells whether the reader closed the pipe, so it must not be lost.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
