use icu_properties::props::{
    BinaryProperty as _, DefaultIgnorableCodePoint, EnumeratedProperty as _, GeneralCategory,
};

/// Returns at most `max_chars` characters of a text from the network, without any that control a terminal or that
/// are invisible.
///
/// - Control characters, such as the start of an escape sequence, and line separators become spaces.
/// - Invisible characters, those that change the writing direction, private-use and unassigned characters become
///   `U+FFFD`. They can make a text look like another one, or look different on every terminal.
/// - A combining mark without a character before it becomes `U+FFFD`. It would change the text in front of it.
/// - A text that is cut ends in `…`, in addition to `max_chars`.
///
/// Cut a text only after secrets have been removed from it.
///
/// ```
/// use otc_http::presentable;
///
/// assert_eq!(presentable("not\u{1b}[1m found", 100), "not [1m found");
/// assert_eq!(presentable("not found", 3), "not…");
/// ```
pub fn presentable(text: &str, max_chars: usize) -> String {
    let mut chars = text.chars();
    let mut shown = String::with_capacity(text.len().min(max_chars));
    let mut previous = ' ';
    for c in chars.by_ref().take(max_chars) {
        previous = visible(c, previous);
        shown.push(previous);
    }
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

fn visible(c: char, previous: char) -> char {
    // Most texts consist of these only.
    if matches!(c, ' '..='~') {
        return c;
    }
    match GeneralCategory::for_char(c) {
        GeneralCategory::Control | GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator => {
            ' '
        }
        GeneralCategory::Format | GeneralCategory::PrivateUse | GeneralCategory::Unassigned => {
            char::REPLACEMENT_CHARACTER
        }
        GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark | GeneralCategory::EnclosingMark
            if previous.is_whitespace() =>
        {
            char::REPLACEMENT_CHARACTER
        }
        // Fillers and variation selectors are letters and marks.
        _ if DefaultIgnorableCodePoint::for_char(c) => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::presentable;

    #[test]
    fn text_is_visible_and_controls_nothing() {
        for (text, expected) in [
            ("", ""),
            ("grüße 😀 नमस्ते e\u{301}", "grüße 😀 नमस्ते e\u{301}"),
            // Controls, with the starts of escape sequences in 7 and 8 bits, and line separators.
            ("a\r\n\tb\u{7f}c", "a   b c"),
            ("a\u{1b}]0;title\u{7}b\u{9b}31mc", "a ]0;title b 31mc"),
            ("a\u{85}b\u{2028}c\u{2029}d", "a b c d"),
            // Writing direction.
            ("a\u{61c}b\u{200e}c\u{200f}d", "a�b�c�d"),
            ("a\u{202a}\u{202e}b\u{2066}\u{2069}c", "a��b��c"),
            // Zero width, and other invisible characters.
            ("a\u{ad}b\u{200b}c\u{200d}d\u{2060}e\u{feff}f", "a�b�c�d�e�f"),
            ("a\u{34f}b\u{180b}c\u{fe0f}d\u{e0100}e", "a�b�c�d�e"),
            ("a\u{115f}b\u{3164}c\u{ffa0}d", "a�b�c�d"),
            ("a\u{fff9}b\u{1d173}c\u{e0041}d", "a�b�c�d"),
            // Private use, unassigned, noncharacters.
            ("a\u{e000}b\u{f0000}c\u{10fffd}d", "a�b�c�d"),
            ("a\u{378}b\u{ffff}c\u{fdd0}d", "a�b�c�d"),
            // Marks without a character to combine with.
            ("\u{301}a", "�a"),
            ("a \u{20dd}b\n\u{93e}c", "a �b �c"),
            ("\u{1b}\u{301}a", " �a"),
        ] {
            assert_eq!(presentable(text, usize::MAX), expected, "{text:?}");
        }
    }

    #[test]
    fn cuts_after_max_chars() {
        for (text, expected) in [("äöü", "äöü"), ("äöüx", "äöü…"), ("", ""), ("ab\u{200b}c", "ab�…")]
        {
            assert_eq!(presentable(text, 3), expected, "{text:?}");
        }
    }

    #[test]
    fn result_is_presentable_for_every_character() {
        let all: String = ('\0'..=char::MAX).flat_map(|c| [c, 'a']).collect();
        let shown = presentable(&all, usize::MAX);
        assert!(presentable(&shown, usize::MAX) == shown, "a second pass changes the text");
        assert!(!shown.chars().any(char::is_control));
    }
}
