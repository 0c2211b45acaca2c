//! One case of a file.

use std::collections::BTreeMap;

use bytes::Bytes;
use otc_auth::otc_http::testing::Reply;
use otc_auth::otc_http::{TransportError, TransportErrorKind};
use serde::Deserialize;
use serde_json::{Value, json};

/// The time at which every case begins.
pub(crate) const START: &str = "2025-01-02T03:04:05Z";

pub(crate) type Variables = BTreeMap<String, String>;

/// A case, with the shared parts filled in.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The theme and the name, as `theme::name`.
    #[serde(skip)]
    pub(crate) name: String,
    /// The features of otc-auth that it needs.
    #[serde(default)]
    pub(crate) features: Vec<String>,
    #[serde(default)]
    pub(crate) env: Variables,
    #[serde(default)]
    pub(crate) files: BTreeMap<String, FileText>,
    #[serde(default)]
    pub(crate) config: Settings,
    /// The calls.
    #[serde(default)]
    pub(crate) steps: Vec<Step>,
    /// The expected outcome.
    pub(crate) expect: String,
}

/// A text, or `{like: NAME, text: …}`: a shared text, followed by this one.
#[derive(Clone, Deserialize)]
#[serde(from = "OneOf<String, LikeFile>")]
pub(crate) struct FileText {
    pub(crate) like: Option<String>,
    pub(crate) text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LikeFile {
    like: String,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "neither of the two forms, or unknown or missing keys")]
enum OneOf<T, U> {
    Short(T),
    Long(U),
}

impl From<OneOf<String, LikeFile>> for FileText {
    fn from(text: OneOf<String, LikeFile>) -> Self {
        match text {
            OneOf::Short(text) => Self { like: None, text },
            OneOf::Long(LikeFile { like, text }) => Self { like: Some(like), text },
        }
    }
}

/// The settings of the builder.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) cloud: Option<String>,
    pub(crate) set: Variables,
    /// `direct`, or `region/service` of the derived variant.
    pub(crate) signature: Option<String>,
    pub(crate) token_cache: bool,
    /// Reads the variables and ignores the configuration files.
    pub(crate) only_variables: bool,
}

/// A call, and the requests that it must send, in order. Written as `call` or as `call: [exchange, …]`.
#[derive(Clone, Deserialize)]
#[serde(try_from = "OneOf<String, BTreeMap<String, Vec<Exchange>>>")]
pub(crate) struct Step {
    pub(crate) call: String,
    /// The requests with their answers.
    pub(crate) exchanges: Vec<Exchange>,
}

impl TryFrom<OneOf<String, BTreeMap<String, Vec<Exchange>>>> for Step {
    type Error = String;

    fn try_from(step: OneOf<String, BTreeMap<String, Vec<Exchange>>>) -> Result<Self, String> {
        let (call, exchanges) = match step {
            OneOf::Short(call) => (call, Vec::new()),
            OneOf::Long(mut calls) => match (calls.pop_first(), calls.is_empty()) {
                (Some(step), true) => step,
                _ => return Err("a step has one call".to_owned()),
            },
        };
        Ok(Self { call, exchanges })
    }
}

/// A request and its answer. A shared one by its name, or with `like: NAME` and what differs.
#[derive(Clone, Deserialize)]
#[serde(from = "OneOf<String, ExchangeFields>")]
pub(crate) struct Exchange {
    pub(crate) like: Option<String>,
    /// The method and the URL.
    pub(crate) request: Option<String>,
    /// Every header that [`sent_headers`](crate::runner::sent_headers) keeps.
    pub(crate) headers: Option<Variables>,
    /// The JSON body.
    pub(crate) body: Option<Value>,
    /// The answer.
    pub(crate) answer: Option<Answer>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ExchangeFields {
    like: Option<String>,
    request: Option<String>,
    headers: Option<Variables>,
    body: Option<Value>,
    answer: Option<Answer>,
}

impl From<OneOf<String, ExchangeFields>> for Exchange {
    fn from(exchange: OneOf<String, ExchangeFields>) -> Self {
        let ExchangeFields { like, request, headers, body, answer } = match exchange {
            OneOf::Short(name) => ExchangeFields { like: Some(name), ..ExchangeFields::default() },
            OneOf::Long(fields) => fields,
        };
        Self { like, request, headers, body, answer }
    }
}

/// An answer: a token, a response, or none.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Answer {
    pub(crate) token: Option<IssuedToken>,
    status: Option<u16>,
    headers: Variables,
    /// JSON, or text.
    body: Option<Value>,
    /// There is no answer: `connect` or `timeout`.
    none: Option<String>,
}

