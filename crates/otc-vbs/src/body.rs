//! What the bodies of requests have in common.

use std::fmt;

use otc_vbs_api::types::TagSpec;
use otc_vbs_api::types::error::ConversionError;

use crate::text::{Characters, check};
use crate::{Error, Result};

/// A part of a body could not be built: its text breaks a limit of the document.
pub(crate) fn unbuildable(function: &str, problem: &impl fmt::Display) -> Error {
    Error::argument(function, problem.to_string())
}

/// What an argument was given, or why it can't be taken, until the request is sent.
pub(crate) type Deferred<T> = std::result::Result<T, String>;

/// Takes an argument now and reports a bad one when the request is sent.
pub(crate) fn deferred<V, T>(name: &str, value: V) -> Deferred<T>
where
    V: TryInto<T, Error: fmt::Display>,
{
    value.try_into().map_err(|error| format!("{name}: {error}"))
}

/// The argument, or the error of the call that it was for.
pub(crate) fn checked<T: Clone>(function: &str, argument: &Deferred<T>) -> Result<T> {
    argument
        .clone()
        .map_err(|problem| Error::argument(function, problem))
}

/// A tag that is given to something. What the service would refuse by its length or its characters is refused.
pub(crate) fn tag(key: &str, value: &str, characters: &Characters) -> Deferred<TagSpec> {
    check("tag key", key, 1..=36, characters)?;
    let named = |problem: &dyn fmt::Display| format!("tag `{key}`: {problem}");
    check("value", value, 0..=43, characters).map_err(|problem| named(&problem))?;
    let spec = TagSpec::builder().key(key).value(value);
    spec.try_into().map_err(|error: ConversionError| named(&error))
}
