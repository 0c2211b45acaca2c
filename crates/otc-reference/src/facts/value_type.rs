//! Types: the reference writes one type in several ways.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// The type of a field, normalized so that the page and the document can be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum ValueType {
    /// No type is stated.
    #[default]
    Unknown,
    String,
    Integer,
    Number,
    Boolean,
    Object,
    /// An object with free names.
    Map(Box<ValueType>),
    /// A list of unknown items.
    AnyList,
    /// A list of such items.
    List(Box<ValueType>),
    /// Any of these. Only the document has such types.
    OneOf(Vec<ValueType>),
}

impl ValueType {
    /// Reads a type cell. The second value is the name of a type that another table describes.
    pub(crate) fn parse(cell: &str) -> Option<(Self, Option<String>)> {
        let lower = cell.to_lowercase().replace("data structure", "");
        let words: Vec<&str> = lower.split_whitespace().collect();
        // `Array of X objects`, `X object`: the page's own words for `list<X>`.
        let of = |name: &str| (name != "object").then(|| name.to_owned());
        match words.as_slice() {
            ["array" | "list", "of", "object" | "objects"] => return Some((list(Self::Object), None)),
            ["array" | "list", "of", name, "object" | "objects"] => {
                return Some((list(Self::Object), of(name)));
            }
            ["array" | "list", "of", item] => {
                return Self::simple(item.trim_end_matches('s')).map(|item| (list(item), None));
            }
            [name, "object"] => return Some((Self::Object, of(name))),
            _ => {}
        }
        let lower = words.concat();
        if let Some((outer, inner)) = lower.split_once(['<', '[']) {
            let inner = inner.strip_suffix(['>', ']'])?;
            return match outer {
                "map" | "dict" => {
                    let (key, value) = inner.split_once(',')?;
                    let value = Self::simple(value)?;
                    (key == "string").then_some((Self::Map(Box::new(value)), None))
                }
                "list" | "array" => match Self::simple(inner) {
                    Some(item) => Some((list(item), None)),
                    None => is_name(inner).then(|| (list(Self::Object), Some(inner.to_owned()))),
                },
                _ => None,
            };
        }
        Self::simple(&lower).map(|simple| (simple, None))
    }

    /// A type without a parameter.
    pub(crate) fn simple(word: &str) -> Option<Self> {
        Some(match word {
            "string" => Self::String,
            "int" | "integer" | "long" => Self::Integer,
            "float" | "double" | "number" => Self::Number,
            "boolean" | "bool" => Self::Boolean,
            "dict" | "object" => Self::Object,
            "list" | "array" => Self::AnyList,
            _ => return None,
        })
    }

    /// Whether rows that follow may be fields inside.
    pub(crate) fn is_container(&self) -> bool {
        match self {
            Self::Object => true,
            Self::List(item) => **item == Self::Object,
            _ => false,
        }
    }

    /// Whether it contains values by name.
    pub(crate) fn is_structured(&self) -> bool {
        self.is_container() || matches!(self, Self::Map(_))
    }

    /// Whether an example of this type may be one of the other type. A null or an empty list fits most types.
    pub(crate) fn may_show(&self, other: &Self) -> bool {
        match self {
            Self::Unknown => true,
            Self::AnyList => other.is_list(),
            _ => self.is_structured() == other.is_structured(),
        }
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::List(_) | Self::AnyList)
    }

    /// Whether both are the same type. An unknown type agrees with every type: the reference states no types
    /// of path parameters, and a null in an example has none.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown, _) => true,
            (Self::AnyList, other) | (other, Self::AnyList) => other.is_list(),
            (Self::OneOf(types), other) | (other, Self::OneOf(types)) => {
                types.iter().any(|one| one.agrees_with(other))
            }
            (Self::List(a), Self::List(b)) | (Self::Map(a), Self::Map(b)) => a.agrees_with(b),
            (a, b) => a == b,
        }
    }

    /// The type of a JSON value of an example.
    pub(crate) fn of_json(value: &Value) -> Self {
        match value {
            Value::Null => Self::Unknown,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_f64() => Self::Number,
            Value::Number(_) => Self::Integer,
            Value::String(_) => Self::String,
            Value::Object(_) => Self::Object,
            Value::Array(items) => {
                let item = items.iter().map(Self::of_json).find(|item| *item != Self::Unknown);
                item.map_or(Self::AnyList, |item| Self::List(Box::new(item)))
            }
        }
    }
}

fn list(item: ValueType) -> ValueType {
    ValueType::List(Box::new(item))
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("no type"),
            Self::String => f.write_str("string"),
            Self::Integer => f.write_str("integer"),
            Self::Number => f.write_str("number"),
            Self::Boolean => f.write_str("boolean"),
            Self::Object => f.write_str("object"),
            Self::Map(value) => write!(f, "map of {value}"),
            Self::AnyList => f.write_str("list"),
            Self::List(item) => write!(f, "list of {item}"),
            Self::OneOf(types) => {
                let types: Vec<String> = types.iter().map(ToString::to_string).collect();
                f.write_str(&types.join(" or "))
            }
        }
    }
}

impl Serialize for ValueType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
