//! Settings of a cloud, from the files of clouds.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::cloud_file::CloudFile;
use super::fields::Field;
use super::settings::{Origin, Settings, Source};
use crate::{Environment, Error, Region, Result};

/// A kind of file: its names, and the variable that says where it is.
struct Kind {
    names: [&'static str; 2],
    variable: &'static str,
}

const CLOUDS: Kind = Kind {
    names: ["clouds.yaml", "clouds.yml"],
    variable: "OS_CLIENT_CONFIG_FILE",
};
const SECURE: Kind = Kind {
    names: ["secure.yaml", "secure.yml"],
    variable: "OS_CLIENT_SECURE_FILE",
};
const PUBLIC: Kind = Kind {
    names: ["clouds-public.yaml", "clouds-public.yml"],
    variable: "OS_CLIENT_VENDOR_FILE",
};

/// The settings of a cloud: secure.yaml over clouds.yaml over the profile.
pub(super) fn read(cloud: &str, environment: &Environment) -> Result<Settings> {
    let clouds = find(&CLOUDS, environment)?;
    let secure = find(&SECURE, environment)?;
    let Some((clouds_path, clouds)) = clouds else {
        return Err(Error::config(format!(
            "the cloud `{cloud}` can't be looked up: there is no clouds.yaml in {}, and `{}` names none",
            searched(environment),
            CLOUDS.variable
        )));
    };

    let mut files = vec![clouds_path.clone()];
    let mut layers = Vec::new();
    let mut profile = None;
    let prefix = format!("clouds.{cloud}");
    if let Some((path, secure)) = &secure {
        files.push(path.clone());
        if let Some(section) = secure.clouds.get(cloud) {
            profile = section.profile();
            layers.push(section.settings(&prefix, path));
        }
    }
    if let Some(section) = clouds.clouds.get(cloud) {
        profile = profile.or(section.profile());
        layers.push(section.settings(&prefix, &clouds_path));
    }
    if layers.is_empty() {
        return Err(unknown(cloud, &clouds, &files));
    }
    if let Some(profile) = profile {
        layers.push(read_profile(profile, cloud, environment, &mut files)?);
    }

    let mut settings = Settings::default();
    for layer in layers {
        settings.fill_from(layer);
    }
    settings.source = Source::Cloud {
        name: cloud.to_owned(),
        files,
        ignored: environment.names().map(str::to_owned).collect(),
    };
    Ok(settings)
}

fn read_profile(
    profile: &str,
    cloud: &str,
    environment: &Environment,
    files: &mut Vec<PathBuf>,
) -> Result<Settings> {
    let public = find(&PUBLIC, environment)?;
    if let Some((path, public)) = &public
        && let Some(section) = public.profiles.get(profile)
    {
        files.push(path.clone());
        return Ok(section.settings(&format!("public-clouds.{profile}"), path));
    }
    if let Some(region) = Region::of_profile(profile) {
        let mut settings = Settings::default();
        let origin = Origin::Profile(profile.to_owned());
        settings.set(Field::Region, region.name().to_owned(), origin);
        return Ok(settings);
    }
    let looked = match public {
        Some((path, _)) => format!("{} does not have it", path.display()),
        None => format!(
            "there is no clouds-public.yaml in {}, and `{}` names none",
            searched(environment),
            PUBLIC.variable
        ),
    };
    Err(Error::config(format!(
        "the profile `{profile}` of the cloud `{cloud}` is unknown: {looked}; the built-in profiles are otc and otc-swiss"
    )))
}

/// The same error with the clouds that there are, for where none was chosen.
pub(super) fn with_hint(error: Error, environment: &Environment) -> Error {
    // A file that can't be read is not what this error is about.
    let Ok(Some((path, file))) = find(&CLOUDS, environment) else {
        return error;
    };
    if file.clouds.is_empty() {
        return error;
    }
    let names: Vec<_> = file.clouds.into_keys().collect();
    Error::config(format!(
        "{error}; or set `OS_CLOUD` to a cloud of {}: {}",
        path.display(),
        names.join(", ")
    ))
}

fn unknown(cloud: &str, clouds: &CloudFile, files: &[PathBuf]) -> Error {
    let names: Vec<_> = clouds.clouds.keys().map(String::as_str).collect();
    let there = if names.is_empty() {
        "it has no clouds".to_owned()
    } else {
        format!("it has {}", names.join(", "))
    };
    let files: Vec<_> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    Error::config(format!(
        "the cloud `{cloud}` is not in {}; {there}",
        files.join(", ")
    ))
}

/// The file that the variable names, or the first one of the search.
fn find(kind: &Kind, environment: &Environment) -> Result<Option<(PathBuf, CloudFile)>> {
    if let Some(path) = environment.get(kind.variable)? {
        let path = environment.path(path);
        return match load(&path)? {
            Some(file) => Ok(Some((path, file))),
            None => Err(Error::config(format!(
                "{} does not exist, and `{}` names it",
                path.display(),
                kind.variable
            ))),
        };
    }
    for directory in environment.directories() {
        for name in kind.names {
            let path = directory.join(name);
            if let Some(file) = load(&path)? {
                return Ok(Some((path, file)));
            }
        }
    }
    Ok(None)
}

fn load(path: &Path) -> Result<Option<CloudFile>> {
    match std::fs::read_to_string(path) {
        Ok(text) => CloudFile::parse(&Zeroizing::new(text), path).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::config(format!(
            "{} can't be read: {error}",
            path.display()
        ))),
    }
}

fn searched(environment: &Environment) -> String {
    let directories: Vec<_> = environment
        .directories()
        .map(|directory| directory.display().to_string())
        .collect();
    if directories.is_empty() {
        "any directory, since none is searched".to_owned()
    } else {
        directories.join(", ")
    }
}
