//! Reads an archive.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::MANIFEST;
use super::layout::new_name;
use super::manifest::{FORMAT_VERSION, File, Kind, Manifest};
use crate::exit::Failure;

/// An archive that is read.
#[derive(Debug)]
pub(crate) struct Archive {
    directory: PathBuf,
    pub(crate) manifest: Manifest,
}

impl Archive {
    /// Reads the manifest of the archive in this directory. `None` if there is none.
    ///
    /// # Errors
    ///
    /// The manifest can't be read, or a newer version of the command wrote it.
    pub(crate) fn open(directory: &Path) -> Result<Option<Self>, Failure> {
        let path = directory.join(MANIFEST);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(&path, &error)),
        };
        // A newer manifest may have other members, so its version is read first.
        let version: Version = parse(&path, &text)?;
        if version.format_version > FORMAT_VERSION {
            return Err(Failure::Archive {
                problem: format!(
                    "the archive {} has format version {}, and this program reads up to {FORMAT_VERSION}",
                    directory.display(),
                    version.format_version
                ),
                hint: "use a newer version of vbs".to_owned(),
            });
        }
        Ok(Some(Self { directory: directory.to_owned(), manifest: parse(&path, &text)? }))
    }

    /// Reads the manifest of the archive in this directory.
    ///
    /// # Errors
    ///
    /// There is no archive, its manifest can't be read, or a newer version of the command wrote it.
    pub(crate) fn open_existing(directory: &Path) -> Result<Self, Failure> {
        Self::open(directory)?.ok_or_else(|| Failure::Archive {
            problem: format!("there is no archive in {}", directory.display()),
            hint: "check the directory, or create an archive with `vbs export --to DIR`".to_owned(),
        })
    }

    /// The lines of all files of a kind in a project, file by file. `None` if the archive has no such file.
    ///
    /// # Errors
    ///
    /// A file is missing or does not match the manifest.
    pub(crate) fn lines(&self, kind: Kind, project_id: &str) -> Result<Option<Vec<String>>, Failure> {
        let is_wanted =
            |file: &&File| file.kind == kind && file.project_id == project_id && file.is_json_lines();
        let files: Vec<&File> = self.manifest.files.iter().filter(is_wanted).collect();
        if files.is_empty() {
            return Ok(None);
        }
        let texts = files.into_iter().map(|file| self.text(file));
        texts.collect::<Result<Vec<_>, _>>().map(Some)
    }

    /// The text of a JSON Lines file.
    ///
    /// # Errors
    ///
    /// It is missing or does not match the manifest.
    pub(crate) fn text(&self, file: &File) -> Result<String, Failure> {
        let path = self.directory.join(&file.path);
        let bytes = self.bytes(file)?;
        let text = zstd::decode_all(&*bytes).map_err(|error| unreadable(&path, &error))?;
        String::from_utf8(text).map_err(|error| unreadable(&path, &error))
    }

    /// The bytes of a file that the manifest describes, which may not have its final name yet.
    ///
    /// # Errors
    ///
    /// It is missing or does not match the manifest.
    pub(crate) fn bytes(&self, file: &File) -> Result<Vec<u8>, Failure> {
        let path = self.directory.join(&file.path);
        for path in [&path, &new_name(&self.directory, &file.path)] {
            match fs::read(path) {
                Ok(bytes) if sha256(&bytes) == file.sha256 => return Ok(bytes),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(unreadable(path, &error)),
            }
        }
        let problem = match path.exists() {
            true => format!("{} is not the file that the manifest describes", path.display()),
            false => format!("{} is missing", path.display()),
        };
        Err(Failure::Archive {
            problem,
            hint: "if an export is running, try again when it has ended; otherwise `vbs export verify` lists all \
                   damaged files"
                .to_owned(),
        })
    }
}

/// The SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Deserialize)]
struct Version {
    format_version: u32,
}

fn parse<T: DeserializeOwned>(path: &Path, text: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(text).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::Archive {
        problem: format!("can't read {}: {error}", path.display()),
        hint: "check the directory and its permissions; `vbs export verify` lists all damaged files"
            .to_owned(),
    }
}
