//! Decodes a response that deviates from the document, losing as little as possible.
//!
//! The body is parsed to a [`Value`], made to fit the [shape](crate::shape) of the response, and decoded again:
//!
//! - A scalar of another type is converted if its meaning is clear, for example `"1"` to a number.
//! - An optional member that does not fit is removed. A required list that is null becomes empty, and a required status or time
//!   without a usable value becomes an empty text.
//! - An object that lacks another required member is unusable. In the list that is the result of the
//!   operation, it is removed and reported as an [`ItemProblem`]. In another list of a query, it is dropped.
//! - In the response to a change, no list may lose an element, because that could be the disk that failed.
//!
//! Everything left out is logged, without any value.

mod deviations;
#[cfg(test)]
mod mutations;
mod path;
mod scalar;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Operation;
use crate::json_text::parsable;
use crate::shape::{Kind, Object};
use deviations::Deviations;
use path::{Path, Step};

/// An item of a list that can't be used, because a required member, such as its id, is missing or unusable. The other items
/// are returned.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemProblem {
    /// The position of the item in the response, from 0.
    pub index: usize,
    /// The path of the member, for example `tasks[3].job_id`.
    pub path: String,
    /// The problem with the member, without its value, for example `is missing`.
    pub message: String,
}

impl fmt::Display for ItemProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.path, self.message)
    }
}

/// A body that was decoded, and the items that could not be.
pub(crate) struct Repaired<T> {
    pub(crate) value: T,
    pub(crate) problems: Vec<ItemProblem>,
}

/// Decodes the body of a successful response.
///
/// The error describes the problem with the body, without any of its values.
pub(crate) fn decode<T: DeserializeOwned>(operation: &Operation, body: &[u8]) -> Result<Repaired<T>, String> {
    if body.trim_ascii().is_empty() {
        return Err("the body is empty".to_owned());
    }
    // The parser's messages about syntax contain no value.
    let mut value: Value =
        serde_json::from_str(&parsable(body)).map_err(|error| format!("the body is not JSON: {error}"))?;
    let mut repair = Repair::new(operation);
    let repaired = match operation.body {
        Some(object) => repair.object(object, &mut value),
        None => Ok(()),
    };
    repaired.map_err(|unusable| format!("the body is not as documented: {unusable}"))?;
    let value = T::deserialize(value).map_err(|_| "the body is not as documented".to_owned())?;
    repair.deviations.log(operation);
    Ok(Repaired { value, problems: repair.problems })
}

/// A value that does not fit.
struct Unusable {
    path: Path,
    message: String,
    /// Whether this makes the whole response unusable.
    is_fatal: bool,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.to_string().as_str() {
            "" => write!(f, "it {}", self.message),
            path => write!(f, "`{path}` {}", self.message),
        }
    }
}

type Fit = Result<(), Unusable>;

struct Repair {
    items: &'static [&'static str],
    is_change: bool,
    path: Path,
    deviations: Deviations,
    problems: Vec<ItemProblem>,
}

impl Repair {
    fn new(operation: &Operation) -> Self {
        Self {
            items: operation.items,
            is_change: operation.is_change(),
            path: Path::default(),
            deviations: Deviations::default(),
            problems: Vec::new(),
        }
    }

    /// Makes a value fit its kind.
    fn value(&mut self, kind: Kind, value: &mut Value) -> Fit {
        match kind {
            Kind::Nullable(_) if value.is_null() => Ok(()),
            Kind::Nullable(kind) => self.value(*kind, value),
            Kind::Object(object) => self.object(object, value),
            Kind::AnyObject if value.is_object() => Ok(()),
            Kind::List(element) => self.list(*element, value),
            Kind::Map(entry) => self.map(*entry, value),
            _ if scalar::convert(kind, value) => Ok(()),
            _ => Err(self.unusable(kind, value)),
        }
    }

    /// The same for the value at a step from here.
    fn value_at(&mut self, step: Step, kind: Kind, value: &mut Value) -> Fit {
        self.path.push(step);
        let fit = self.value(kind, value);
        self.path.pop();
        fit
    }

