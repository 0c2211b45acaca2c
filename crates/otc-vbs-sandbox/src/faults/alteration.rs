//! Responses with altered JSON.

use otc_vbs_api::UtcTimestamp;
use serde_json::{Map, Value, json};

/// A change of the JSON in a response. A body that is not JSON stays unchanged.
#[derive(Clone, Debug)]
pub(crate) enum Alteration {
    InvalidUtf8,
    DuplicateKeys,
    /// Every number, or every number in a member of this name, becomes this one.
    Numbers {
        field: Option<String>,
        number: Value,
    },
    /// This number of items is missing at the end of each list.
    Drop(usize),
    /// Every `status` becomes this.
    Status(String),
    /// Every value that is neither a list nor an object becomes null, or every such value in a member of this
    /// name.
    Nulls(Option<String>),
    /// Every object gets a member of this name.
    Field(String),
    TimesWithoutZone,
}

impl Alteration {
    /// The altered body, if it is JSON.
    pub(crate) fn of(&self, body: &[u8]) -> Option<Vec<u8>> {
        let mut value: Value = serde_json::from_slice(body).ok()?;
        match self {
            Self::InvalidUtf8 => return Some(with_invalid_utf8(body)),
            Self::DuplicateKeys => return Some(with_members_twice(&value)),
            Self::Drop(most) => {
                for list in value.as_object_mut().into_iter().flat_map(Map::values_mut) {
                    if let Value::Array(items) = list {
                        items.truncate(items.len().saturating_sub(*most));
                    }
                }
            }
            Self::Field(name) => for_objects(&mut value, &mut |object| {
                object.insert(name.clone(), json!({ "nested": [1, "two", null] }));
            }),
            Self::Numbers { field, number } => for_members(&mut value, &mut |name, value| {
                if value.is_number() && field.as_ref().is_none_or(|field| field == name) {
                    *value = number.clone();
                }
            }),
            Self::Status(status) => for_members(&mut value, &mut |name, value| {
                if name == "status" && value.is_string() {
                    *value = json!(status);
                }
            }),
            Self::Nulls(field) => for_members(&mut value, &mut |name, value| {
                let is_meant = match field {
                    Some(field) => field == name,
                    None => !is_identifier(name) && !value.is_array() && !value.is_object(),
                };
                if is_meant {
                    *value = Value::Null;
                }
            }),
            Self::TimesWithoutZone => for_members(&mut value, &mut |_, value| {
                if let Some(bare) = value.as_str().and_then(without_zone) {
                    *value = json!(bare);
                }
            }),
        }
        Some(value.to_string().into_bytes())
    }
}

/// Responses without these are useless to a client, so no response omits them.
fn is_identifier(name: &str) -> bool {
    name == "id" || name.ends_with("_id") || name == "count"
}

/// Calls back for every member of every object, inner objects first.
fn for_members(value: &mut Value, alter: &mut impl FnMut(&str, &mut Value)) {
    for_objects(value, &mut |object| {
        for (name, value) in object.iter_mut() {
            alter(name, value);
        }
    });
}

fn for_objects(value: &mut Value, alter: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => {
            for item in items {
                for_objects(item, alter);
            }
        }
        Value::Object(object) => {
            for value in object.values_mut() {
                for_objects(value, alter);
            }
            alter(object);
        }
        _ => {}
    }
}

fn with_invalid_utf8(body: &[u8]) -> Vec<u8> {
    const NO_UTF8: u8 = 0xff;
    let mut body = body.to_vec();
    let text = body.windows(2).position(|pair| pair == b":\"");
    match text {
        Some(colon) => body.insert(colon + 2, NO_UTF8),
        None => body.push(NO_UTF8),
    }
    body
}

fn with_members_twice(value: &Value) -> Vec<u8> {
    let text = value.to_string();
    match value.as_object() {
        Some(object) if !object.is_empty() => {
            let members = &text[1..text.len() - 1];
            format!("{{{members},{members}}}").into_bytes()
        }
        _ => text.into_bytes(),
    }
}

