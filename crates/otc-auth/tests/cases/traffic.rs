//! What a case says happens.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::secrets;

/// A call and the requests that it must make, in this order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// How the configuration is made; only in the first step, where it may be missing.
    #[serde(default)]
    pub(crate) config: Option<Explicit>,
    #[serde(default)]
    pub(crate) call: Option<String>,
    #[serde(default)]
    pub(crate) exchange: Vec<Exchanged>,
}

/// What is set on the builder.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Explicit {
    pub(crate) cloud: Option<String>,
    #[serde(default)]
    pub(crate) set: BTreeMap<String, String>,
    /// `direct`, or `region/service` of the derived variant.
    pub(crate) signature: Option<String>,
    #[serde(default)]
    pub(crate) token_cache: bool,
    /// Whether only variables count.
    #[serde(default)]
    pub(crate) only_variables: bool,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exchanged {
    pub(crate) request: String,
    /// Every header but `accept` and `content-type`.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) body: Option<Value>,
    pub(crate) answer: Answer,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// A token, as the identity service says it; the other fields are then not needed.
    #[serde(default)]
    pub(crate) token: Option<IssuedToken>,
    #[serde(default)]
    pub(crate) status: Option<u16>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// JSON, or text.
    #[serde(default)]
    pub(crate) body: Option<Value>,
    /// There is no answer: `connect` or `timeout`.
    #[serde(default)]
    pub(crate) none: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssuedToken {
    /// None in the answer to a question about a token.
    secret: Option<String>,
    #[serde(default = "the_clock_of_cases")]
    issued: String,
    expires: String,
    /// `identifier name`.
    project: Option<String>,
    /// `type interface region url` each.
    #[serde(default)]
    catalog: Vec<String>,
}

fn the_clock_of_cases() -> String {
    super::play::START.to_owned()
}

impl Step {
    pub(crate) fn read(path: &Path) -> Result<Vec<Self>, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("traffic: {error}"))?;
        let steps: Vec<Self> =
            serde_saphyr::from_str(&secrets::plant(&text)).map_err(|error| format!("traffic: {error}"))?;
        Ok(steps)
    }
}

/// `type interface region url` as the catalog has it.
pub(crate) fn catalog(lines: &[String]) -> Value {
    let services = lines.iter().map(|line| {
        let parts: Vec<_> = line.split(' ').collect();
        let [kind, interface, region, url] = parts[..] else {
            panic!("`{line}` is no entry of a catalog");
        };
        let endpoint =
            json!({"interface": interface, "region": region, "region_id": region, "url": url, "id": "e"});
        json!({"type": kind, "name": kind, "id": "s", "endpoints": [endpoint]})
    });
    services.collect()
}

impl IssuedToken {
    pub(crate) fn answer(&self) -> Answer {
        let mut token = json!({
            "issued_at": self.issued,
            "expires_at": self.expires,
            "methods": ["password"],
            "user": {"id": "u", "name": "u", "domain": {"id": "d", "name": "d"}},
            "catalog": catalog(&self.catalog),
        });
        if let Some(project) = &self.project {
            let (id, name) = project.split_once(' ').unwrap();
            token["project"] = json!({"id": id, "name": name, "domain": {"id": "d", "name": "d"}});
        }
        let header = |secret: &String| ("x-subject-token".to_owned(), secret.clone());
        Answer {
            token: None,
            status: Some(if self.secret.is_some() { 201 } else { 200 }),
            headers: self.secret.iter().map(header).collect(),
            body: Some(json!({"token": token})),
            none: None,
        }
    }
}
