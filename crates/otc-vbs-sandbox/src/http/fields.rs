//! Reads the members of a body with the types in the document.
//!
//! The wire types can't report which member they reject, don't distinguish null or an empty list from an
//! absent member, and accept an array as an object. Here, each member is read separately, so that an invalid
//! one gets its code in the reference. Unknown members are ignored, as the service does.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::http::failure::Failure;
use crate::text::excerpt;

/// An object in a body.
#[derive(Clone, Debug)]
pub(crate) struct Fields<'a> {
    members: &'a Map<String, Value>,
    /// The path of the object in the body: empty, or for example `scheduled_policy.`.
    path: String,
    codes: Codes,
    /// Whether null counts as absent if the document does not allow null.
    forgives_null: bool,
}

/// The codes of an area of the API for invalid bodies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Codes {
    pub(crate) empty: &'static str,
    pub(crate) malformed: &'static str,
}

/// The codes of backup policies.
pub(crate) const OF_POLICIES: Codes = Codes { empty: "AutoBackup.0000", malformed: "AutoBackup.0008" };

/// The JSON of a request.
pub(crate) fn json(body: &[u8], codes: Codes) -> Result<Value, Failure> {
    if body.iter().all(u8::is_ascii_whitespace) {
        let message = "the request has no body; send the JSON that the operation needs";
        return Err(Failure::new(StatusCode::BAD_REQUEST, codes.empty, message.to_owned()));
    }
    serde_json::from_slice(body)
        .map_err(|error| malformed(format!("the body is not valid JSON for this operation: {error}"), codes))
}

impl<'a> Fields<'a> {
    /// The members of a whole body.
    pub(crate) fn of(body: &'a Value, codes: Codes) -> Result<Self, Failure> {
        match body {
            Value::Object(members) => Ok(Self { members, path: String::new(), codes, forgives_null: false }),
            other => Err(mistyped("the body", "an object", other, codes)),
        }
    }

    /// Treats null as absent.
    pub(crate) fn forgiving_null(mut self) -> Self {
        self.forgives_null = true;
        self
    }

