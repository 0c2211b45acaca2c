//! Settings with the places that they come from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::fields::{Credential, Field};

/// A value and where it stands.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) value: Zeroizing<String>,
    pub(crate) origin: Origin,
}

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Explicit(&'static str),
    Variable(String),
    File { key: String, path: PathBuf },
    Profile(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Explicit(name) => write!(f, "`.{name}(…)`"),
            Self::Variable(name) => write!(f, "`{name}`"),
            Self::File { key, path } => write!(f, "`{key}` in {}", path.display()),
            Self::Profile(name) => write!(f, "the built-in profile `{name}`"),
        }
    }
}

/// Where settings were looked for, besides the explicit ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Source {
    /// Nowhere: only explicit settings count.
    #[default]
    Explicit,
    /// A cloud, in these files.
    Cloud {
        name: String,
        files: Vec<PathBuf>,
        /// The variables that are set, and count for nothing beside a cloud.
        ignored: Vec<String>,
    },
    /// The variables of the environment.
    Variables,
}

/// Every setting that was found, and where was looked.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    values: BTreeMap<Field, Setting>,
    overrides: BTreeMap<String, Setting>,
    pub(crate) source: Source,
}

impl Settings {
    pub(crate) fn set(&mut self, field: Field, value: impl Into<Zeroizing<String>>, origin: Origin) {
        let value = value.into();
        self.values.insert(field, Setting { value, origin });
    }

    /// Sets where a service is: `service` as in the keys of a cloud, `vbs` in `vbs_endpoint_override`.
    pub(crate) fn set_override(&mut self, service: &str, value: String, origin: Origin) {
        let value = Zeroizing::new(value);
        let setting = Setting { value, origin };
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
        fields
            .iter()
            .find_map(|field| self.get(*field).map(|setting| (*field, setting)))
    }

    pub(crate) fn overrides(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.overrides
            .iter()
            .map(|(service, setting)| (service.as_str(), setting))
    }

    /// The settings of a kind of credential.
    pub(crate) fn credential(&self, kind: Credential) -> Option<&Setting> {
        self.values
            .iter()
            .find(|(field, _)| field.credential() == Some(kind))
            .map(|(_, setting)| setting)
    }

    /// Puts other settings below these: what these say in one way or another stays as they say it.
    pub(crate) fn over(mut self, below: Settings) -> Settings {
        let explicit: Vec<Field> = self.values.keys().copied().collect();
        let kinds: Vec<Credential> = explicit.iter().filter_map(|field| field.credential()).collect();
        let hidden = |field: &Field| {
            explicit.contains(field)
                || explicit.iter().any(|other| other.group().contains(field))
                || field.credential().is_some_and(|kind| {
                    !kinds.is_empty() && !kinds.contains(&kind)
                        // Half of one access key and half of another sign nothing.
                        || kind == Credential::AccessKey && explicit.contains(&Field::AccessKey)
                })
        };
        let values = below.values.into_iter().filter(|(field, _)| !hidden(field));
        self.values.extend(values);
        for (service, setting) in below.overrides {
            self.overrides.entry(service).or_insert(setting);
        }
        self.source = below.source;
        self
    }

    /// A setting that is there and says nothing.
    pub(crate) fn empty(&self) -> Option<&Setting> {
        let mut all = self.values.values().chain(self.overrides.values());
        all.find(|setting| setting.value.is_empty())
    }

    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.values.keys().map(|field| field.names().name).collect()
    }

    /// Takes what is not set yet from the file that counts less.
    pub(crate) fn fill_from(&mut self, below: Settings) {
        for (field, setting) in below.values {
            self.values.entry(field).or_insert(setting);
        }
        for (service, setting) in below.overrides {
            self.overrides.entry(service).or_insert(setting);
        }
    }

    /// Where a setting is looked for, in the words of a message.
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
            Source::Cloud { name, files, ignored } => {
                let names = fields.iter().flat_map(|field| field.names().cloud).copied();
                let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
                let place = format!(
                    "`{}` of the cloud `{name}` in {}",
                    list(names.collect()),
                    files.join(", ")
                );
                let mut variables = fields.iter().flat_map(|field| field.names().variables);
                match variables.find(|variable| ignored.iter().any(|name| name == *variable)) {
                    Some(variable) => {
                        format!("{place} (`{variable}` is set, but variables fill no gap of a cloud)")
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
