//! One call of the load.

use reqwest::Method;
use serde_json::Value;

/// A request, with the statuses that its answer may have.
pub(crate) struct Call {
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    /// The part of the path before the project.
    pub(crate) version: &'static str,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    pub(crate) allowed: &'static [u16],
    /// The kind of an id in the answer, and its place there.
    pub(crate) learns: Option<(&'static str, &'static str)>,
}

pub(crate) fn call(
    name: &'static str,
    method: Method,
    path: impl Into<String>,
    allowed: &'static [u16],
) -> Call {
    Call { name, method, version: "v2", path: path.into(), body: None, allowed, learns: None }
}

pub(crate) fn get(name: &'static str, path: impl Into<String>, allowed: &'static [u16]) -> Call {
    call(name, Method::GET, path, allowed)
}

pub(crate) fn post(
    name: &'static str,
    path: impl Into<String>,
    body: Value,
    allowed: &'static [u16],
) -> Call {
    Call { body: Some(body), ..call(name, Method::POST, path, allowed) }
}

impl Call {
    pub(crate) fn version(self, version: &'static str) -> Self {
        Self { version, ..self }
    }

    pub(crate) fn learning(self, what: &'static str, place: &'static str) -> Self {
        Self { learns: Some((what, place)), ..self }
    }
}
