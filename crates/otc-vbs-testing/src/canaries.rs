//! Secrets that can be recognised, and the search for them in captured output.

use std::error::Error;
use std::fmt::{Debug, Display, Write as _};

/// The beginning of every planted secret. URLs, JSON and base64 each encode some of its characters.
const MARK: &str = "canary/7f3a+\"";
const BASE64: [&[u8; 64]; 2] = [
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
];
/// The number of bytes that are shown on each side of a secret.
const EXCERPT: usize = 120;

/// A secret to plant. It contains its name, and is a valid value of a header.
pub fn canary(name: &str) -> String {
    format!("{MARK}{name}")
}

/// A secret of letters, digits and hyphens only, for places where nothing else is valid.
pub fn plain_canary(name: &str) -> String {
    format!("canary-7f3a-{name}")
}

/// Secrets that must not appear in output, in each form that they can have.
pub struct Canaries(Vec<Form>);

struct Form {
    secret: String,
    form: &'static str,
    text: String,
}

impl Default for Canaries {
    /// Every [`canary`] and every [`plain_canary`].
    fn default() -> Self {
        let mut canaries = Self(Vec::new());
        canaries.add("a canary", MARK.as_bytes());
        canaries.add("a plain canary", b"canary-7f3a-");
        canaries
    }
}

impl Canaries {
    /// Adds a secret.
    pub fn add(&mut self, secret: &str, value: &[u8]) {
        assert!(value.len() >= 6, "{secret} would be found everywhere");
        let first = self.0.len();
        let mut add = |form, text: String| {
            // A value that needs no encoding is the same in several forms.
            if self.0[first..].iter().any(|other| other.text == text) {
                return;
            }
            self.0.push(Form { secret: secret.to_owned(), form, text });
        };
        if let Ok(text) = std::str::from_utf8(value) {
            add("as plain text", text.to_owned());
            let escaped = format!("{text:?}");
            add("escaped", escaped.trim_matches('"').to_owned());
            let percent = percent_encoded(text);
            add("with percent signs", percent.to_ascii_lowercase());
            add("with percent signs", percent);
        }
        let lower: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
        add("in hex", lower.to_ascii_uppercase());
        add("in hex", lower);
        for alphabet in BASE64 {
            for before in 0..3 {
                add("in base64", base64(value, before, alphabet));
            }
        }
        let numbers: Vec<_> = value.iter().map(u8::to_string).collect();
        add("as a list of bytes", numbers.join(", "));
    }

    /// The first secret in the text, with its form and the text around it.
    pub fn find(&self, text: &str) -> Option<String> {
        let found = self.0.iter().find_map(|form| Some((form, position(text, form)?)));
        if let Some((form, at)) = found {
            let excerpt = excerpt(text, at);
            return Some(format!("{} {}: {excerpt}", form.secret, form.form));
        }
        let at = signature(text)?;
        Some(format!("a signature: {}", excerpt(text, at)))
    }
}

fn position(text: &str, form: &Form) -> Option<usize> {
    let is_number = form.text.bytes().all(|byte| byte.is_ascii_digit());
    text.match_indices(&form.text)
        .map(|(at, _)| at)
        .find(|at| !is_number || is_separate(text, *at, form.text.len()))
}

/// Whether a number is not part of a longer one. The digits of a passcode may appear in any number by chance.
fn is_separate(text: &str, at: usize, length: usize) -> bool {
    let bytes = text.as_bytes();
    let is_part = |at: Option<usize>| {
        let byte = at.and_then(|at| bytes.get(at));
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'.')
    };
    !is_part(at.checked_sub(1)) && !is_part(Some(at + length))
}

/// The position of a signature by access key.
fn signature(text: &str) -> Option<usize> {
    const NAME: &str = "Signature=";
    let mut all = text.match_indices(NAME).map(|(at, _)| at);
    all.find(|at| {
        let value = text.as_bytes().get(at + NAME.len());
        value.is_some_and(u8::is_ascii_hexdigit)
    })
}

fn excerpt(text: &str, at: usize) -> String {
    let start = text.floor_char_boundary(at.saturating_sub(EXCERPT));
    let end = text.ceil_char_boundary((at + EXCERPT).min(text.len()));
    text[start..end].to_owned()
}

/// The base64 characters that depend on the value alone, if `before` bytes precede it.
fn base64(value: &[u8], before: usize, alphabet: &[u8; 64]) -> String {
    let bits: Vec<bool> =
        value.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
    // The first character that has no bits of the bytes before the value.
    let skipped = (6 - before * 8 % 6) % 6;
    bits[skipped..]
        .chunks_exact(6)
        .map(|bits| bits.iter().fold(0, |value, bit| value * 2 + usize::from(*bit)))
        .map(|index| char::from(alphabet[index]))
        .collect()
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => encoded.push(byte.into()),
            false => write!(encoded, "%{byte:02X}").expect("a String"),
        }
        encoded
    })
}

/// Captured output, each text with the place that it comes from.
#[derive(Default)]
pub struct CapturedOutput(Vec<(String, String)>);

impl CapturedOutput {
    /// Adds a text.
    pub fn text(&mut self, place: &str, text: impl Into<String>) {
        self.0.push((place.to_owned(), text.into()));
    }

    /// Adds the `Debug` forms of a value.
    pub fn debug(&mut self, place: &str, value: &(impl Debug + ?Sized)) {
        self.text(&format!("{place}, Debug"), format!("{value:?}"));
        self.text(&format!("{place}, Debug"), format!("{value:#?}"));
    }

    /// Adds the `Display` form of a value.
    pub fn display(&mut self, place: &str, value: &impl Display) {
        self.text(&format!("{place}, Display"), value.to_string());
    }

    /// Adds an error and its sources.
    pub fn error(&mut self, place: &str, error: &(dyn Error + 'static)) {
        let mut next = Some(error);
        while let Some(error) = next {
            self.debug(place, error);
            self.text(&format!("{place}, Display"), format!("{error} {error:#}"));
            next = error.source();
        }
    }

    /// The number of bytes.
    pub fn len(&self) -> usize {
        self.0.iter().map(|(_, text)| text.len()).sum()
    }

    /// Whether there is no output.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each place with a secret in it.
    pub fn leaks(&self, canaries: &Canaries) -> Vec<String> {
        self.0.iter().filter_map(|(place, text)| Some(format!("{place}: {}", canaries.find(text)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_found_at_any_offset() {
        let canaries = Canaries::default();
        // `printf '%scanary-7f3a-x' "" a ab abc | base64`
        for text in [
            "Y2FuYXJ5LTdmM2EteA==",
            "YWNhbmFyeS03ZjNhLXg=",
            "YWJjYW5hcnktN2YzYS14",
            "YWJjY2FuYXJ5LTdmM2EteA==",
        ] {
            assert!(canaries.find(text).is_some(), "{text}");
        }
        assert_eq!(canaries.find("Y2FuYXJ5LTdmM2I="), None);
    }

    #[test]
    fn digits_of_longer_numbers_are_ignored() {
        let mut canaries = Canaries::default();
        canaries.add("the passcode", b"123456");
        for (text, is_found) in [
            ("123456", true),
            ("code 123456!", true),
            ("1123456", false),
            ("123456e", false),
            ("0.123456", false),
            ("9123456 123456", true),
        ] {
            assert_eq!(canaries.find(text).is_some(), is_found, "{text}");
        }
    }
}
