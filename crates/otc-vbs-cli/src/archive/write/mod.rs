//! Writes an archive: see the [layout](super).

pub(crate) mod merge;
mod new_file;
#[cfg(feature = "parquet")]
mod parquet;
mod recover;
mod row;
pub(crate) mod spool;

pub(crate) use self::row::{JobKey, write_job};

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use self::new_file::{NewFile, sync_directory};
use self::spool::Spool;
use super::layout::{Layout, new_name};
use super::manifest::{FORMAT_VERSION, File, Manifest, Project};
use super::read::Archive;
use super::{Extension, LOCK, MANIFEST, NEW, Partition};
use crate::exit::Failure;

/// The only writer of an archive.
///
/// What it writes counts after [`commit`](Self::commit). Without it, the archive stays as it was.
pub(crate) struct Writer {
    directory: PathBuf,
    before: Option<Archive>,
    spool: Spool,
    /// The files that the new manifest describes, by path.
    files: BTreeMap<String, File>,
    /// The paths of the files that are written, and have no final name yet.
    staged: Vec<String>,
    /// Held until this is dropped.
    _lock: fs::File,
}

impl Writer {
    /// Creates the archive in this directory or, with `append`, opens the one that is there. Repairs what an export left that
    /// was killed.
    ///
    /// # Errors
    ///
    /// Another export writes to it, it can't be read or written, or there is something else in the directory.
    pub(crate) fn open(directory: &Path, append: bool) -> Result<Self, Failure> {
        // Nothing is created in a directory that can't be used.
        check(directory, append)?;
        create_directories(directory)?;
        let lock = lock(directory)?;
        // Another export may have ended since.
        check(directory, append)?;
        let before = Archive::open(directory)?;
        if let Some(archive) = &before {
            check_manifest(directory, &archive.manifest)?;
        }
        recover::recover(directory, before.as_ref())?;
        let files = before.iter().flat_map(|archive| &archive.manifest.files);
        let files = files.map(|file| (file.path.clone(), file.clone())).collect();
        let spool = Spool::new(directory)?;
        Ok(Self { directory: directory.to_owned(), before, spool, files, staged: Vec::new(), _lock: lock })
    }

    /// The manifest of the export before.
    pub(crate) fn manifest(&self) -> Option<&Manifest> {
        self.before.as_ref().map(|archive| &archive.manifest)
    }

    pub(crate) fn spool(&self) -> &Spool {
        &self.spool
    }

    /// The JSON Lines file of a partition in the export before.
    fn file(&self, partition: &Partition) -> Option<(&Archive, &File)> {
        let path = partition.path(Extension::JsonLines);
        let archive = self.before.as_ref()?;
        Some((archive, archive.manifest.files.iter().find(|file| file.path == path)?))
    }

    /// The lines of a partition in the export before. `None` if there is no such file.
    pub(crate) fn text(&self, partition: &Partition) -> Result<Option<String>, Failure> {
        self.file(partition).map(|(archive, file)| archive.text(file)).transpose()
    }

    /// Replaces the lines of a partition. A file that has these lines already stays as it is.
    pub(crate) fn replace<'a>(
        &mut self,
        partition: &Partition,
        lines: impl IntoIterator<Item = (&'a str, Option<Timestamp>)> + Clone,
    ) -> Result<(), Failure> {
        if let Some(old) = self.text(partition)?
            && old.lines().eq(lines.clone().into_iter().map(|(line, _)| line))
        {
            return Ok(());
        }
        let mut file = NewFile::create(&self.directory, partition)?;
        for (line, created_at) in lines {
            file.write(line, created_at)?;
        }
        self.stage(partition, file)
    }

    /// Leaves a partition out of the new archive.
    pub(crate) fn remove(&mut self, partition: &Partition) {
        for extension in Extension::ALL {
            self.files.remove(&partition.path(extension));
        }
    }

    fn stage(&mut self, partition: &Partition, file: NewFile) -> Result<(), Failure> {
        // The other format no longer has the same rows.
        self.files.remove(&partition.path(Extension::Parquet));
        self.add(file.finish(partition)?);
        Ok(())
    }

    fn add(&mut self, file: File) {
        self.staged.push(file.path.clone());
        self.files.insert(file.path.clone(), file);
    }

    /// The path of a file of the new archive as long as it may not have its final name.
    #[cfg(feature = "parquet")]
    fn current(&self, path: &str) -> PathBuf {
        let is_new = self.staged.iter().any(|staged| staged == path);
        if is_new { new_name(&self.directory, path) } else { self.directory.join(path) }
    }

