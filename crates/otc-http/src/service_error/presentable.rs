/// Returns at most `max_chars` characters of a text from the network, without any that control a terminal.
///
/// Control characters and line separators become spaces. Invisible characters and those that change the
/// writing direction, which can make a text look like another one, become `U+FFFD`. A text that is cut ends
/// in `…`, in addition to `max_chars`.
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
    let mut shown: String = chars.by_ref().take(max_chars).map(visible).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

fn visible(c: char) -> char {
    match c {
        '\u{2028}' | '\u{2029}' => ' ',
        _ if c.is_control() => ' ',
        // Soft hyphen, zero-width characters, marks and overrides of the direction, invisible operators,
        // annotations and tags.
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::presentable;

    #[test]
    fn presentable_replaces_and_cuts() {
        assert_eq!(presentable("a\r\nb\u{9b}c", 100), "a  b c");
        assert_eq!(presentable("a\u{202e}b\u{200b}c", 100), "a\u{fffd}b\u{fffd}c");
        assert_eq!(presentable("grüße 😀", 100), "grüße 😀");
        assert_eq!(presentable("äöü", 3), "äöü");
        assert_eq!(presentable("äöüx", 3), "äöü…");
        assert_eq!(presentable("", 3), "");
    }
}
