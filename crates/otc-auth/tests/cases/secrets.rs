//! Secrets that are planted, and found where they must not be.

const BEFORE: &str = "canary~";
const AFTER: &str = "~9f1c";

/// The text with a secret in each place that is marked `$(name)`.
pub(crate) fn plant(text: &str) -> String {
    let mut parts = text.split("$(");
    let mut planted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(')').expect("`$(` without `)`");
        planted.extend([BEFORE, name, AFTER, rest]);
    }
    planted
}

/// The text with each secret as `[name]`, for an outcome or a message.
pub(crate) fn redact(text: &str) -> String {
    text.replace(BEFORE, "[").replace(AFTER, "]")
}

/// The name of a secret that is in the text.
pub(crate) fn planted_in(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(BEFORE)?;
    Some(rest.split_once(AFTER).map_or(rest, |(name, _)| name))
}