    /// An optional text.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&'a str>, Failure> {
        self.read(name, "text", Value::as_str)
    }

    /// A required text.
    pub(crate) fn required_text(&self, name: &str) -> Result<&'a str, Failure> {
        self.text(name)?.ok_or_else(|| self.missing(name))
    }

    /// An optional text. Null means that it is absent.
    pub(crate) fn text_or_null(&self, name: &str) -> Result<Option<&'a str>, Failure> {
        match self.members.get(name) {
            Some(Value::Null) => Ok(None),
            _ => self.text(name),
        }
    }

    /// An optional boolean.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        self.read(name, "true or false", Value::as_bool)
    }

    /// All members, each of which must be text.
    pub(crate) fn all_texts(&self) -> Result<Vec<(&'a str, &'a str)>, Failure> {
        let names = self.members.keys();
        let texts = names.map(|name| Ok((name.as_str(), self.text(name)?.unwrap_or_default())));
        texts.collect()
    }

    /// An optional integer. As in JSON Schema, `1.0` is an integer.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, Failure> {
        self.read(name, "a whole number", |value| {
            let whole = |number: f64| (number.fract() == 0.0).then_some(number as i64);
            value.as_i64().or_else(|| value.as_f64().and_then(whole))
        })
    }

    /// An optional object.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Self>, Failure> {
        let members = self.read(name, "an object", Value::as_object)?;
        Ok(members.map(|members| self.inner(members, format!("{name}."))))
    }

    /// A required object.
    pub(crate) fn required_object(&self, name: &str) -> Result<Self, Failure> {
        self.object(name)?.ok_or_else(|| self.missing(name))
    }

    /// An optional list of texts.
    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<&'a str>>, Failure> {
        let text = |place: String, value: &'a Value| {
            let mistyped = || mistyped(&format!("`{place}`"), "text", value, self.codes);
            value.as_str().ok_or_else(mistyped)
        };
        self.list(name, text)
    }

    /// An optional list of objects.
    pub(crate) fn objects(&self, name: &str) -> Result<Option<Vec<Self>>, Failure> {
        self.list(name, |place, value| match value {
            Value::Object(members) => Ok(Self { members, path: format!("{place}."), ..self.clone() }),
            other => Err(mistyped(&format!("`{place}`"), "an object", other, self.codes)),
        })
    }

    fn list<T>(
        &self,
        name: &str,
        item: impl Fn(String, &'a Value) -> Result<T, Failure>,
    ) -> Result<Option<Vec<T>>, Failure> {
        let Some(items) = self.read(name, "a list", Value::as_array)? else {
            return Ok(None);
        };
        let place = |index| format!("{}{name}[{index}]", self.path);
        let items = items.iter().enumerate();
        let items = items.map(|(index, value)| item(place(index), value));
        items.collect::<Result<_, _>>().map(Some)
    }

    /// The failure of a body that lacks a member.
    pub(crate) fn missing(&self, name: &str) -> Failure {
        self.missing_by(name, self.codes.malformed)
    }

    /// The failure of a body that lacks a member for which the reference has a code.
    pub(crate) fn missing_by(&self, name: &str, code: &'static str) -> Failure {
        let message = format!("`{}{name}` is missing; send it", self.path);
        Failure::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    fn read<T>(
        &self,
        name: &str,
        kind: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        let value = match self.members.get(name) {
            None => return Ok(None),
            Some(Value::Null) if self.forgives_null => return Ok(None),
            Some(value) => value,
        };
        // The names in `all_texts` come from the caller.
        let place = || format!("`{}{}`", self.path, excerpt(name));
        let mistyped = || mistyped(&place(), kind, value, self.codes);
        read(value).map(Some).ok_or_else(mistyped)
    }

    fn inner(&self, members: &'a Map<String, Value>, path: String) -> Self {
        Self { members, path: format!("{}{path}", self.path), ..self.clone() }
    }
}

fn mistyped(place: &str, kind: &str, value: &Value, codes: Codes) -> Failure {
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if kind == "a whole number" => {
            return malformed(format!("{place} has to be {kind}, not {number}"), codes);
        }
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    malformed(format!("{place} has to be {kind}, not {is}"), codes)
}

fn malformed(message: String, codes: Codes) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, codes.malformed, message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    fn message(failure: Failure) -> String {
        format!("{failure:?}")
    }

    #[test]
    fn whole_numbers() {
        let body = json!({
            "a": 3, "b": 4.0, "c": 1e300, "d": u64::MAX, "e": 2.5, "f": "1", "g": null, "h": true
        });
        let fields = Fields::of(&body, OF_POLICIES).unwrap();
        let read = |name| fields.integer(name).ok();
        assert_eq!(read("a"), Some(Some(3)));
        assert_eq!(read("b"), Some(Some(4)));
        assert_eq!(read("c"), Some(Some(i64::MAX)));
        assert_eq!(read("d"), Some(Some(i64::MAX)));
        assert_eq!(read("nothing"), Some(None));
        for name in ["e", "f", "g", "h"] {
            assert_eq!(read(name), None, "{name}");
        }
    }

    #[test]
    fn invalid_value_is_named_with_its_path() {
        let body = json!({ "a": { "b": [{ "c": 1 }, []], "d": ["x", null] } });
        let fields = Fields::of(&body, OF_POLICIES).unwrap();
        let a = fields.required_object("a").unwrap();
        let list = message(a.objects("b").unwrap_err());
        assert!(list.contains("`a.b[1]` has to be an object, not a list"), "{list}");
        let text = message(a.texts("d").unwrap_err());
        assert!(text.contains("`a.d[1]` has to be text, not null"), "{text}");
        let missing = message(a.required_text("e").unwrap_err());
        assert!(missing.contains("`a.e` is missing"), "{missing}");
        assert!(Fields::of(&json!([]), OF_POLICIES).is_err());
    }

    #[test]
    fn null_is_refused_unless_it_counts_as_absent() {
        let body = json!({ "null": null, "flag": 1, "more": { "a": "b", "c": null } });
        let fields = Fields::of(&body, OF_POLICIES).unwrap();
        let null = message(fields.text("null").unwrap_err());
        assert!(null.contains("`null` has to be text, not null"), "{null}");
        let flag = message(fields.flag("flag").unwrap_err());
        assert!(flag.contains("has to be true or false, not a number"), "{flag}");
        let more = fields.required_object("more").unwrap();
        let texts = message(more.all_texts().unwrap_err());
        assert!(texts.contains("`more.c` has to be text"), "{texts}");
        assert_eq!(fields.text("absent").unwrap(), None);
        assert_eq!(fields.text_or_null("null").unwrap(), None);
        let forgiving = fields.forgiving_null();
        assert_eq!(forgiving.text("null").unwrap(), None);
        let more = forgiving.required_object("more").unwrap();
        assert_eq!(more.text("c").unwrap(), None);
    }
}
