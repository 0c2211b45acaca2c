//! The file that the state of a sandbox is loaded from and saved to.

use std::fs::{File, TryLockError};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use serde::{Deserialize, Serialize};
use tempfile::Builder;
use tokio::sync::watch;

use super::AppState;
use crate::domain::Vbs;
use crate::sandbox::error::{Error, Result};

/// Which form of the file this is. A sandbox reads no other.
const FORMAT: u32 = 2;

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

/// The form of a file alone: a file of another form can have anything else in it.
#[derive(Deserialize)]
struct Form {
    format: u32,
}

/// A file that is this sandbox's alone while it runs.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    /// Two sandboxes with one file would undo each other's changes.
    _lock: File,
}

impl StateFile {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let cannot = |source| Error::StateFile {
            path: path.to_owned(),
            source,
        };
        let lock = File::create(beside(path, "lock")).map_err(cannot)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::StateInUse(path.to_owned())),
            Err(TryLockError::Error(source)) => return Err(cannot(source)),
        }
        // A sandbox that was killed while it saved has left it.
        match std::fs::remove_file(beside(path, "new")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot(error)),
            _ => Ok(Self {
                path: path.to_owned(),
                _lock: lock,
            }),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The state in the file, if the file is there.
    pub(crate) fn load(&self) -> Result<Option<Vbs>> {
        let cannot = |source| Error::StateFile {
            path: self.path.clone(),
            source,
        };
        let unreadable = |error: serde_json::Error| match error.is_io() {
            true => cannot(error.into()),
            false => Error::State {
                path: self.path.clone(),
                problem: error.to_string(),
            },
        };
        let text = match std::fs::read(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text.map_err(cannot)?,
        };
        let form: Form = serde_json::from_slice(&text).map_err(unreadable)?;
        if form.format != FORMAT {
            return Err(Error::State {
                path: self.path.clone(),
                problem: format!("it has the form {}, not {FORMAT}", form.format),
            });
        }
        let loaded: Loaded = serde_json::from_slice(&text).map_err(unreadable)?;
        loaded.vbs.check().map_err(|problem| Error::State {
            path: self.path.clone(),
            problem,
        })?;
        Ok(Some(loaded.vbs))
    }

    /// Replaces the file by another that is whole before it takes the name: whenever this is broken off, the file is as it
    /// was or as it is to be.
    pub(crate) fn save(&self, vbs: &Vbs) -> io::Result<()> {
        let directory = match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let new = beside(&self.path, "new");
        let name = new.file_name().unwrap_or(new.as_os_str());
        let file = Builder::new().prefix(name).rand_bytes(0).tempfile_in(directory)?;
        let mut writer = BufWriter::new(file);
        let saved = Saved {
            about: "The state of a sandbox of otc-vbs. Written by `vbs sandbox --state`.",
            format: FORMAT,
            vbs,
        };
        serde_json::to_writer(&mut writer, &saved)?;
        writer.write_all(b"\n")?;
        let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        sync_directory(directory)
    }
}

/// Makes a new name of a file last.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

/// Saves the state whenever it was changed, and tells who waits for that.
#[derive(Debug)]
pub(crate) struct Saver {
    /// How many changes there were.
    changes: watch::Sender<u64>,
    /// How many changes were there when the state was last saved, and whether that worked.
    saved: watch::Sender<(u64, Option<String>)>,
}

impl Default for Saver {
    fn default() -> Self {
        Self {
            changes: watch::Sender::new(0),
            saved: watch::Sender::new((0, None)),
        }
    }
}

impl Saver {
    /// Returns when a change that was made before this call is in the file; with the reason, where it could not be saved.
    pub(crate) async fn save(&self) -> std::result::Result<(), String> {
        let mut saved = self.saved.subscribe();
        let mut change = 0;
        self.changes.send_modify(|changes| {
            *changes += 1;
            change = *changes;
        });
        match saved.wait_for(|(saved, _)| *saved >= change).await {
            Ok(saved) => saved.1.clone().map_or(Ok(()), Err),
            // The sender lives as long as this.
            Err(_) => Ok(()),
        }
    }

    /// Saves until the world is gone. Changes that come while the file is written are saved together.
    pub(crate) async fn run(app: Weak<AppState>, file: Arc<StateFile>) {
        let Some(mut changes) = app
            .upgrade()
            .and_then(|app| Some(app.saver.as_ref()?.changes.subscribe()))
        else {
            return;
        };
        while changes.changed().await.is_ok() {
            let change = *changes.borrow_and_update();
            let Some(app) = app.upgrade() else {
                return;
            };
            let vbs = app.vbs_at_now().clone();
            let file = Arc::clone(&file);
            let written = tokio::task::spawn_blocking(move || file.save(&vbs)).await;
            let problem = match written {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(error) => Some(error.to_string()),
            };
            if let Some(saver) = &app.saver {
                saver.saved.send_replace((change, problem));
            }
        }
    }
}
