//! Settings of a cloud, from the files of clouds.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::cloud_file::{CloudFile, Section};
use super::fields::Field;
use super::settings::{Origin, Setting, Settings, Source};
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

/// A section, and where it stands.
struct Layer<'a> {
    section: &'a Section,
    prefix: String,
    path: &'a Path,
}

impl Layer<'_> {
    fn settings(&self) -> Settings {
        self.section.settings(&self.prefix, self.path)
    }

    fn has_regions(&self) -> bool {
        !self.section.regions.is_empty()
    }

    /// The settings with those of the region that was chosen over them: explicitly, else by `region_name`, else as the
    /// first of the list.
    fn with_region(&self, below: Settings, region: Option<&Setting>) -> Result<Settings> {
        let regions = &self.section.regions;
        let chosen = match region.or(below.get(Field::Region)) {
            None => regions.first(),
            Some(chosen) => {
                let listed = regions.iter().find(|region| region.name == *chosen.value);
                let listed = listed.ok_or_else(|| self.not_listed(chosen))?;
                Some(listed)
            }
        };
        let Some(chosen) = chosen else {
            return Ok(below);
        };
        let prefix = format!("{}.regions[{}].values", self.prefix, chosen.name);
        let mut settings = chosen.values.settings(&prefix, self.path);
        let origin = Origin::File {
            key: format!("{}.regions", self.prefix),
            path: self.path.to_owned(),
        };
        settings.set(Field::Region, chosen.name.clone(), origin);
        settings.fill_from(below);
        Ok(settings)
    }

    fn not_listed(&self, chosen: &Setting) -> Error {
        let names: Vec<_> = self
            .section
            .regions
            .iter()
            .map(|region| region.name.as_str())
            .collect();
        Error::config(format!(
            "the region `{}`, from {}, is not in `{}.regions` in {}, which has {}; choose one of those, or add it there",
            chosen.value.as_str(),
            chosen.origin,
            self.prefix,
            self.path.display(),
            names.join(", ")
        ))
    }
}

/// The settings of a cloud: those of its region over secure.yaml over clouds.yaml over the profile. `region` is the region
/// that was chosen explicitly.
pub(super) fn read(cloud: &str, region: Option<&Setting>, environment: &Environment) -> Result<Settings> {
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
    files.extend(secure.as_ref().map(|(path, _)| path.clone()));
    let found = secure
        .iter()
        .map(|(path, file)| (path, file))
        .chain([(&clouds_path, &clouds)]);
    let layers: Vec<Layer<'_>> = found
        .filter_map(|(path, file)| {
            Some(Layer {
                section: file.clouds.get(cloud)?,
                prefix: format!("clouds.{cloud}"),
                path,
            })
        })
        .collect();
    if layers.is_empty() {
        return Err(unknown(cloud, &clouds, &files));
    }

    let mut settings = Settings::default();
    for layer in &layers {
        settings.fill_from(layer.settings());
    }
    if let Some(layer) = layers.iter().find(|layer| layer.has_regions()) {
        settings = layer.with_region(settings, region)?;
    }
    if let Some(profile) = layers.iter().find_map(|layer| layer.section.profile()) {
        let profile = Profile::read(profile, cloud, environment, &mut files)?;
        settings = profile.below(settings, region)?;
    }
    settings.source = Source::Cloud {
        name: cloud.to_owned(),
        files,
        ignored: environment.names().map(str::to_owned).collect(),
    };
    Ok(settings)
}

/// What a cloud is based on.
enum Profile {
    Public {
        name: String,
        path: PathBuf,
        file: CloudFile,
    },
    BuiltIn(String, Region),
}

impl Profile {
    fn read(profile: &str, cloud: &str, environment: &Environment, files: &mut Vec<PathBuf>) -> Result<Self> {
        let name = profile.to_owned();
        let looked = match find(&PUBLIC, environment)? {
            Some((path, file)) if file.profiles.contains_key(profile) => {
                files.push(path.clone());
                return Ok(Self::Public { name, path, file });
            }
            Some((path, _)) => format!("{} does not have it", path.display()),
            None => format!(
                "there is no clouds-public.yaml in {}, and `{}` names none",
                searched(environment),
                PUBLIC.variable
            ),
        };
        match Region::of_profile(profile) {
            Some(region) => Ok(Self::BuiltIn(name, region)),
            None => Err(Error::config(format!(
                "the profile `{profile}` of the cloud `{cloud}` is unknown: {looked}; the built-in profiles are otc and \
                 otc-swiss"
            ))),
        }
    }

    /// The settings with those of the profile below them. Its list of regions counts where the cloud has no region.
    fn below(&self, mut settings: Settings, region: Option<&Setting>) -> Result<Settings> {
        match self {
            Self::BuiltIn(name, region) => {
                let mut profile = Settings::default();
                let origin = Origin::Profile(name.clone());
                profile.set(Field::Region, region.name().to_owned(), origin);
                settings.fill_from(profile);
                Ok(settings)
            }
            Self::Public { name, path, file } => {
                let Some(section) = file.profiles.get(name) else {
                    return Ok(settings);
                };
                let layer = Layer {
                    section,
                    prefix: format!("public-clouds.{name}"),
                    path,
                };
                let has_region = settings.get(Field::Region).is_some();
                settings.fill_from(layer.settings());
                match layer.has_regions() && !has_region {
                    true => layer.with_region(settings, region),
                    false => Ok(settings),
                }
            }
        }
    }
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
    let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
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
