//! Settings and where they come from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::fields::{Credential, Field};

/// A value and its origin.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) value: Zeroizing<String>,
    pub(crate) origin: Origin,
}

/// The origin of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Explicit(&'static str),
    Variable(String),
    File { key: String, path: PathBuf, trust: Trust },
    Profile(String),
}

/// The trust in a file, lowest first. See the module `trust`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trust {
    /// It was found in the working directory, which may belong to someone else.
    WorkingDirectory,
    /// It is named explicitly or by a variable, or is in the user's or the machine's configuration directory.
    Full,
}

impl Origin {
    /// The trust in the origin. Only a file can be trusted less than the caller.
    pub(crate) fn trust(&self) -> Trust {
        match self {
            Self::File { trust, .. } => *trust,
            _ => Trust::Full,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Explicit(name) => write!(f, "`.{name}(…)`"),
            Self::Variable(name) => write!(f, "`{name}`"),
            Self::File { key, path, .. } => write!(f, "`{key}` in {}", path.display()),
            Self::Profile(name) => write!(f, "the built-in profile `{name}`"),
        }
    }
}

/// The source below the explicit settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Source {
    /// No source: only explicit settings are used.
    #[default]
    Explicit,
    /// A cloud, in these files.
    Cloud {
        name: String,
        files: Vec<PathBuf>,
        /// The trust in the clouds.yaml.
        trust: Trust,
        /// The variables that are set but not used with a cloud.
        ignored: Vec<String>,
    },
    /// The variables of the environment.
    Variables,
}

/// The settings that were found, and the source that was searched.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    values: BTreeMap<Field, Setting>,
    overrides: BTreeMap<String, Setting>,
    pub(crate) source: Source,
    pub(crate) warnings: Vec<String>,
}

impl Setting {
    /// Removes what editors and shells leave around a value: a byte order mark and trailing line ends.
    pub(crate) fn new(value: &str, origin: Origin) -> Self {
        let value = value.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
        Self { value: Zeroizing::new(value.to_owned()), origin }
    }
}

impl Settings {
    pub(crate) fn set(&mut self, field: Field, value: &str, origin: Origin) {
        self.put(field, Setting::new(value, origin));
    }

    pub(crate) fn put(&mut self, field: Field, setting: Setting) {
        self.values.insert(field, setting);
    }

    /// Sets the address of a service, for example of `vbs` as in `vbs_endpoint_override`.
    pub(crate) fn set_override(&mut self, service: &str, setting: Setting) {
        self.overrides.insert(service_key(service), setting);
    }

    pub(crate) fn get(&self, field: Field) -> Option<&Setting> {
        self.values.get(&field)
    }

    pub(crate) fn text(&self, field: Field) -> Option<String> {
        self.get(field).map(|setting| setting.value.to_string())
    }

    /// The first of these that is set.
    pub(crate) fn first(&self, fields: &[Field]) -> Option<(Field, &Setting)> {
        fields.iter().find_map(|field| self.get(*field).map(|setting| (*field, setting)))
    }

    pub(crate) fn overrides(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.overrides.iter().map(|(service, setting)| (service.as_str(), setting))
    }

    /// The settings of a kind of credential.
    pub(crate) fn credential(&self, kind: Credential) -> Option<&Setting> {
        self.values.iter().find(|(field, _)| field.credential() == Some(kind)).map(|(_, setting)| setting)
    }

    /// All settings and endpoint overrides.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Option<Field>, &Setting)> {
        let values = self.values.iter().map(|(field, setting)| (Some(*field), setting));
        values.chain(self.overrides.values().map(|setting| (None, setting)))
    }

    /// Moves a chosen project to the delegated project if a lower source sets the agency, because the
    /// requests are for the delegated project.
    pub(crate) fn for_agency_of(mut self, below: &Settings) -> Self {
        use Field::{AgencyName, DelegatedProject, DelegatedProjectId, ProjectId, ProjectName};

        let has_own = self.first(&[AgencyName, DelegatedProject, DelegatedProjectId]).is_some();
        if below.get(AgencyName).is_some() && !has_own {
            for (from, to) in [(ProjectId, DelegatedProjectId), (ProjectName, DelegatedProject)] {
                if let Some(setting) = self.values.remove(&from) {
                    self.values.insert(to, setting);
                }
            }
        }
        self
    }

    /// Adds the settings of the lower source that these do not already determine.
    pub(crate) fn over(mut self, below: Settings) -> Settings {
        let explicit: Vec<Field> = self.values.keys().copied().collect();
        let kinds: Vec<Credential> = explicit.iter().filter_map(|field| field.credential()).collect();
        let hidden = |field: &Field| {
            explicit.contains(field)
                // `auth_type` only says how other credentials are used.
                || *field == Field::AuthType && !kinds.is_empty()
                || explicit.iter().any(|other| other.group().contains(field))
                || field.credential().is_some_and(|kind| {
                    !kinds.is_empty() && !kinds.contains(&kind)
                        // An access key only works with its own secret key.
                        || kind == Credential::AccessKey && explicit.contains(&Field::AccessKey)
                })
        };
        let values = below.values.into_iter().filter(|(field, _)| !hidden(field));
        self.values.extend(values);
        for (service, setting) in below.overrides {
            self.overrides.entry(service).or_insert(setting);
        }
        self.source = below.source;
        self.warnings.extend(below.warnings);
        self
    }

    /// A setting with an empty value.
    pub(crate) fn empty(&self) -> Option<&Setting> {
        let mut all = self.all().map(|(_, setting)| setting);
        all.find(|setting| setting.value.is_empty())
    }

    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.values.keys().map(|field| field.names().name).collect()
    }

    /// The place where a setting is looked for, as named in messages.
    pub(crate) fn places(&self, fields: &[Field]) -> String {
        let list = |names: Vec<&str>| names.join("`, `");
        match &self.source {
            Source::Explicit => {
                let names = fields.iter().map(|field| field.names().name).collect();
                format!("`{}` on the builder", list(names))
            }
            Source::Variables => {
                let names = fields.iter().flat_map(|field| field.names().variables).copied();
                format!("`{}` in the environment", list(names.collect()))
            }
            Source::Cloud { name, files, ignored, .. } => {
                let names = fields.iter().flat_map(|field| field.names().cloud).copied();
                let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
                let place =
                    format!("`{}` of the cloud `{name}` in {}", list(names.collect()), files.join(", "));
                let mut variables = fields.iter().flat_map(|field| field.names().variables);
                match variables.find(|variable| ignored.iter().any(|name| name == *variable)) {
                    Some(variable) => {
                        format!(
                            "{place} (`{variable}` is set, but if a cloud is selected, variables do not fill in its \
                             missing values)"
                        )
                    }
                    None => place,
                }
            }
        }
    }
}

/// `object-store` and `OBJECT_STORE` are both `object_store` in a key.
pub(crate) fn service_key(service: &str) -> String {
    service.to_ascii_lowercase().replace('-', "_")
}
