//! The file in which the state of a sandbox is stored.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde::{Deserialize, Serialize};
use tempfile::Builder;
use tokio::sync::watch;

use crate::domain::Vbs;

/// The format of the file. A sandbox reads no other.
const FORMAT: u32 = 3;

#[derive(Serialize)]
struct Saved<'a> {
    about: &'static str,
    format: u32,
    vbs: &'a Vbs,
}

#[derive(Deserialize)]
struct Loaded {
    vbs: Vbs,
}

/// Only the format: a file of another format can have any other content.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

/// The first member of a state file, which identifies even an incomplete file.
const ABOUT: &str = "The state of a sandbox of otc-vbs. Written by `vbs sandbox --state`.";
/// The content of a lock file.
const LOCK: &str = "A sandbox of otc-vbs uses the state file next to this file.\n";

/// The error of a state file.
#[derive(Debug)]
pub(crate) enum StateFileError {
    Io {
        path: PathBuf,
        source: io::Error,
    },
    /// A file next to the state file that no sandbox wrote.
    Foreign(PathBuf),
    /// A link, a directory, a device or a pipe.
    NotRegular(PathBuf),
    InUse(PathBuf),
    Invalid {
        path: PathBuf,
        problem: String,
    },
}

/// Adds the path to an error of the system.
fn at(path: &Path) -> impl Fn(io::Error) -> StateFileError + '_ {
    |source| StateFileError::Io { path: path.to_owned(), source }
}

/// A state file that only this sandbox uses while it runs.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    /// Two sandboxes with the same file would overwrite each other's changes.
    lock: File,
}

impl Drop for StateFile {
    fn drop(&mut self) {
        // Closing the file would not be enough while this process starts another one, which has it open for a moment. An error
        // leaves it at that.
        let _ = self.lock.unlock();
    }
}

impl StateFile {
    pub(crate) fn open(path: &Path) -> Result<Self, StateFileError> {
        exists(path)?;
        let lock = open_lock(&sibling(path, "lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StateFileError::InUse(path.to_owned())),
            Err(TryLockError::Error(source)) => return Err(at(path)(source)),
        }
        remove_incomplete(&sibling(path, "new"))?;
        Ok(Self { path: path.to_owned(), lock })
    }

    /// The state in the file, if the file exists.
    pub(crate) fn load(&self) -> Result<Option<Vbs>, StateFileError> {
        let invalid = |problem: String| StateFileError::Invalid { path: self.path.clone(), problem };
        if !exists(&self.path)? {
            return Ok(None);
        }
        let text = std::fs::read(&self.path).map_err(at(&self.path))?;
        let parse_error = |error: serde_json::Error| invalid(error.to_string());
        let Format { format } = serde_json::from_slice(&text).map_err(parse_error)?;
        if format != FORMAT {
            return Err(invalid(format!("its format is {format}, not {FORMAT}")));
        }
        let loaded: Loaded = serde_json::from_slice(&text).map_err(parse_error)?;
        loaded.vbs.check().map_err(invalid)?;
        Ok(Some(loaded.vbs))
    }

    /// Writes the state. An error contains the path.
    pub(crate) fn save_first(&self, vbs: &Vbs) -> Result<(), StateFileError> {
        self.save(vbs).map_err(at(&self.path))
    }

    /// Replaces the file. It gets its name only once it is complete, so if this is interrupted, the file has
    /// the old or the new state.
    fn save(&self, vbs: &Vbs) -> io::Result<()> {
        let directory = match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let new = sibling(&self.path, "new");
        let name = new.file_name().unwrap_or(new.as_os_str());
        let file = Builder::new().prefix(name).rand_bytes(0).tempfile_in(directory)?;
        let mut writer = BufWriter::new(file);
        let saved = Saved { about: ABOUT, format: FORMAT, vbs };
        serde_json::to_writer(&mut writer, &saved)?;
        writer.write_all(b"\n")?;
        let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        sync_directory(directory)
    }
}

/// Makes a rename durable.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The path with another extension appended.
fn sibling(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

/// Whether a file exists. Refuses anything but a regular file, without following links.
fn exists(path: &Path) -> Result<bool, StateFileError> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(true),
        Ok(_) => Err(StateFileError::NotRegular(path.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(at(path)(source)),
    }
}

/// The first bytes of a file, at most the length of `start`.
fn starts(path: &Path, start: &str) -> Result<Vec<u8>, StateFileError> {
    let mut found = Vec::new();
    let file = File::open(path).map_err(at(path))?;
    let read = file.take(start.len() as u64).read_to_end(&mut found);
    read.map_err(at(path))?;
    Ok(found)
}

/// Opens the lock file, which may exist from an earlier sandbox.
fn open_lock(path: &Path) -> Result<File, StateFileError> {
    if !exists(path)? {
        // Fails if something else has created it in the meantime.
        let new = OpenOptions::new().write(true).create_new(true).open(path);
        let mut file = new.map_err(at(path))?;
        file.write_all(LOCK.as_bytes()).map_err(at(path))?;
        return Ok(file);
    }
    // A sandbox that was killed may have left it empty.
    if ![LOCK.as_bytes(), b""].contains(&&*starts(path, LOCK)?) {
        return Err(StateFileError::Foreign(path.to_owned()));
    }
    OpenOptions::new().write(true).open(path).map_err(at(path))
}

/// Removes the temporary file of a sandbox that was killed while it saved.
fn remove_incomplete(path: &Path) -> Result<(), StateFileError> {
    if !exists(path)? {
        return Ok(());
    }
    let start = format!("{{\"about\":\"{ABOUT}\"");
    if !start.as_bytes().starts_with(&starts(path, &start)?) {
        return Err(StateFileError::Foreign(path.to_owned()));
    }
    std::fs::remove_file(path).map_err(at(path))
}

/// Saves the state after each change, and notifies the requests that wait for it.
#[derive(Debug)]
pub(crate) struct Saver {
    /// The number of changes.
    changes: watch::Sender<u64>,
    /// The number of changes at the last save, and the error of that save.
    saved: watch::Sender<(u64, Option<String>)>,
}

impl Default for Saver {
    fn default() -> Self {
        Self { changes: watch::Sender::new(0), saved: watch::Sender::new((0, None)) }
    }
}

impl Saver {
    /// Waits until a change that was made before this call is in the file or could not be saved.
    pub(crate) async fn save(&self) -> std::result::Result<(), String> {
        let mut saved = self.saved.subscribe();
        let mut change = 0;
        self.changes.send_modify(|changes| {
            *changes += 1;
            change = *changes;
        });
        match saved.wait_for(|(saved, _)| *saved >= change).await {
            Ok(saved) => saved.1.clone().map_or(Ok(()), Err),
            Err(_) => Err("the sandbox is shutting down".to_owned()),
        }
    }

    /// Saves until the sandbox is dropped. Changes that arrive during a write are saved together.
    pub(crate) async fn run(saver: Weak<Self>, vbs: Weak<Mutex<Vbs>>, file: Arc<StateFile>) {
        let Some(mut changes) = saver.upgrade().map(|saver| saver.changes.subscribe()) else {
            return;
        };
        while changes.changed().await.is_ok() {
            let change = *changes.borrow_and_update();
            let (Some(saver), Some(vbs)) = (saver.upgrade(), vbs.upgrade()) else {
                return;
            };
            let state = vbs.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let file = Arc::clone(&file);
            let written = tokio::task::spawn_blocking(move || file.save(&state)).await;
            let problem = match written {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(error) => Some(error.to_string()),
            };
            saver.saved.send_replace((change, problem));
        }
    }
}
