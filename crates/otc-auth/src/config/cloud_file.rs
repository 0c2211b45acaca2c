//! One file of clouds: what it says, with each value as it stands in the text.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, de};
use zeroize::Zeroizing;

use super::fields::ALL;
use super::settings::{Origin, Settings};
use crate::{Error, Result};

/// A clouds.yaml, secure.yaml or clouds-public.yaml. What this crate has no use for is passed over.
#[derive(Default, Deserialize)]
pub(super) struct CloudFile {
    #[serde(default, deserialize_with = "null_is_empty")]
    pub(super) clouds: BTreeMap<String, Section>,
    #[serde(default, rename = "public-clouds", deserialize_with = "null_is_empty")]
    pub(super) profiles: BTreeMap<String, Section>,
}

/// Values by their path, for example `auth.password`.
type Values = BTreeMap<String, Zeroizing<String>>;

/// A cloud or a profile, or what holds for one region of it.
#[derive(Default)]
pub(super) struct Section {
    values: Values,
    /// In their order: the first is meant where none is chosen.
    pub(super) regions: Vec<RegionSection>,
}

/// `eu-de`, or `{name: eu-de, values: …}`.
pub(super) struct RegionSection {
    pub(super) name: String,
    pub(super) values: Section,
}

impl CloudFile {
    /// Reads a file's text. The error has the place in the file and nothing of the text, which holds secrets.
    pub(super) fn parse(text: &str, path: &Path) -> Result<Self> {
        let options = serde_saphyr::options! { with_snippet: false };
        let file: Option<Self> = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
            let place = match error.location() {
                Some(place) => format!(":{}:{}", place.line(), place.column()),
                None => String::new(),
            };
            Error::config(format!(
                "{}{place}: this is no file of clouds: the YAML is broken here, or has another shape than \
                     `clouds: {{<name>: {{auth: {{…}}}}}}`",
                path.display()
            ))
        })?;
        Ok(file.unwrap_or_default())
    }
}

impl Section {
    /// The profile that the cloud is based on.
    pub(super) fn profile(&self) -> Option<&str> {
        // `cloud` is the older name of the key.
        let profile = self.values.get("profile");
        let profile = profile.or_else(|| self.values.get("cloud"))?;
        Some(profile.as_str())
    }

    /// The settings, each said to stand in `path` below `prefix`.
    pub(super) fn settings(&self, prefix: &str, path: &Path) -> Settings {
        let mut settings = Settings::default();
        let origin = |key: &str| Origin::File {
            key: format!("{prefix}.{key}"),
            path: path.to_owned(),
        };
        for names in ALL {
            let found = names
                .cloud
                .iter()
                .find_map(|key| self.values.get(*key).map(|value| (key, value)));
            if let Some((key, value)) = found {
                settings.set(names.field, value.clone(), origin(key));
            }
        }
        for (key, value) in &self.values {
            if let Some(service) = key.strip_suffix(OVERRIDE) {
                settings.set_override(service, value.to_string(), origin(key));
            }
        }
        settings
    }
}

const OVERRIDE: &str = "_endpoint_override";

fn is_wanted(key: &str) -> bool {
    matches!(key, "profile" | "cloud")
        || key.ends_with(OVERRIDE)
        || ALL.iter().any(|names| names.cloud.contains(&key))
}

/// Text as it stands: a password of digits is no number. Null and nothing are the same as no key.
type Text = Option<Zeroizing<String>>;

struct SectionVisitor<'a> {
    prefix: &'a str,
    section: &'a mut Section,
}

impl<'de> Visitor<'de> for SectionVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings of a cloud")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let key = format!("{}{key}", self.prefix);
            if key == "auth" {
                map.next_value_seed(Nested {
                    prefix: "auth.",
                    section: self.section,
                })?;
            } else if key == "regions" {
                let regions: Option<Vec<RegionSection>> = map.next_value()?;
                self.section.regions = regions.unwrap_or_default();
            } else if is_wanted(&key) {
                let value: Text = map.next_value()?;
                if let Some(value) = value.filter(|value| !value.is_empty()) {
                    self.section.values.insert(key, value);
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Nested<'a> {
    prefix: &'a str,
    section: &'a mut Section,
}

impl<'de> de::DeserializeSeed<'de> for Nested<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(SectionVisitor {
            prefix: self.prefix,
            section: self.section,
        })
    }
}

impl<'de> Deserialize<'de> for Section {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut section = Self::default();
        let nested = Nested {
            prefix: "",
            section: &mut section,
        };
        de::DeserializeSeed::deserialize(nested, deserializer)?;
        Ok(section)
    }
}