    /// Replaces the archive by the new one. Returns the number of data files that have changed.
    ///
    /// # Errors
    ///
    /// Something can't be written. A [`Failure::File`] means that the archive is as it was before.
    pub(crate) fn commit(
        mut self,
        exported_at: Timestamp,
        projects: Vec<Project>,
        unreachable: Vec<String>,
    ) -> Result<usize, Failure> {
        #[cfg(feature = "parquet")]
        self.write_parquet()?;
        for path in &self.staged {
            sync_parents(&self.directory, path)?;
        }
        let before = self.before.take();
        let old = before.iter().flat_map(|archive| &archive.manifest.files).map(|file| &file.path);
        let removed: Vec<String> = old.filter(|path| !self.files.contains_key(*path)).cloned().collect();
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            written_by: concat!("vbs ", env!("CARGO_PKG_VERSION")).to_owned(),
            exported_at,
            formats: formats(),
            projects,
            unreachable,
            files: self.files.values().cloned().collect(),
            removed,
        };
        write_manifest(&self.directory, &manifest)?;
        // From here on, the new files count, so they must not be deleted.
        let staged = std::mem::take(&mut self.staged);
        let removed = manifest.removed;
        self.give_names(&staged, &removed).map_err(|failure| Failure::Archive {
            problem: failure.to_string(),
            hint: "the export is saved, and the next one finishes it".to_owned(),
        })?;
        Ok(staged.len() + removed.len())
    }

    /// Gives the new files their names, and deletes those that are not part of the new archive.
    fn give_names(&self, staged: &[String], removed: &[String]) -> Result<(), Failure> {
        sync_directory(&self.directory)?;
        for path in staged {
            let file = self.directory.join(path);
            fs::rename(new_name(&self.directory, path), &file).map_err(|error| unwritable(&file, error))?;
        }
        removed.iter().try_for_each(|path| remove_file(&self.directory, path))?;
        staged.iter().try_for_each(|path| {
            sync_directory(self.directory.join(path).parent().unwrap_or(&self.directory))
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        for path in &self.staged {
            // The next export deletes what can't be deleted now.
            let _ = remove_file(&self.directory, &format!("{path}{NEW}"));
        }
    }
}

/// What this program writes.
fn formats() -> Vec<String> {
    let formats = if cfg!(feature = "parquet") { &["jsonl", "parquet"][..] } else { &["jsonl"] };
    formats.iter().map(|format| (*format).to_owned()).collect()
}

/// Deletes a file, and the directories that are empty without it.
fn remove_file(directory: &Path, path: &str) -> Result<(), Failure> {
    let file = directory.join(path);
    match fs::remove_file(&file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritable(&file, error)),
        _ => {}
    }
    let parents = file.ancestors().skip(1).take_while(|parent| *parent != directory);
    for parent in parents {
        if fs::remove_dir(parent).is_err() {
            break;
        }
    }
    Ok(())
}

/// Makes the names of a file and of its directories durable.
fn sync_parents(directory: &Path, path: &str) -> Result<(), Failure> {
    let file = directory.join(path);
    file.ancestors().skip(1).take_while(|parent| parent.starts_with(directory)).try_for_each(sync_directory)
}

/// Replaces the manifest.
fn write_manifest(directory: &Path, manifest: &Manifest) -> Result<(), Failure> {
    let (file, new) = (directory.join(MANIFEST), new_name(directory, MANIFEST));
    let result = (|| {
        let mut text = serde_json::to_vec_pretty(manifest)?;
        text.push(b'\n');
        let mut written = new_file::create(&new)?;
        io::Write::write_all(&mut written, &text)?;
        written.sync_all()?;
        fs::rename(&new, &file)
    })();
    if let Err(error) = result {
        // It may not exist.
        let _ = fs::remove_file(&new);
        return Err(unwritable(&file, error));
    }
    Ok(())
}

/// Fails if this directory has an archive that is not to be replaced, or something else.
fn check(directory: &Path, append: bool) -> Result<(), Failure> {
    let shown = directory.display();
    if directory.join(MANIFEST).exists() {
        return match append {
            true => Ok(()),
            false => Err(Failure::Usage {
                problem: format!("there is an archive in {shown}"),
                hint: Some("add to it with --append, or choose another directory".to_owned()),
            }),
        };
    }
    let layout = Layout::read(directory).map_err(|(path, error)| unreadable(&path, error))?;
    let finished = layout.files.iter().find(|found| !found.is_new).map(|found| found.file(directory));
    match finished.or_else(|| layout.foreign.first().cloned()) {
        None => Ok(()),
        Some(file) => Err(Failure::Usage {
            problem: format!(
                "{shown} is not empty and not an archive: it has {} but no {MANIFEST}",
                file.strip_prefix(directory).unwrap_or(&file).display()
            ),
            hint: Some("choose an empty directory, or one that does not exist".to_owned()),
        }),
    }
}

/// Fails if the manifest describes files elsewhere, or files that this program can't write.
fn check_manifest(directory: &Path, manifest: &Manifest) -> Result<(), Failure> {
    let formats = formats();
    if let Some(format) = manifest.formats.iter().find(|format| !formats.contains(format)) {
        return Err(Failure::Usage {
            problem: format!(
                "the archive {} has {format} files, which this program was built without",
                directory.display()
            ),
            hint: Some(format!(
                "use a `vbs` that was built with `--features {format}`, or export to another directory"
            )),
        });
    }
    let is_known =
        |file: &&File| Extension::ALL.iter().any(|extension| file.partition().path(*extension) == file.path);
    match manifest.files.iter().find(|file| !is_known(file)) {
        None => Ok(()),
        Some(file) => Err(Failure::Archive {
            problem: format!(
                "the manifest of {} describes {}, which can't be a file of an archive",
                directory.display(),
                file.path
            ),
            hint: "export to another directory".to_owned(),
        }),
    }
}

fn lock(directory: &Path) -> Result<fs::File, Failure> {
    let path = directory.join(LOCK);
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    let file = new_file::owner_only(&mut options).open(&path).map_err(|error| unwritable(&path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::Busy {
            problem: format!("another export is writing to {}", directory.display()),
            hint: "wait until it has ended, then try again".to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(unwritable(&path, error)),
    }
}

/// Creates a directory and its parents. The new ones are accessible by their owner only.
fn create_directories(directory: &Path) -> Result<(), Failure> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|error| unwritable(directory, error))
}

fn unwritable(file: &Path, error: io::Error) -> Failure {
    Failure::File { file: file.to_owned(), error }
}

fn unreadable(path: &Path, error: io::Error) -> Failure {
    Failure::Archive {
        problem: format!("can't read {}: {error}", path.display()),
        hint: "check the directory and its permissions".to_owned(),
    }
}

#[cfg(test)]
mod tests;
