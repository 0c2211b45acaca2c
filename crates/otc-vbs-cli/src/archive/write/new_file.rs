//! A data file that does not count yet.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use zstd::Encoder;

use super::{create_directories, unwritable};
use crate::archive::layout::new_name;
use crate::archive::manifest::File;
use crate::archive::{Extension, Partition};
use crate::exit::Failure;

/// A JSON Lines file that is written. It is deleted unless it is finished.
pub(super) struct NewFile {
    path: PathBuf,
    /// `None` once it is finished.
    encoder: Option<Encoder<'static, Hashing>>,
    rows: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl NewFile {
    pub(super) fn create(directory: &Path, partition: &Partition) -> Result<Self, Failure> {
        let path = new_name(directory, &partition.path(Extension::JsonLines));
        create_directories(path.parent().unwrap_or(directory))?;
        let encoder =
            Hashing::create(&path).and_then(|file| Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL));
        let encoder = encoder.map_err(|error| unwritable(&path, error))?;
        Ok(Self { path, encoder: Some(encoder), rows: 0, first: None, last: None })
    }

    /// Adds a line and its newline.
    pub(super) fn write(&mut self, line: &str, created_at: Option<Timestamp>) -> Result<(), Failure> {
        if let Some(encoder) = &mut self.encoder {
            let written = encoder.write_all(line.as_bytes()).and_then(|()| encoder.write_all(b"\n"));
            written.map_err(|error| unwritable(&self.path, error))?;
        }
        self.rows += 1;
        if let Some(created_at) = created_at {
            self.first = Some(self.first.map_or(created_at, |first| first.min(created_at)));
            self.last = Some(self.last.map_or(created_at, |last| last.max(created_at)));
        }
        Ok(())
    }

    /// Ends the file and makes it durable.
    pub(super) fn finish(mut self, partition: &Partition) -> Result<File, Failure> {
        let hashed = match self.encoder.take() {
            Some(encoder) => encoder.finish().and_then(Hashing::finish),
            None => Err(io::ErrorKind::Other.into()),
        };
        let (bytes, sha256) = hashed.map_err(|error| {
            remove(&self.path);
            unwritable(&self.path, error)
        })?;
        Ok(File {
            path: partition.path(Extension::JsonLines),
            kind: partition.kind,
            project_id: partition.project_id.clone(),
            day: partition.day,
            rows: self.rows,
            first: self.first,
            last: self.last,
            bytes,
            sha256,
        })
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if self.encoder.take().is_some() {
            remove(&self.path);
        }
    }
}

/// Deletes a file. If that fails, the next export does it.
fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

/// A file whose SHA-256 is calculated while it is written.
pub(super) struct Hashing {
    file: BufWriter<fs::File>,
    sha256: Sha256,
    bytes: u64,
}

impl Hashing {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(create(path)?), sha256: Sha256::new(), bytes: 0 })
    }

    /// Makes the file durable. Returns its size and its SHA-256.
    pub(super) fn finish(mut self) -> io::Result<(u64, String)> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        let sha256 = self.sha256.finalize();
        Ok((self.bytes, sha256.iter().map(|byte| format!("{byte:02x}")).collect()))
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Creates a file that only its owner can read. An old one is replaced.
pub(super) fn create(path: &Path) -> io::Result<fs::File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    owner_only(OpenOptions::new().write(true).create_new(true)).open(path)
}

/// Makes the new file accessible by its owner only, where files have modes.
pub(super) fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Makes the names in a directory durable, where directories can be opened.
pub(super) fn sync_directory(directory: &Path) -> Result<(), Failure> {
    #[cfg(unix)]
    {
        let synced = fs::File::open(directory).and_then(|opened| opened.sync_all());
        synced.map_err(|error| unwritable(directory, error))
    }
    #[cfg(not(unix))]
    {
        let _ = directory;
        Ok(())
    }
}
