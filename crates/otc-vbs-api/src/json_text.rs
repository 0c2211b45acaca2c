//! Turns text that is almost JSON into JSON.

use std::fmt::Write as _;

/// Returns the body with replacements for everything that would make a JSON parser refuse it:
///
/// - bytes that are not UTF-8 and halves of surrogate pairs become U+FFFD,
/// - control characters in strings are escaped, and so is a backslash that does not begin an escape,
/// - numbers that JSON does not have (`NaN`, `Infinity`) or that are too large become null,
/// - a byte order mark is removed.
pub(crate) fn parsable(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut out = String::with_capacity(rest.len());
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '"' => push_string(rest, &mut out),
            first if is_word(first) => {
                let (word, rest) = rest.split_at(rest.find(|c| !is_word(c)).unwrap_or(rest.len()));
                let is_infinite = word.parse::<f64>().is_ok_and(|number| !number.is_finite());
                out.push_str(if is_infinite { "null" } else { word });
                rest
            }
            other => {
                out.push(other);
                &rest[other.len_utf8()..]
            }
        };
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || ['+', '-', '.'].contains(&c)
}

/// Appends the string that `text` begins with, and returns the text after it.
fn push_string<'a>(text: &'a str, out: &mut String) -> &'a str {
    out.push('"');
    let mut rest = &text[1..];
    while let Some(first) = rest.chars().next() {
        match first {
            '"' => {
                out.push('"');
                return &rest[1..];
            }
            '\\' => {
                rest = push_escape(rest, out);
                continue;
            }
            first if first.is_ascii_control() => {
                // Writing to a string can't fail.
                let _ = write!(out, "\\u{:04x}", u32::from(first));
            }
            first => out.push(first),
        }
        rest = &rest[first.len_utf8()..];
    }
    rest
}

/// Appends the escape that `text` begins with, and returns the text after it.
fn push_escape<'a>(text: &'a str, out: &mut String) -> &'a str {
    let length = match unicode_escape(text) {
        Some(0xD800..0xDC00) if matches!(unicode_escape(&text[6..]), Some(0xDC00..0xE000)) => 12,
        Some(0xD800..0xE000) => {
            out.push_str("\\ufffd");
            return &text[6..];
        }
        Some(_) => 6,
        None if matches!(
            text.as_bytes().get(1),
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')
        ) =>
        {
            2
        }
        None => {
            out.push_str("\\\\");
            return &text[1..];
        }
    };
    let (escape, rest) = text.split_at(length);
    out.push_str(escape);
    rest
}

/// The code unit of the `\uXXXX` that `text` begins with.
fn unicode_escape(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    // The parser of numbers accepts a sign.
    let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hexadecimal.then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn valid_json_is_unchanged() {
        let text = r#" {"a\"b": ["\u00e9\ud83d\ude00 \\ud83d \n", -1.5e+3, true, null, "é😀"]} "#;
        assert_eq!(parsable(text.as_bytes()), text);
    }

    #[test]
    fn every_invalid_part_is_replaced() {
        for (body, expected) in [
            (br#""night \ud83d""#.as_slice(), json!("night \u{fffd}")),
            (br#""\ude00\ud83dx\uD83D\u0041""#, json!("\u{fffd}\u{fffd}x\u{fffd}A")),
            (b"\"kaputt \xff!\"", json!("kaputt \u{fffd}!")),
            (b"\"two\nlines\x1b\x7f\"", json!("two\nlines\u{1b}\u{7f}")),
            (br#""C:\windows\u12""#, json!("C:\\windows\\u12")),
            (b"\xef\xbb\xbf[NaN, -Infinity, 1e999, 7]", json!([null, null, null, 7])),
        ] {
            let parsed: Result<Value, _> = serde_json::from_str(&parsable(body));
            assert_eq!(parsed.ok(), Some(expected), "{}", body.escape_ascii());
        }
    }

    #[test]
    fn truncated_text_stays_truncated() {
        for text in ["{\"a\": \"b", "\"\\", "\"\\u12", "\"\\ud83d\\u", "[1,", ""] {
            assert!(serde_json::from_str::<Value>(&parsable(text.as_bytes())).is_err(), "{text}");
        }
    }
}
