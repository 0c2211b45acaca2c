//! Objects of bodies, member by member, for operations that say more about a bad member than that it is bad.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::failure::{Failure, excerpt};

/// An object of a body. Members that nobody asks for are ignored, as the service does.
#[derive(Clone, Debug)]
pub(crate) struct Object<'a> {
    members: &'a Map<String, Value>,
    /// Where it stands in the body.
    path: String,
    /// The code of members of a wrong type.
    code: &'static str,
    /// Whether a member that is null counts as not sent, where the document does not take null.
    forgives_null: bool,
}

impl<'a> Object<'a> {
    /// The member of the body that holds all others.
    pub(crate) fn of_body(
        body: &'a Map<String, Value>,
        name: &str,
        code: &'static str,
    ) -> Result<Self, Failure> {
        let body = Self {
            members: body,
            path: String::new(),
            code,
            forgives_null: false,
        };
        body.object(name)?
            .ok_or_else(|| body.bad(name, "is missing"))
    }

    /// Takes null for a member that was not sent.
    pub(crate) fn forgiving_null(mut self) -> Self {
        self.forgives_null = true;
        self
    }

    pub(crate) fn object(&self, name: &str) -> Result<Option<Self>, Failure> {
        self.member(name, "an object", |value| {
            Some(Self {
                members: value.as_object()?,
                path: self.path_of(name),
                code: self.code,
                forgives_null: self.forgives_null,
            })
        })
    }

    pub(crate) fn objects(&self, name: &str) -> Result<Vec<Self>, Failure> {
        let items = self.member(name, "a list of objects", Value::as_array)?;
        let objects = items.into_iter().flatten().enumerate();
        objects
            .map(|(place, item)| {
                let name = format!("{name}[{place}]");
                let members = item.as_object();
                let members = members.ok_or_else(|| self.bad(&name, "must be an object"))?;
                Ok(Self {
                    members,
                    path: self.path_of(&name),
                    code: self.code,
                    forgives_null: self.forgives_null,
                })
            })
            .collect()
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&'a str>, Failure> {
        self.member(name, "text", Value::as_str)
    }

    /// Text that may be null, which says the same as nothing.
    pub(crate) fn text_or_null(&self, name: &str) -> Result<Option<&'a str>, Failure> {
        match self.members.get(name) {
            Some(Value::Null) => Ok(None),
            _ => self.text(name),
        }
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        self.member(name, "true or false", Value::as_bool)
    }

    /// All members, each of which has to be text.
    pub(crate) fn texts(&self) -> Result<Vec<(&'a str, &'a str)>, Failure> {
        let names = self.members.keys();
        let texts = names.map(|name| Ok((name.as_str(), self.text(name)?.unwrap_or_default())));
        texts.collect()
    }

    /// A failure because of a member that is missing.
    pub(crate) fn missing(&self, name: &str, code: &'static str) -> Failure {
        let message = format!("`{}` is missing", self.path_of(name));
        Failure::new(StatusCode::BAD_REQUEST, code, message)
    }

    fn member<T>(
        &self,
        name: &str,
        kind: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::Null) if self.forgives_null => Ok(None),
            Some(value) => match read(value) {
                Some(read) => Ok(Some(read)),
                None => Err(self.bad(name, &format!("must be {kind}"))),
            },
        }
    }

    fn bad(&self, name: &str, problem: &str) -> Failure {
        let message = format!("`{}` {problem}", self.path_of(name));
        Failure::new(StatusCode::BAD_REQUEST, self.code, message)
    }

    fn path_of(&self, name: &str) -> String {
        match self.path.as_str() {
            "" => excerpt(name),
            path => format!("{path}.{}", excerpt(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn body(text: &str) -> Map<String, Value> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_is_of_another_type_is_named() {
        let body = body(
            r#"{"backup":{"name":1,"full":"yes","tags":[{},[]],"more":{"a":"b","c":null},"null":null}}"#,
        );
        let object = Object::of_body(&body, "backup", "X").unwrap();
        let message = |failure: Failure| format!("{failure:?}");
        for (failure, says) in [
            (
                object.text("name").unwrap_err(),
                "`backup.name` must be text",
            ),
            (
                object.flag("full").unwrap_err(),
                "`backup.full` must be true or false",
            ),
            (
                object.objects("tags").unwrap_err(),
                "`backup.tags[1]` must be an object",
            ),
            (
                object.text("null").unwrap_err(),
                "`backup.null` must be text",
            ),
            (
                object.object("more").unwrap().unwrap().texts().unwrap_err(),
                "`backup.more.c` must be text",
            ),
            (
                Object::of_body(&body, "restore", "X").unwrap_err(),
                "`restore` is missing",
            ),
        ] {
            let message = message(failure);
            assert!(message.contains(says), "{message}");
        }
        assert_eq!(object.text("absent").unwrap(), None);
        assert_eq!(object.text_or_null("null").unwrap(), None);
        assert_eq!(object.forgiving_null().text("null").unwrap(), None);
    }
}
