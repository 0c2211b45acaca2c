//! Finds and reads the files of clouds.

use std::io::ErrorKind;
use std::path::Path;

use super::cloud_file::CloudFile;
use super::settings::Trust;
use crate::file::{Links, open_regular, read_text};
use crate::{Environment, Error, Result};

/// The size limit of a file of clouds, in bytes.
const MAX_FILE_SIZE: u64 = 1024 * 1024;

/// A kind of file: its names, and the variable with its path.
pub(super) struct Kind {
    names: [&'static str; 3],
    pub(super) variable: &'static str,
}

pub(super) const CLOUDS: Kind =
    Kind { names: ["clouds.yaml", "clouds.yml", "clouds.json"], variable: "OS_CLIENT_CONFIG_FILE" };
pub(super) const SECURE: Kind =
    Kind { names: ["secure.yaml", "secure.yml", "secure.json"], variable: "OS_CLIENT_SECURE_FILE" };
pub(super) const PUBLIC: Kind = Kind {
    names: ["clouds-public.yaml", "clouds-public.yml", "clouds-public.json"],
    variable: "OS_CLIENT_VENDOR_FILE",
};

/// The clouds.yaml: the one that is set explicitly, named by the variable, or found first.
pub(super) fn find_clouds(explicit: Option<&Path>, environment: &Environment) -> Result<Option<CloudFile>> {
    let Some(path) = explicit else {
        return find(&CLOUDS, environment);
    };
    let path = environment.path(path);
    match load(&path, Trust::Full)? {
        Some(file) => Ok(Some(file)),
        None => {
            Err(Error::config(format!("{} does not exist, but `.clouds_file(…)` names it", path.display())))
        }
    }
}

/// The file that the variable names, or the first one found.
pub(super) fn find(kind: &Kind, environment: &Environment) -> Result<Option<CloudFile>> {
    if let Some(path) = environment.get(kind.variable)? {
        let path = environment.path(path);
        return match load(&path, Trust::Full)? {
            Some(file) => Ok(Some(file)),
            None => Err(Error::config(format!(
                "{} does not exist, but `{}` names it",
                path.display(),
                kind.variable
            ))),
        };
    }
    for (directory, trust) in environment.directories() {
        for name in kind.names {
            if let Some(file) = load(&directory.join(name), trust)? {
                return Ok(Some(file));
            }
        }
    }
    Ok(None)
}

/// The file at this path, if it exists.
fn load(path: &Path, trust: Trust) -> Result<Option<CloudFile>> {
    let text = open_regular(path, Links::Follow).and_then(|file| read_text(file, MAX_FILE_SIZE));
    match text {
        Ok(text) => CloudFile::parse(&text, path, trust).map(Some),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(Error::config(format!("can't read {}: {error}", path.display()))),
    }
}

/// The directories that are searched, for a message.
pub(super) fn searched_directories(environment: &Environment) -> String {
    let directories: Vec<_> =
        environment.directories().map(|(directory, _)| directory.display().to_string()).collect();
    if directories.is_empty() {
        "any directory, because none is searched".to_owned()
    } else {
        directories.join(", ")
    }
}
