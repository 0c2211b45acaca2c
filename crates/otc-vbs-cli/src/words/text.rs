//! Text from the service in the formats that interpret it.
//!
//! For a terminal there is [`presentable`], and nothing else may be used for that. Width is
//! [`console::measure_text_width`].

use std::borrow::Cow;

use otc_vbs::transport::presentable;

/// A text for one line of a terminal, without anything that controls it or that is invisible.
pub(crate) fn line(text: &str) -> String {
    presentable(text, usize::MAX)
}

/// Whether [`line()`] would return the same text, as a quick check that most texts pass.
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// A cell of a CSV file that no spreadsheet takes for a formula: a text that starts like one gets an apostrophe in
/// front, which a spreadsheet does not evaluate. Numbers are unchanged.
///
/// This does not quote the cell. The writer of the file does.
pub(crate) fn csv_safe(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA_STARTS) && !is_number(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Spreadsheets in some languages also accept the full-width forms. They skip tabs and line breaks.
const FORMULA_STARTS: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// `-inf` and the like are numbers to Rust and names to a spreadsheet.
fn is_number(text: &str) -> bool {
    let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    digits && text.parse::<f64>().is_ok()
}

/// One word for a shell, quoted if needed. zsh replaces a word that begins with `=`.
pub(crate) fn shell_word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+:@%=,".contains(&byte);
    match !text.is_empty() && !text.starts_with('=') && text.bytes().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::{csv_safe, is_plain, line, shell_word};

    #[test]
    fn text_with_special_characters_is_one_word_of_a_shell() {
        assert_eq!(shell_word("/tmp/clouds.yaml"), "/tmp/clouds.yaml");
        assert_eq!(shell_word("/my dir/it's $x"), r"'/my dir/it'\''s $x'");
        assert_eq!(shell_word("=ls"), "'=ls'");
        assert_eq!(shell_word("a=b"), "a=b");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn formulas_get_an_apostrophe_and_numbers_do_not() {
        for text in
            ["", "nightly", "a=b", "'=1", " =1", "5", "-5", "+3.25", "-1e5", "2026-01-14T01:00:00Z", "–1"]
        {
            assert_eq!(csv_safe(text), text);
        }
        for text in [
            "=1+1",
            "=HYPERLINK(\"https://example.com\")",
            "+49 30 1",
            "+1+1",
            "-",
            "-1-1",
            "-inf",
            "-5 %",
            "@SUM(A1)",
            "\t=1",
            "\r\n=1",
            "\n=1",
            "\u{ff1d}1",
        ] {
            assert_eq!(csv_safe(text), format!("'{text}"));
        }
    }

    #[test]
    fn plain_text_is_a_line_already() {
        for text in (0..=char::MAX as u32).filter_map(char::from_u32).map(String::from) {
            assert!(!is_plain(&text) || line(&text) == text, "{text:?}");
        }
    }

    #[test]
    fn a_line_is_one_line_and_sets_no_title() {
        assert_eq!(line("RUN\u{1b}]0;owned\u{7}\nNING\u{202e}"), "RUN ]0;owned  NING\u{fffd}");
    }
}
