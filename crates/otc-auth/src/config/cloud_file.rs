//! A file of clouds. An entry is read only when it is selected, so an invalid entry does not affect the others.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::section::{AUTH, REGION, Section, is_setting};
use super::settings::{Origin, Setting, Trust};
use super::yaml::{self, Entry, Node, Problem, Value};
use crate::{Error, Result};

const CLOUDS: &str = "clouds";
const PROFILES: &str = "public-clouds";

/// A clouds.yaml, secure.yaml or clouds-public.yaml.
pub(super) struct CloudFile {
    pub(super) path: PathBuf,
    pub(super) trust: Trust,
    pub(super) warnings: Vec<String>,
    clouds: Vec<Entry>,
    profiles: Vec<Entry>,
}

/// The regions of a cloud, in the order of the file: the first is the default.
pub(super) struct Regions {
    /// The key of the list.
    pub(super) key: String,
    pub(super) path: PathBuf,
    trust: Trust,
    list: Vec<(String, Option<Rc<Node>>)>,
}

impl CloudFile {
    /// Reads the text of a file. Errors name the place in the file, and never quote its text, which holds secrets.
    pub(super) fn parse(text: &str, path: &Path, trust: Trust) -> Result<Self> {
        let root = yaml::parse(text).map_err(|problem| not_a_cloud_file(path, &problem))?;
        let top = named_entries("the file", &root).map_err(|problem| not_a_cloud_file(path, &problem))?;
        let mut file = Self {
            path: path.to_owned(),
            trust,
            warnings: Vec::new(),
            clouds: Vec::new(),
            profiles: Vec::new(),
        };
        for name in [CLOUDS, PROFILES] {
            let mut sections = top.iter().filter(|entry| entry.key == name);
            let Some(entry) = sections.next() else { continue };
            let entries = match sections.next() {
                Some(second) => Err(problem(second.line, format!("`{name}` is defined twice"))),
                None => named_entries(&format!("`{name}`"), &entry.value),
            };
            let entries = entries.map_err(|problem| not_a_cloud_file(path, &problem))?;
            if name == CLOUDS {
                file.clouds = entries;
            } else {
                file.profiles = entries;
            }
        }
        for entry in &top {
            if is_setting(&normalized(&entry.key)) {
                file.warnings.push(format!(
                    "{}:{}: `{}` has no effect next to `clouds`; set it in a cloud",
                    path.display(),
                    entry.line,
                    entry.key
                ));
            }
        }
        Ok(file)
    }

