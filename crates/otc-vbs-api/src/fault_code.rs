//! The code of a failure as it is on the wire.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The code of a failure: text such as `AutoBackup.0003`, or a number such as `404` from OpenStack or the identity
/// service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FaultCode(Repr);

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
enum Repr {
    Number(i64),
    Text(String),
}

impl From<&str> for FaultCode {
    fn from(text: &str) -> Self {
        Self(Repr::Text(text.to_owned()))
    }
}

impl From<i64> for FaultCode {
    fn from(number: i64) -> Self {
        Self(Repr::Number(number))
    }
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Number(number) => number.fmt(f),
            Repr::Text(text) => f.pad(text),
        }
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for FaultCode {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FaultCode".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "integer"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_numbers_are_unchanged() {
        for (json, shown) in
            [(r#""AutoBackup.0003""#, "AutoBackup.0003"), ("404", "404"), (r#""404""#, "404")]
        {
            let code: FaultCode = serde_json::from_str(json).unwrap_or_else(|error| unreachable!("{error}"));
            assert_eq!(code.to_string(), shown);
            assert_eq!(serde_json::to_string(&code).ok().as_deref(), Some(json));
        }
    }
}
