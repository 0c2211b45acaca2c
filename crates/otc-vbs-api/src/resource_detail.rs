//! An object whose members the reference does not describe.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The details of a policy that a query by tag returns. The reference only says that it is an object, and
/// its example is null, so it is kept as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceDetail(BTreeMap<String, Value>);

impl ResourceDetail {
    /// The names of the members.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl fmt::Display for ResourceDetail {
    /// The JSON text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_string(&self.0).map_err(|_| fmt::Error)?;
        f.write_str(&json)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for ResourceDetail {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ResourceDetail".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object" })
    }
}
