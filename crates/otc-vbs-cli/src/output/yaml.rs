//! A sequence of mappings.

use std::io::{self, Write};

use otc_vbs::types::BackupJob;

use super::JobOutput;
use super::record::Record;
use crate::policies::Policy;

pub(super) struct Yaml<W> {
    writer: W,
    begun: bool,
}

impl<W: Write> Yaml<W> {
    pub(super) fn new(writer: W) -> Self {
        Self { writer, begun: false }
    }
}

impl<W: Write> JobOutput for Yaml<W> {
    fn write(&mut self, policy: &Policy, jobs: &[BackupJob]) -> io::Result<()> {
        let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
        for job in jobs {
            self.begun = true;
            // A sequence of one; one after the other, they are the sequence of all.
            let item = [Record::new(policy, job)];
            let text =
                serde_saphyr::to_string_with_options(&item, options.clone()).map_err(io::Error::other)?;
            self.writer.write_all(text.as_bytes())?;
        }
        self.writer.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        if !self.begun {
            self.writer.write_all(b"[]\n")?;
        }
        self.writer.flush()
    }
}