/// The text without its time zone, if it is a time with one.
fn without_zone(text: &str) -> Option<&str> {
    text.parse::<UtcTimestamp>().ok()?;
    let (_, time) = text.split_once('T')?;
    let zone = time.find(['Z', '+', '-'])?;
    Some(&text[..text.len() - time.len() + zone])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const BODY: &str = r#"{"count":2,"tasks":[{"job_id":"a","status":"SKIP","size":3,"at":"2026-01-15T04:58:53.025Z"},{"job_id":"b"}]}"#;

    fn altered(alteration: Alteration) -> Value {
        serde_json::from_slice(&alteration.of(BODY.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn values_are_replaced() {
        let body = altered(Alteration::Status("ODD".to_owned()));
        assert_eq!(body["tasks"][0]["status"], "ODD");
        let number = json!(9_223_372_036_854_775_808_u64);
        let field = None;
        let body = altered(Alteration::Numbers { field, number });
        assert_eq!((&body["count"], &body["tasks"][0]["size"]), (&json!(1u64 << 63), &json!(1u64 << 63)));
        let field = Some("count".to_owned());
        let number = json!(-1);
        let body = altered(Alteration::Numbers { field, number });
        assert_eq!((&body["count"], &body["tasks"][0]["size"]), (&json!(-1), &json!(3)));
        let body = altered(Alteration::Nulls(None));
        assert_eq!(body["count"], 2);
        assert_eq!(body["tasks"][0], json!({"job_id": "a", "status": null, "size": null, "at": null}));
        let body = altered(Alteration::Nulls(Some("tasks".to_owned())));
        assert_eq!(body, json!({"count": 2, "tasks": null}));
        let body = altered(Alteration::TimesWithoutZone);
        assert_eq!(body["tasks"][0]["at"], "2026-01-15T04:58:53.025");
    }

    #[test]
    fn members_and_items_are_added_and_removed() {
        let body = altered(Alteration::Drop(1));
        assert_eq!(body["tasks"].as_array().unwrap().len(), 1);
        assert_eq!(body["count"], 2);
        let body = altered(Alteration::Drop(9));
        assert_eq!(body["tasks"], json!([]));
        let body = altered(Alteration::Field("odd".to_owned()));
        assert_eq!(body["odd"]["nested"][0], 1);
        assert_eq!(body["tasks"][1]["odd"]["nested"][0], 1);
        let body = Alteration::DuplicateKeys.of(b"{\"a\":1}").unwrap();
        assert_eq!(body, br#"{"a":1,"a":1}"#);
        assert_eq!(Alteration::DuplicateKeys.of(b"{}").unwrap(), b"{}");
    }

    #[test]
    fn first_text_becomes_invalid_utf8() {
        let body = Alteration::InvalidUtf8.of(BODY.as_bytes()).unwrap();
        assert!(std::str::from_utf8(&body).is_err());
        assert_eq!(body.len(), BODY.len() + 1);
        assert!(std::str::from_utf8(&Alteration::InvalidUtf8.of(b"[]").unwrap()).is_err());
    }

    #[test]
    fn body_that_is_not_json_is_unchanged() {
        assert_eq!(Alteration::DuplicateKeys.of(b"<html>"), None);
    }

    #[test]
    fn only_times_lose_their_zone() {
        let cases = [
            ("2026-01-15T04:58:53Z", Some("2026-01-15T04:58:53")),
            ("2026-01-15T04:58:53.123456+02:00", Some("2026-01-15T04:58:53.123456")),
            ("2026-01-15T04:58:53-02:00", Some("2026-01-15T04:58:53")),
            ("2026-01-15T04:58:53", None),
            ("Zebra+T", None),
        ];
        for (text, expected) in cases {
            assert_eq!(without_zone(text), expected, "{text}");
        }
    }
}
