//! Parameters of the path.

use axum::extract::RawPathParams;

/// A parameter of the path, decoded. Empty if the route has no parameter of this name.
pub(crate) fn path_parameter<'a>(parameters: &'a RawPathParams, name: &str) -> &'a str {
    parameters.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
}
