//! The settings of a cloud: from its region, then secure.yaml, then clouds.yaml, then its profile.

use std::path::{Path, PathBuf};

use super::cloud_file::{CloudFile, Regions};
use super::search::{self, CLOUDS, PUBLIC, SECURE, searched_directories};
use super::section::Section;
use super::settings::{Origin, Setting, Settings, Source};
use crate::{Environment, Error, Region, Result};

/// A cloud to look up.
pub(super) struct Query<'a> {
    pub(super) cloud: &'a str,
    /// The region that was chosen explicitly or by a variable.
    pub(super) region: Option<&'a Setting>,
    /// The clouds.yaml to use instead of a search.
    pub(super) file: Option<&'a Path>,
    pub(super) environment: &'a Environment,
}

impl Query<'_> {
    pub(super) fn read(&self) -> Result<Settings> {
        let clouds = search::find_clouds(self.file, self.environment)?.ok_or_else(|| self.no_file())?;
        let secure = search::find(&SECURE, self.environment)?;
        let mut files = vec![clouds.path.clone()];
        files.extend(secure.iter().map(|file| file.path.clone()));

        let mut layers = Vec::new();
        let mut warnings = Vec::new();
        for file in secure.iter().chain([&clouds]) {
            warnings.extend(file.warnings.clone());
            layers.extend(file.cloud(self.cloud)?);
        }
        if layers.is_empty() {
            return Err(self.unknown(&clouds, &files));
        }
        let mut section = Section::default();
        for layer in layers {
            section.fill_from(layer);
        }
        if let Some(regions) = section.regions.take() {
            section = self.in_region(&regions, section)?;
        }
        if let Some(profile) = section.profile().cloned() {
            section = self.over_profile(section, &profile, &mut files)?;
        }
        let mut settings = section.settings();
        settings.warnings.extend(warnings);
        settings.source = Source::Cloud {
            name: self.cloud.to_owned(),
            files,
            trust: clouds.trust,
            ignored: self.environment.names().map(str::to_owned).collect(),
        };
        Ok(settings)
    }

    /// The section with the values of its region on top. The region is chosen explicitly, by `region_name`, or is the
    /// first of the list.
    fn in_region(&self, regions: &Regions, below: Section) -> Result<Section> {
        let chosen = self.region.or(below.region());
        let name = chosen.map(|chosen| chosen.value.as_str());
        match (regions.find(name)?, chosen) {
            (Some((region, mut section)), _) => {
                section.set_region(region);
                section.fill_from(below);
                Ok(section)
            }
            (None, Some(chosen)) => Err(Error::config(format!(
                "the region `{}`, from {}, is not in `{}` in {}, which has {}; choose one of those, or add it there",
                chosen.value.as_str(),
                chosen.origin,
                regions.key,
                regions.path.display(),
                regions.names().join(", ")
            ))),
            (None, None) => Ok(below),
        }
    }

    /// The section with the profile's values below it. The profile's list of regions is used if the cloud has
    /// no region.
    fn over_profile(
        &self,
        mut section: Section,
        profile: &Setting,
        files: &mut Vec<PathBuf>,
    ) -> Result<Section> {
        let name = profile.value.as_str();
        if name.contains("://") {
            return Err(Error::config(format!(
                "{}: profiles that are URLs are not supported; copy the profile's settings into the cloud",
                profile.origin
            )));
        }
        let public = search::find(&PUBLIC, self.environment)?;
        let looked = match &public {
            Some(file) => {
                if let Some(below) = file.profile(name, profile.origin.trust())? {
                    files.push(file.path.clone());
                    return self.over_public_profile(section, below);
                }
                format!("{} does not have it", file.path.display())
            }
            None => format!(
                "there is no clouds-public.yaml in {}, and `{}` is not set",
                searched_directories(self.environment),
                PUBLIC.variable
            ),
        };
        match Region::of_profile(name) {
            Some(region) => {
                if section.region().is_none() {
                    let origin = Origin::Profile(name.to_owned());
                    section.set_region(Setting::new(region.name(), origin));
                }
            }
            None => section.warnings.push(format!(
                "{}: there is no profile `{name}`, so the cloud `{}` is used without it: {looked}; the built-in profiles \
                 are otc and otc-swiss",
                profile.origin, self.cloud
            )),
        }
        Ok(section)
    }

    fn over_public_profile(&self, mut section: Section, mut below: Section) -> Result<Section> {
        if let Some(nested) = below.profile() {
            let warning = format!("{}: a profile can't have a profile, so it has no effect", nested.origin);
            below.warnings.push(warning);
        }
        let has_region = section.region().is_some();
        let regions = below.regions.take();
        section.fill_from(below);
        match regions {
            Some(regions) if !has_region => self.in_region(&regions, section),
            _ => Ok(section),
        }
    }

    fn no_file(&self) -> Error {
        Error::config(format!(
            "the cloud `{}` is not configured: there is no clouds.yaml in {}, and `{}` is not set",
            self.cloud,
            searched_directories(self.environment),
            CLOUDS.variable
        ))
    }

    fn unknown(&self, clouds: &CloudFile, files: &[PathBuf]) -> Error {
        let names = clouds.cloud_names();
        let choice = if names.is_empty() {
            "there are no clouds".to_owned()
        } else {
            format!("choose one of {}", names.join(", "))
        };
        let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
        Error::config(format!("the cloud `{}` is not in {}; {choice}", self.cloud, files.join(", ")))
    }
}

/// The error with the clouds to choose from, for when no cloud was chosen.
pub(super) fn with_hint(error: Error, environment: &Environment) -> Error {
    // A file that can't be read is reported elsewhere.
    let Ok(Some(file)) = search::find_clouds(None, environment) else {
        return error;
    };
    match choices(&file) {
        Some(choices) => Error::config(format!("{error}; or set `OS_CLOUD` to {choices}")),
        None => error,
    }
}

/// The names of the clouds that could be chosen. Empty if there is no clouds.yaml, or it can't be read.
pub(super) fn names(environment: &Environment) -> Vec<String> {
    let file = search::find_clouds(None, environment).ok().flatten();
    let names = file.iter().flat_map(CloudFile::cloud_names);
    names.map(str::to_owned).collect()
}

/// The error if a clouds.yaml is set explicitly and no cloud is.
pub(super) fn none_chosen(path: &Path, environment: &Environment) -> Result<Error> {
    let file = search::find_clouds(Some(path), environment)?;
    let choices = file.as_ref().and_then(choices);
    Ok(Error::config(match choices {
        Some(choices) => format!("no cloud is chosen; choose {choices}"),
        None => format!("no cloud is chosen, and {} has none", path.display()),
    }))
}

fn choices(file: &CloudFile) -> Option<String> {
    let names = file.cloud_names();
    let choices = format!("a cloud of {}: {}", file.path.display(), names.join(", "));
    (!names.is_empty()).then_some(choices)
}
