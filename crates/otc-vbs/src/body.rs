//! What the bodies of requests have in common.

use std::fmt;

use otc_vbs_api::types::TagSpec;

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
pub(crate) fn tag(key: &str, value: &str, allowed: fn(char) -> bool) -> Deferred<TagSpec> {
    for (what, text) in [("key", key), ("value", value)] {
        if let Some(character) = text.chars().find(|character| !allowed(*character)) {
            return Err(format!(
                "tag: the {what} `{}` has `{}` in it",
                text.escape_debug(),
                character.escape_debug()
            ));
        }
    }
    let spec = TagSpec::builder().key(key).value(value);
    spec.try_into()
        .map_err(|error| format!("tag `{}`: {error}", key.escape_debug()))
}

/// What a tag of a policy, and a name, may consist of.
pub(crate) fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

/// What a tag of a backup may consist of.
pub(crate) fn is_tag_text(character: char) -> bool {
    !character.is_control() && !"=*<>\\,|/".contains(character)
}

/// A name of letters, digits, `_` and `-` that does not begin with what the service keeps for itself.
pub(crate) fn checked_name<'a>(function: &str, name: &'a str, reserved: &str) -> Result<&'a str> {
    let refuse = |problem: String| {
        Err(Error::argument(
            function,
            format!("the name `{}` {problem}", name.escape_debug()),
        ))
    };
    if let Some(character) = name.chars().find(|character| !is_word(*character)) {
        return refuse(format!(
            "has `{}` in it; letters, digits, _ and - are allowed",
            character.escape_debug()
        ));
    }
    if name.starts_with(reserved) {
        return refuse(format!(
            "begins with `{reserved}`, which the service keeps for itself"
        ));
    }
    Ok(name)
}
