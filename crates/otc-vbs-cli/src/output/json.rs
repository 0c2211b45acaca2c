//! An array of objects, one to a line.

use std::io::{self, Write};

use otc_vbs::types::BackupJob;

use super::JobOutput;
use super::record::Record;
use crate::policies::Policy;

pub(super) struct Json<W> {
    writer: W,
    begun: bool,
}

impl<W: Write> Json<W> {
    pub(super) fn new(writer: W) -> Self {
        Self { writer, begun: false }
    }
}

impl<W: Write> JobOutput for Json<W> {
    fn write(&mut self, policy: &Policy, jobs: &[BackupJob]) -> io::Result<()> {
        for job in jobs {
            let before = if self.begun { ",\n  " } else { "[\n  " };
            self.begun = true;
            self.writer.write_all(before.as_bytes())?;
            serde_json::to_writer(&mut self.writer, &Record::new(policy, job))?;
        }
        self.writer.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        let end = if self.begun { "\n]\n" } else { "[]\n" };
        self.writer.write_all(end.as_bytes())?;
        self.writer.flush()
    }
}