/// A token in the form of the identity service.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssuedToken {
    /// Missing in the answer to a question about a token.
    secret: Option<String>,
    /// The start of the case by default.
    issued: Option<String>,
    /// A day after the start of the case by default.
    expires: Option<String>,
    /// `id name`.
    project: Option<String>,
    #[serde(default)]
    pub(crate) catalog: Catalog,
}

/// `type interface region url` each, or the name of a shared catalog.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Catalog {
    Named(String),
    Entries(Vec<String>),
}

impl Default for Catalog {
    fn default() -> Self {
        Self::Entries(Vec::new())
    }
}

impl Catalog {
    fn json(&self) -> Value {
        let Self::Entries(entries) = self else { panic!("a catalog that was not looked up") };
        let service = |line: &String| {
            let parts: Vec<_> = line.split(' ').collect();
            let [kind, interface, region, url] = parts[..] else {
                panic!("`{line}` is not an entry of a catalog");
            };
            let endpoint =
                json!({"interface": interface, "region": region, "region_id": region, "url": url, "id": "e"});
            json!({"type": kind, "name": kind, "id": "s", "endpoints": [endpoint]})
        };
        entries.iter().map(service).collect()
    }
}

impl IssuedToken {
    fn answer(&self) -> Answer {
        let mut token = json!({
            "issued_at": self.issued.as_deref().unwrap_or(START),
            "expires_at": self.expires.as_deref().unwrap_or("2025-01-03T03:04:05.000000Z"),
            "methods": ["password"],
            "user": {"id": "u", "name": "u", "domain": {"id": "d", "name": "d"}},
            "catalog": self.catalog.json(),
        });
        if let Some(project) = &self.project {
            let (id, name) = project.split_once(' ').expect("`id name`");
            token["project"] = json!({"id": id, "name": name, "domain": {"id": "d", "name": "d"}});
        }
        let header = |secret: &String| ("x-subject-token".to_owned(), secret.clone());
        Answer {
            status: Some(if self.secret.is_some() { 201 } else { 200 }),
            headers: self.secret.iter().map(header).collect(),
            body: Some(json!({"token": token})),
            ..Answer::default()
        }
    }
}

impl Answer {
    /// The same answer as the transport gives it.
    pub(crate) fn reply(&self) -> Result<Reply, String> {
        let status = match (&self.token, &self.none, self.status) {
            (Some(token), None, None) => return token.answer().reply(),
            (None, Some(kind), None) => {
                let kind = match kind.as_str() {
                    "connect" => TransportErrorKind::Connect,
                    "timeout" => TransportErrorKind::Timeout,
                    other => return Err(format!("`none` is connect or timeout, not `{other}`")),
                };
                let text = format!("there is no answer ({})", self.none.as_deref().unwrap_or_default());
                return Ok(TransportError::new(kind, text).into());
            }
            (None, None, Some(status)) => status,
            _ => return Err("an answer has one of `token`, `status` and `none`".to_owned()),
        };
        let mut response = http::Response::builder().status(status);
        for (name, value) in &self.headers {
            response = response.header(name, value);
        }
        let body = match &self.body {
            None => Bytes::new(),
            Some(Value::String(text)) => text.clone().into(),
            Some(json) => json.to_string().into(),
        };
        Ok(response.body(body).map_err(|error| error.to_string())?.into())
    }
}
