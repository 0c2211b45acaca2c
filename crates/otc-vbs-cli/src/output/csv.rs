//! RFC 4180 with a header.
//!
//! Cells are what the service sent. Putting a `'` before what a spreadsheet may take for a formula would change the data of
//! everybody else who reads them.

use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};
use otc_vbs::types::BackupJob;

use super::JobOutput;
use super::record::{FIELDS, Record};
use crate::policies::Policy;

pub(super) struct Csv<W: Write> {
    writer: Writer<W>,
    begun: bool,
}

impl<W: Write> Csv<W> {
    pub(super) fn new(writer: W) -> Self {
        let writer = WriterBuilder::new().has_headers(false).terminator(Terminator::CRLF).from_writer(writer);
        Self { writer, begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        if !self.begun {
            self.begun = true;
            self.writer.write_record(FIELDS).map_err(io_error)?;
        }
        Ok(())
    }
}

impl<W: Write> JobOutput for Csv<W> {
    fn write(&mut self, policy: &Policy, jobs: &[BackupJob]) -> io::Result<()> {
        for job in jobs {
            self.begin()?;
            self.writer.serialize(Record::new(policy, job)).map_err(io_error)?;
        }
        self.writer.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.begin()?;
        self.writer.flush()
    }
}

/// The kind of an I/O error says whether a pipe was closed, and must not get lost.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
