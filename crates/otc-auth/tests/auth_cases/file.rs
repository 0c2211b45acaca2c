//! Reads the YAML files.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::case::{Case, Catalog, Exchange, Variables};
use crate::secrets::{plant, planted};

/// The features that a case may need.
const FEATURES: [&str; 3] = ["aksk", "clouds-yaml", "token-cache"];

/// Parts that several cases share, by name.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shared {
    env: BTreeMap<String, Variables>,
    files: BTreeMap<String, String>,
    catalogs: BTreeMap<String, Vec<String>>,
    exchanges: BTreeMap<String, Exchange>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    /// The number of cases, so that none is lost unnoticed.
    count: usize,
    cases: BTreeMap<String, Case>,
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Reads every case of a directory. The error says what is wrong with which file.
pub(crate) fn load(directory: &Path, total: usize) -> Result<Vec<Case>, String> {
    let shared = Shared::parse(&read(&directory.join("shared.yaml"))?)?;
    let mut cases = Vec::new();
    let entries =
        std::fs::read_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        let theme = path.file_stem().unwrap_or_default().to_string_lossy();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("yaml") if theme != "shared" => {
                let found = shared.cases(&theme, &read(&path)?);
                cases.extend(found.map_err(|error| format!("{}: {error}", path.display()))?);
            }
            Some("yaml" | "rs") => {}
            _ => {
                return Err(format!("{} is neither YAML nor Rust, so nothing reads it", path.display()));
            }
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    match cases.len() {
        count if count == total => Ok(cases),
        count => {
            Err(format!("{count} cases, but TOTAL is {total}; restore the missing ones, or change TOTAL"))
        }
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_saphyr::from_str(&plant(text)?).map_err(|error| error.to_string())
}

fn find<'a, T>(named: &'a BTreeMap<String, T>, table: &str, name: &str) -> Result<&'a T, String> {
    let missing = || format!("`{table}` of shared.yaml has no `{name}`");
    named.get(name).ok_or_else(missing)
}

impl Shared {
    /// Reads the text of `shared.yaml`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut shared: Self = parse(text).map_err(|error| format!("shared.yaml: {error}"))?;
        let mut exchanges = std::mem::take(&mut shared.exchanges);
        for (name, exchange) in &mut exchanges {
            shared.complete(exchange).map_err(|error| format!("shared.yaml: {name}: {error}"))?;
        }
        Ok(Self { exchanges, ..shared })
    }

    /// Reads the cases of one file.
    pub(crate) fn cases(&self, theme: &str, text: &str) -> Result<Vec<Case>, String> {
        let CaseFile { count, cases } = parse(text)?;
        if cases.len() != count {
            let found = cases.len();
            return Err(format!(
                "{found} cases, but `count` is {count}; restore the missing ones, or change it"
            ));
        }
        let complete = |(name, mut case): (String, Case)| {
            self.complete_case(&mut case).map_err(|error| format!("{name}: {error}"))?;
            Ok(Case { name: format!("{theme}::{name}"), ..case })
        };
        cases.into_iter().map(complete).collect()
    }

    fn complete_case(&self, case: &mut Case) -> Result<(), String> {
        if let Some(name) = planted(&case.expect) {
            return Err(format!("`expect` contains the secret {name}; write [{name}]"));
        }
        if let Some(unknown) = case.features.iter().find(|name| !FEATURES.contains(&name.as_str())) {
            return Err(format!("unknown feature `{unknown}`; expected one of {}", FEATURES.join(", ")));
        }
        if let Some(name) = case.env.remove("like") {
            let mut env = find(&self.env, "env", &name)?.clone();
            env.append(&mut case.env);
            case.env = env;
        }
        for file in case.files.values_mut() {
            if let Some(name) = file.like.take() {
                file.text.insert_str(0, find(&self.files, "files", &name)?);
            }
        }
        let mut exchanges = case.steps.iter_mut().flat_map(|step| &mut step.exchanges);
        exchanges.try_for_each(|exchange| self.complete(exchange))
    }

    fn complete(&self, exchange: &mut Exchange) -> Result<(), String> {
        if let Some(name) = exchange.like.take() {
            let base = find(&self.exchanges, "exchanges", &name)?.clone();
            exchange.request = exchange.request.take().or(base.request);
            exchange.headers = exchange.headers.take().or(base.headers);
            exchange.body = exchange.body.take().or(base.body);
            exchange.answer = exchange.answer.take().or(base.answer);
        }
        let answer = exchange.answer.as_mut().ok_or("an exchange without `answer`")?;
        if let Some(token) = &mut answer.token
            && let Catalog::Named(name) = &token.catalog
        {
            token.catalog = Catalog::Entries(find(&self.catalogs, "catalogs", name)?.clone());
        }
        match &exchange.request {
            Some(_) => Ok(()),
            None => Err("an exchange without `request`".to_owned()),
        }
    }
}