    fn object(&mut self, object: &'static Object, value: &mut Value) -> Fit {
        let Value::Object(members) = value else {
            return Err(self.unusable(Kind::Object(object), value));
        };
        for member in object.members {
            let found = members.get_mut(member.name);
            let is_null = found.as_ref().is_some_and(|found| found.is_null());
            let unusable = match found {
                None if !member.required => continue,
                Some(Value::Null) if !member.required => {
                    // Some optional types take no null.
                    members.remove(member.name);
                    continue;
                }
                None => self.missing(member.name),
                Some(found) => match self.value_at(Step::Member(member.name), member.kind, found) {
                    Ok(()) => continue,
                    Err(unusable) => unusable,
                },
            };
            let substitute = match member.kind {
                _ if unusable.is_fatal && !is_null => return Err(unusable),
                _ if !member.required => None,
                Kind::OpenEnum | Kind::TimeOrText => Some(Value::from("")),
                Kind::List(_) if is_null => Some(Value::Array(Vec::new())),
                _ => return Err(unusable),
            };
            match substitute {
                Some(substitute) => members.insert(member.name.to_owned(), substitute),
                None => members.remove(member.name),
            };
            self.deviations.add(unusable);
        }
        Ok(())
    }

    fn list(&mut self, kind: Kind, value: &mut Value) -> Fit {
        let is_items = self.path.is(self.items);
        let Value::Array(elements) = value else {
            let unusable = self.unusable(Kind::List(&Kind::Text), value);
            return Err(Unusable { is_fatal: is_items || self.is_change, ..unusable });
        };
        let mut kept = Vec::with_capacity(elements.len());
        for (index, mut element) in std::mem::take(elements).into_iter().enumerate() {
            match self.value_at(Step::Index(index), kind, &mut element) {
                Ok(()) => kept.push(element),
                Err(unusable) if unusable.is_fatal || self.is_change => {
                    return Err(Unusable { is_fatal: true, ..unusable });
                }
                Err(unusable) => {
                    if is_items {
                        self.problems.push(ItemProblem {
                            index,
                            path: unusable.path.to_string(),
                            message: unusable.message.clone(),
                        });
                    }
                    self.deviations.add(unusable);
                }
            }
        }
        *elements = kept;
        Ok(())
    }

    fn map(&mut self, kind: Kind, value: &mut Value) -> Fit {
        let Value::Object(entries) = value else {
            return Err(self.unusable(Kind::AnyObject, value));
        };
        let mut unusable_keys = Vec::new();
        for (key, entry) in entries.iter_mut() {
            match self.value_at(Step::Entry, kind, entry) {
                Err(unusable) if unusable.is_fatal => return Err(unusable),
                Err(unusable) => {
                    unusable_keys.push(key.clone());
                    self.deviations.add(unusable);
                }
                Ok(()) => {}
            }
        }
        for key in unusable_keys {
            entries.remove(&key);
        }
        Ok(())
    }

    fn missing(&self, member: &'static str) -> Unusable {
        let mut path = self.path.clone();
        path.push(Step::Member(member));
        Unusable { path, message: "is missing".to_owned(), is_fatal: false }
    }

    fn unusable(&self, expected: Kind, found: &Value) -> Unusable {
        let found = match found {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(text) if text.is_empty() => "an empty text",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        Unusable {
            path: self.path.clone(),
            message: format!("is {found} where {} is expected", name(expected)),
            is_fatal: false,
        }
    }
}

/// The expected type, as named in messages.
fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::OpenEnum | Kind::TimeOrText => "a text",
        Kind::Boolean => "a boolean",
        Kind::Integer(..) => "an integer",
        Kind::Number => "a number",
        Kind::Identifier => "an id",
        Kind::Time => "a time",
        Kind::Object(_) | Kind::AnyObject | Kind::Map(_) => "an object",
        Kind::List(_) => "a list",
        Kind::Nullable(kind) => name(*kind),
    }
}
