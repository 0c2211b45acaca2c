//! The keys of a cloud, and the settings for which they stand.

use std::collections::BTreeMap;

use super::cloud_file::Regions;
use super::fields::{ALL, Names};
use super::settings::{Setting, Settings};

/// The prefix of keys in `auth`.
pub(super) const AUTH: &str = "auth.";
/// The key of the region.
pub(super) const REGION: &str = "region_name";
const OVERRIDE: &str = "_endpoint_override";

/// The settings of a cloud, of a profile or of a region.
#[derive(Default)]
pub(super) struct Section {
    /// By key, for example `auth.password`; `_` replaces `-`.
    pub(super) values: BTreeMap<String, Setting>,
    pub(super) regions: Option<Regions>,
    pub(super) warnings: Vec<String>,
}

impl Section {
    /// The profile that the cloud is based on.
    pub(super) fn profile(&self) -> Option<&Setting> {
        // `cloud` is the older name of the key.
        self.values.get("profile").or_else(|| self.values.get("cloud"))
    }

    pub(super) fn region(&self) -> Option<&Setting> {
        self.values.get(REGION)
    }

    pub(super) fn set_region(&mut self, region: Setting) {
        self.values.insert(REGION.to_owned(), region);
    }

    /// Adds the values of a lower source for keys that are not set.
    pub(super) fn fill_from(&mut self, lower: Section) {
        for (key, setting) in lower.values {
            self.values.entry(key).or_insert(setting);
        }
        self.regions = self.regions.take().or(lower.regions);
        self.warnings.extend(lower.warnings);
    }

    /// Converts the keys to settings, with the precedence of openstacksdk.
    pub(super) fn settings(mut self) -> Settings {
        let mut settings = Settings::default();
        for names in ALL {
            let found = self.candidates(names).into_iter().find_map(|key| self.values.remove(&key));
            if let Some(setting) = found {
                settings.put(names.field, setting);
            }
        }
        for (key, setting) in self.values {
            if let Some(service) = key.strip_suffix(OVERRIDE) {
                settings.set_override(service, setting);
            }
        }
        settings.warnings = self.warnings;
        settings
    }

    /// The keys of a setting, in order of precedence.
    fn candidates(&self, names: &Names) -> Vec<String> {
        let tail = |key: &&str| key.strip_prefix(AUTH).unwrap_or(key).to_owned();
        if names.field.prefers_top_level_key() {
            let both = names.cloud.iter().flat_map(|key| [tail(key), (*key).to_owned()]);
            both.collect()
        } else {
            let inside = names.cloud.iter().map(|key| (*key).to_owned());
            inside.chain(names.cloud.iter().map(tail)).collect()
        }
    }
}

/// Whether a key of a cloud, or of its `auth` after `auth.`, is used.
pub(super) fn is_setting(key: &str) -> bool {
    let is_of = |name: &str| name == key || name.strip_prefix(AUTH) == Some(key);
    matches!(key, "profile" | "cloud" | "auth" | "regions")
        || (key.ends_with(OVERRIDE) && !key.starts_with(AUTH))
        || ALL.iter().any(|names| names.cloud.iter().any(|name| is_of(name)))
}
