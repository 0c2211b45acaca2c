//! Examples: request lines and JSON, which may lack commas.

use serde::Serialize;
use serde_json::Value;
use url::form_urlencoded;

/// A JSON example.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Example {
    pub(crate) value: Value,
    /// Lines, counted from 1, before which a comma had to be added to make it JSON.
    pub(crate) missing_commas: Vec<usize>,
    /// Its name in the document.
    #[serde(skip)]
    pub(crate) name: Option<String>,
}

/// An example of the first line of a request.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RequestLine {
    pub(crate) method: String,
    /// The path, usually with placeholders.
    pub(crate) path: String,
    /// Names and values of the query, decoded.
    pub(crate) query: Vec<(String, String)>,
}

impl Example {
    /// Reads JSON. A comma that is missing between two members is added and recorded; any other mistake is an
    /// error.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut missing_commas = Vec::new();
        loop {
            let error = match serde_json::from_str(&lines.join("\n")) {
                Ok(value) => return Ok(Self { value, missing_commas, name: None }),
                Err(error) => error,
            };
            let at = error.line();
            let before = at.checked_sub(2).and_then(|index| lines.get_mut(index));
            match before {
                Some(before)
                    if error.to_string().starts_with("expected `,`") && !before.trim_end().ends_with(',') =>
                {
                    before.push(',');
                    missing_commas.push(at);
                }
                _ => return Err(format!("the example is not JSON: {error}")),
            }
        }
    }

    /// The member that wraps a failure's fields, if this is the example of a failure.
    pub(crate) fn failure_envelope(&self) -> Option<&str> {
        let mut members = self.value.as_object()?.iter();
        let ((name, Value::Object(inner)), None) = (members.next()?, members.next()) else {
            return None;
        };
        let is_failure = inner.len() == 2 && inner.contains_key("message") && inner.contains_key("code");
        is_failure.then_some(name)
    }
}

impl RequestLine {
    /// Reads `METHOD /path?query`.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (method, target) = line.trim().split_once(' ')?;
        // Some pages write the address of the service, or a placeholder for it.
        let target = match target.strip_prefix("https://") {
            Some(address) => address.get(address.find('/')?..)?,
            None => target,
        };
        let is_method = matches!(method, "GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD");
        if !is_method || !target.starts_with('/') || target.contains(char::is_whitespace) {
            return None;
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Some(Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        })
    }
}
