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
    Cloud { name: String, files: Vec<PathBuf> },
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
    pub(crate) fn set(&mut self, key: Field, value: impl Into<Zeroizing<String>>, origin: Origin) {
        let value = value.into();
        self.values.insert(key, Setting { value, origin });
    }

    /// Sets where a service is: `service` as in the keys of a cloud, `vbs` in `vbs_endpoint_override`.
    pub(crate) fn set_override(&mut self, service: &str, value: String, origin: Origin) {
        let value = Zeroizing::new(value);
        let setting = Setting { value, origin };
        self.overrides.insert(service_key(service), setting);
    }

    pub(crate) fn get(&self, key: Field) -> Option<&Setting> {
        self.values.get(&key)
    }

    pub(crate) fn text(&self, key: Field) -> Option<String> {
        self.get(key).map(|setting| setting.value.to_string())
    }

    /// The first of these that is set.
    pub(crate) fn first(&self, keys: &[Field]) -> Option<(Field, &Setting)> {
        keys.iter()
            .find_map(|key| self.get(*key).map(|setting| (*key, setting)))
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
            .find(|(key, _)| key.credential() == Some(kind))
            .map(|(_, setting)| setting)
    }

    /// Puts other settings below these: what these say in one way or another stays as they say it.
    pub(crate) fn over(mut self, below: Settings) -> Settings {
        let explicit: Vec<Field> = self.values.keys().copied().collect();
        let kinds: Vec<Credential> = explicit.iter().filter_map(|key| key.credential()).collect();
        let hidden = |key: &Field| {
            explicit.contains(key)
                || explicit.iter().any(|other| other.group().contains(key))
                || key.credential().is_some_and(|kind| {
                    !kinds.is_empty() && !kinds.contains(&kind)
                        // Half of one access key and half of another sign nothing.
                        || kind == Credential::AccessKey && explicit.contains(&Field::AccessKey)
                })
        };
        let values = below.values.into_iter().filter(|(key, _)| !hidden(key));
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

    pub(crate) fn keys(&self) -> Vec<&'static str> {
        self.values.keys().map(|key| key.names().name).collect()
    }

    /// Takes what is not set yet from the file that counts less.
    pub(crate) fn fill_from(&mut self, below: Settings) {
        for (key, setting) in below.values {
            self.values.entry(key).or_insert(setting);
        }
        for (service, setting) in below.overrides {
            self.overrides.entry(service).or_insert(setting);
        }
    }

    /// Where a setting is looked for, in the words of a message.
    pub(crate) fn places(&self, keys: &[Field]) -> String {
        let list = |names: Vec<&str>| names.join("`, `");
        match &self.source {
            Source::Explicit => {
                let names = keys.iter().map(|key| key.names().name).collect();
                format!("`{}` on the builder", list(names))
            }
            Source::Variables => {
                let names = keys.iter().flat_map(|key| key.names().variables).copied();
                format!("`{}` in the environment", list(names.collect()))
            }
            Source::Cloud { name, files } => {
                let names = keys.iter().flat_map(|key| key.names().cloud).copied();
                let files: Vec<_> = files
                    .iter()
                    .map(|file| file.display().to_string())
                    .collect();
                format!(
                    "`{}` of the cloud `{name}` in {}",
                    list(names.collect()),
                    files.join(", ")
                )
            }
        }
    }
}

/// `object-store` and `OBJECT_STORE` are both `object_store` in a key.
pub(crate) fn service_key(service: &str) -> String {
    service.to_ascii_lowercase().replace('-', "_")
}