    /// The names of the clouds that could be selected.
    pub(super) fn cloud_names(&self) -> Vec<&str> {
        let clouds = self.clouds.iter();
        let mut names: Vec<_> = clouds
            .filter(|entry| matches!(entry.value.value, Value::Map(_) | Value::Null))
            .map(|entry| entry.key.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The settings of a cloud, if the file has it.
    pub(super) fn cloud(&self, name: &str) -> Result<Option<Section>> {
        self.section(CLOUDS, &self.clouds, name, self.trust)
    }

    /// The settings of a profile, if the file has it. `trust` is that of the file which names the profile.
    pub(super) fn profile(&self, name: &str, trust: Trust) -> Result<Option<Section>> {
        self.section(PROFILES, &self.profiles, name, self.trust.min(trust))
    }

    fn section(&self, of: &str, entries: &[Entry], name: &str, trust: Trust) -> Result<Option<Section>> {
        let mut found = entries.iter().filter(|entry| entry.key == name);
        let Some(entry) = found.next() else {
            return Ok(None);
        };
        let reader = Reader { path: &self.path, trust };
        let key = format!("{of}.{name}");
        if let Some(second) = found.next() {
            return Err(reader.error(&key, second.line, "is defined twice; remove one"));
        }
        reader.section(&key, &entry.value).map(Some)
    }
}

impl Regions {
    pub(super) fn names(&self) -> Vec<&str> {
        self.list.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The region of this name, or the first one: the setting that selects it, and its values.
    pub(super) fn find(&self, name: Option<&str>) -> Result<Option<(Setting, Section)>> {
        let mut list = self.list.iter();
        let found = match name {
            Some(name) => list.find(|(listed, _)| listed == name),
            None => list.next(),
        };
        let Some((name, values)) = found else {
            return Ok(None);
        };
        let reader = Reader { path: &self.path, trust: self.trust };
        let key = format!("{}[{name}].values", self.key);
        let section = match values {
            Some(node) => reader.section(&key, node)?,
            None => Section::default(),
        };
        Ok(Some((Setting::new(name, reader.origin(&self.key)), section)))
    }
}

/// Reads the parts of an entry.
struct Reader<'a> {
    path: &'a Path,
    trust: Trust,
}

impl Reader<'_> {
    fn origin(&self, key: &str) -> Origin {
        Origin::File { key: key.to_owned(), path: self.path.to_owned(), trust: self.trust }
    }

    fn error(&self, key: &str, line: usize, problem: &str) -> Error {
        Error::config(format!("{}:{line}: `{key}` {problem}", self.path.display()))
    }

    /// The entries of a mapping. A key that is defined twice is an error.
    fn entries(&self, key: &str, node: &Node) -> Result<Vec<Entry>> {
        let entries = map_entries(node).map_err(|problem| self.error(key, problem.line, &problem.reason))?;
        let mut seen = BTreeSet::new();
        if let Some(twice) = entries.iter().find(|entry| !seen.insert(&entry.key)) {
            let key = format!("{key}.{}", twice.key);
            return Err(self.error(&key, twice.line, "is defined twice; remove one"));
        }
        Ok(entries)
    }

    fn section(&self, key: &str, node: &Node) -> Result<Section> {
        let mut section = Section::default();
        for entry in self.entries(key, node)? {
            let path = format!("{key}.{}", entry.key);
            match normalized(&entry.key).as_str() {
                "auth" => {
                    for entry in self.entries(&path, &entry.value)? {
                        self.value(&mut section, AUTH, &path, &entry)?;
                    }
                }
                "regions" => section.regions = self.regions(&path, &entry.value)?,
                REGION => {
                    // openstacksdk treats a list of names as a list of regions.
                    let list = self.region_names(&path, &entry.value)?;
                    match list {
                        Some(regions) if section.regions.is_none() => section.regions = Some(regions),
                        Some(_) => {}
                        None => self.value(&mut section, "", key, &entry)?,
                    }
                }
                _ => self.value(&mut section, "", key, &entry)?,
            }
        }
        Ok(section)
    }

    /// Adds the value of a key that is used.
    fn value(&self, section: &mut Section, prefix: &str, parent: &str, entry: &Entry) -> Result<()> {
        let path = format!("{parent}.{}", entry.key);
        let key = format!("{prefix}{}", normalized(&entry.key));
        if !is_setting(&key) {
            if !prefix.is_empty() {
                section.warnings.push(format!(
                    "{}:{}: `{path}` is not a known key and has no effect",
                    self.path.display(),
                    entry.line
                ));
            }
            return Ok(());
        }
        let text = match &entry.value.value {
            Value::Null => return Ok(()),
            Value::Text(text) if text.is_empty() => return Ok(()),
            Value::Text(text) => text.clone(),
            Value::List(_) if key == "auth_methods" => self.texts(&path, &entry.value)?.join(",").into(),
            _ => return Err(self.error(&path, entry.line, &format!("is {}, not text", entry.value.kind()))),
        };
        let setting = Setting::new(&text, self.origin(&path));
        // openstacksdk prefers `project-name` to `project_name`.
        if entry.key.contains('-') || !section.values.contains_key(&key) {
            section.values.insert(key, setting);
        }
        Ok(())
    }

    fn texts(&self, key: &str, node: &Node) -> Result<Vec<String>> {
        let Value::List(items) = &node.value else {
            return Err(self.error(key, node.line, &format!("is {}, not a list", node.kind())));
        };
        let text = |item: &Rc<Node>| match &item.value {
            Value::Text(text) if !text.is_empty() => Ok(text.to_string()),
            _ => Err(self.error(key, item.line, &format!("has an item that is {}", item.kind()))),
        };
        items.iter().map(text).collect()
    }

    /// A list of region names, or names that are separated by commas.
    fn region_names(&self, key: &str, node: &Node) -> Result<Option<Regions>> {
        let names = match &node.value {
            Value::List(_) => self.texts(key, node)?,
            Value::Text(text) if text.contains(',') => {
                let names = text.split(',').map(|name| name.trim().to_owned());
                names.filter(|name| !name.is_empty()).collect()
            }
            _ => return Ok(None),
        };
        let list = names.into_iter().map(|name| (name, None)).collect();
        Ok(self.region_list(key, list))
    }

    fn regions(&self, key: &str, node: &Node) -> Result<Option<Regions>> {
        let items = match &node.value {
            Value::Null => return Ok(None),
            Value::List(items) => items,
            _ => return Err(self.error(key, node.line, &format!("is {}, not a list", node.kind()))),
        };
        let region = |item: &Rc<Node>| -> Result<(String, Option<Rc<Node>>)> {
            if let Value::Text(name) = &item.value {
                return Ok((name.to_string(), None));
            }
            let (mut name, mut values) = (None, None);
            for entry in self.entries(key, item)? {
                match (entry.key.as_str(), &entry.value.value) {
                    ("name", Value::Text(text)) => name = Some(text.to_string()),
                    ("values", Value::Null) => {}
                    ("values", _) => values = Some(Rc::clone(&entry.value)),
                    (other, _) => {
                        let problem =
                            format!("has a region with an invalid `{other}`; expected `name` and `values`");
                        return Err(self.error(key, entry.line, &problem));
                    }
                }
            }
            let name = name.ok_or_else(|| self.error(key, item.line, "has a region without a `name`"))?;
            Ok((name, values))
        };
        let list = items.iter().map(region).collect::<Result<Vec<_>>>()?;
        Ok(self.region_list(key, list))
    }

    fn region_list(&self, key: &str, list: Vec<(String, Option<Rc<Node>>)>) -> Option<Regions> {
        (!list.is_empty()).then(|| Regions {
            key: key.to_owned(),
            path: self.path.to_owned(),
            trust: self.trust,
            list,
        })
    }
}

fn normalized(key: &str) -> String {
    key.replace('-', "_")
}

/// The entries of a mapping, none if it is empty.
fn map_entries(node: &Node) -> Result<Vec<Entry>, Problem> {
    match &node.value {
        Value::Null => Ok(Vec::new()),
        Value::Map(map) => map.entries(),
        _ => Err(problem(node.line, format!("is {}, not a mapping", node.kind()))),
    }
}

/// The entries of a mapping. The error names the mapping.
fn named_entries(name: &str, node: &Node) -> Result<Vec<Entry>, Problem> {
    map_entries(node).map_err(|problem| Problem { reason: format!("{name} {}", problem.reason), ..problem })
}

fn problem(line: usize, reason: String) -> Problem {
    Problem { line, column: None, reason }
}

fn not_a_cloud_file(path: &Path, problem: &Problem) -> Error {
    let column = problem.column.map(|column| format!(":{column}")).unwrap_or_default();
    Error::config(format!(
        "{}:{}{column}: not a valid clouds.yaml: {}; expected `clouds: {{<name>: {{auth: {{…}}}}}}`",
        path.display(),
        problem.line,
        problem.reason
    ))
}

#[cfg(test)]
#[path = "cloud_file_tests.rs"]
mod tests;
