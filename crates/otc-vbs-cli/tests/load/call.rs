//! One request.

use reqwest::Method;
use serde_json::Value;

/// A request. Which answers it may have is part of it.
pub(crate) struct Ask {
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    /// Under the project of this version, where there is one.
    pub(crate) version: &'static str,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    pub(crate) allowed: &'static [u16],
    /// What the answer makes known, and where it stands.
    pub(crate) finds: Option<(&'static str, &'static str)>,
}

pub(crate) fn ask(
    name: &'static str,
    method: Method,
    path: impl Into<String>,
    allowed: &'static [u16],
) -> Ask {
    Ask {
        name,
        method,
        version: "v2",
        path: path.into(),
        body: None,
        allowed,
        finds: None,
    }
}

pub(crate) fn get(name: &'static str, path: impl Into<String>, allowed: &'static [u16]) -> Ask {
    ask(name, Method::GET, path, allowed)
}

pub(crate) fn post(name: &'static str, path: impl Into<String>, body: Value, allowed: &'static [u16]) -> Ask {
    Ask {
        body: Some(body),
        ..ask(name, Method::POST, path, allowed)
    }
}

impl Ask {
    pub(crate) fn of(self, version: &'static str) -> Self {
        Self { version, ..self }
    }

    pub(crate) fn finding(self, what: &'static str, place: &'static str) -> Self {
        Self {
            finds: Some((what, place)),
            ..self
        }
    }
}