impl<'de> Deserialize<'de> for RegionSection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;

        impl<'de> Visitor<'de> for Form {
            type Value = RegionSection;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a region, or its `name` and `values`")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<RegionSection, E> {
                Ok(RegionSection {
                    name: name.to_owned(),
                    values: Section::default(),
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RegionSection, A::Error> {
                let (mut name, mut values) = (None, None);
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "name" => name = Some(map.next_value()?),
                        "values" => values = map.next_value::<Option<Section>>()?,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(RegionSection {
                    name: name.ok_or_else(|| de::Error::missing_field("name"))?,
                    values: values.unwrap_or_default(),
                })
            }
        }

        deserializer.deserialize_any(Form)
    }
}

fn null_is_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Section>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn parse(text: &str) -> Result<CloudFile> {
        CloudFile::parse(text, Path::new("clouds.yaml"))
    }

    fn value(text: &str, key: &str) -> Option<String> {
        let file = parse(text).unwrap();
        file.clouds["a"].values.get(key).map(|value| value.to_string())
    }

    #[test]
    fn text_stays_as_it_stands() {
        for password in [
            "0123",
            "1e5",
            "1_000",
            "true",
            "0x10",
            "12345678901234567890123",
            "no",
        ] {
            let text = format!("clouds: {{a: {{auth: {{password: {password}}}}}}}");
            assert_eq!(value(&text, "auth.password").unwrap(), password);
        }
    }

    #[test]
    fn null_and_nothing_are_no_value() {
        for nothing in ["", "~", "null", "''"] {
            let text = format!("clouds:\n  a:\n    auth:\n      password: {nothing}\n");
            assert_eq!(value(&text, "auth.password"), None, "{nothing}");
        }
        assert!(parse("").unwrap().clouds.is_empty());
        assert!(parse("clouds:\n").unwrap().clouds.is_empty());
        assert_eq!(parse("clouds:\n  a:\n").unwrap().clouds.len(), 1);
        assert_eq!(value("clouds:\n  a:\n    auth:\n", "auth.password"), None);
    }

    #[test]
    fn anchors_and_merge_keys_are_followed() {
        let text = "base: &base {auth_url: 'https://iam.example.com/v3', username: u}\n\
                    clouds: {a: {auth: {<<: *base, username: v}}}\n";
        assert_eq!(
            value(text, "auth.auth_url").unwrap(),
            "https://iam.example.com/v3"
        );
        assert_eq!(value(text, "auth.username").unwrap(), "v");
    }

    #[test]
    fn what_is_of_no_use_is_passed_over() {
        let text = "client: {force_ipv4: true}\nclouds:\n  a:\n    networks: [{name: n}]\n    auth: {custom: [1]}\n    \
                    vbs_endpoint_override: https://vbs.example.com\n";
        assert_eq!(
            value(text, "vbs_endpoint_override").unwrap(),
            "https://vbs.example.com"
        );
    }

    #[test]
    fn regions_are_names_or_have_values() {
        let text = "clouds: {a: {regions: [eu-nl, {name: eu-de, values: {auth: {password: 0123}}, x: [1]}, {name: c}]}}";
        let file = parse(text).unwrap();
        let regions = &file.clouds["a"].regions;
        let names: Vec<_> = regions.iter().map(|region| region.name.as_str()).collect();
        assert_eq!(names, ["eu-nl", "eu-de", "c"]);
        let password = regions[1].values.values.get("auth.password").unwrap();
        assert_eq!(password.as_str(), "0123");
        assert!(regions[2].values.values.is_empty());
        assert!(
            parse("clouds: {a: {regions: }}").unwrap().clouds["a"]
                .regions
                .is_empty()
        );
    }

    #[test]
    fn an_error_has_the_place_and_no_text() {
        for text in [
            "clouds:\n  a:\n    auth:\n      password: [hunter2\n",
            "clouds:\n  a:\n    auth:\n      password: {p: hunter2}\n",
            "clouds:\n  a:\n    auth: hunter2\n",
            "clouds: hunter2\n",
            "clouds: {a: {regions: [{values: {auth: {password: hunter2}}}]}}\n",
            "clouds: {a: {auth: {password: hunter2, password: hunter2}}}\n",
        ] {
            let Err(error) = parse(text) else {
                panic!("{text} is taken");
            };
            assert!(error.is_config());
            assert!(error.to_string().starts_with("clouds.yaml:"), "{error}");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }
}
