//! Secrets that a case plants, and the search for them.

pub(crate) const BEFORE: &str = "canary~";
const AFTER: &str = "~9f1c";

/// Replaces each `$(name)` with a secret that can be recognised.
pub(crate) fn plant(text: &str) -> Result<String, String> {
    let (start, parts) = match text.split_once("$(") {
        None => return Ok(text.to_owned()),
        Some((start, rest)) => (start, rest.split("$(")),
    };
    let mut planted = start.to_owned();
    for part in parts {
        let (name, rest) = part.split_once(')').ok_or("`$(` without `)`")?;
        planted.extend([BEFORE, name, AFTER, rest]);
    }
    Ok(planted)
}

/// Replaces each planted secret with `[name]`.
pub(crate) fn redact(text: &str) -> String {
    text.replace(BEFORE, "[").replace(AFTER, "]")
}

/// The name of the first planted secret in the text.
pub(crate) fn planted(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(BEFORE)?;
    Some(rest.split_once(AFTER).map_or(rest, |(name, _)| name))
}
