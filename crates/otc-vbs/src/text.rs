//! What the texts of a request may be: what the service would refuse is refused before it is sent.

use crate::{Error, Result};

/// The characters that a text may consist of.
#[derive(Debug)]
pub(crate) struct Characters {
    allowed: fn(char) -> bool,
    /// The same in words.
    rule: &'static str,
}

/// Names, and the tags of policies.
pub(crate) const WORD: Characters = Characters {
    allowed: |character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_'),
    rule: "letters, digits, _ and - are allowed",
};
/// The tags of backups, and the keys of several tags at once.
pub(crate) const TAG_TEXT: Characters = Characters {
    allowed: |character| !character.is_control() && !"=*<>\\,|/".contains(character),
    rule: "all but control characters and =*<>\\,|/ are allowed",
};
/// Descriptions.
pub(crate) const PROSE: Characters = Characters {
    allowed: |character| !matches!(character, '<' | '>'),
    rule: "all but < and > are allowed",
};
/// What the service already holds.
pub(crate) const ANY: Characters = Characters {
    allowed: |_| true,
    rule: "",
};

/// Whether a text consists of so many of these characters. What is refused says what it is that was given.
pub(crate) fn check(
    what: &str,
    text: &str,
    lengths: std::ops::RangeInclusive<usize>,
    characters: &Characters,
) -> std::result::Result<(), String> {
    let (length, most) = (text.chars().count(), lengths.end());
    if text.is_empty() && !lengths.contains(&0) {
        return Err(format!("the {what} is empty; it needs 1 to {most} characters"));
    }
    if let Some(character) = text.chars().find(|c| !(characters.allowed)(*c)) {
        return Err(format!(
            "the {what} `{}` has `{}` in it; {}",
            shown(text),
            character.escape_debug(),
            characters.rule
        ));
    }
    if length > *most {
        return Err(format!(
            "the {what} `{}` has {length} characters; at most {most} are allowed",
            shown(text)
        ));
    }
    Ok(())
}

/// A text as a message shows it: its beginning, without what would break the line.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let clipped: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    match text.chars().nth(MOST) {
        Some(_) => clipped + "…",
        None => clipped,
    }
}

/// A name of 1 to 64 letters, digits, `_` and `-` that does not begin with what the service keeps for itself.
pub(crate) fn checked_name<'a>(function: &str, name: &'a str, reserved: &str) -> Result<&'a str> {
    check("name", name, 1..=64, &WORD).map_err(|problem| Error::argument(function, problem))?;
    match name.starts_with(reserved) {
        true => Err(Error::argument(
            function,
            format!(
                "the name `{}` begins with `{reserved}`, which the service keeps for itself; choose another",
                shown(name)
            ),
        )),
        false => Ok(name),
    }
}

/// The key of a tag that becomes part of a path.
pub(crate) fn checked_tag_in_path<'a>(function: &str, key: &'a str) -> Result<&'a str> {
    let problem = match key {
        "" => "is empty; name the tag to remove".to_owned(),
        "." | ".." => format!("`{key}` would be part of a path; use `change_tags` to delete it"),
        _ if key.contains(['/', '\\']) || key.contains(char::is_control) => format!(
            "`{}` has a slash or a control character in it, which no path can hold; use `change_tags` to delete it",
            shown(key)
        ),
        _ => return Ok(key),
    };
    Err(Error::argument(function, format!("the tag key {problem}")))
}
