//! Text from requests, made safe for messages and logs.

/// The beginning of a text, for a message. Control and invisible characters are escaped.
pub(crate) fn excerpt(text: &str) -> String {
    beginning(text, 64)
}

/// The beginning of a text, for a line of a log. The longest path of the document fits.
pub(crate) fn log_excerpt(text: &str) -> String {
    beginning(text, 256)
}

fn beginning(text: &str, limit: usize) -> String {
    // Escapes control, format and other invisible characters, including those that change the direction of
    // text.
    let mut beginning: String = text.chars().take(limit).flat_map(char::escape_debug).collect();
    if text.chars().nth(limit).is_some() {
        beginning.push('…');
    }
    beginning
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_show_no_control_bidi_or_zero_width_characters() {
        let hidden = "\u{1b}[2J\r\n\t\u{7}\u{9b}\u{ad}\u{200b}\u{200d}\u{200e}\u{202e}\u{2066}\u{2028}\u{feff}\u{e0041}";
        for text in [excerpt(hidden), log_excerpt(hidden)] {
            assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{text:?}");
        }
        assert_eq!(excerpt("Größe"), "Größe");
    }

    #[test]
    fn excerpts_are_short() {
        assert_eq!(excerpt(&"x".repeat(64)), "x".repeat(64));
        assert_eq!(excerpt(&"x".repeat(65)), format!("{}…", "x".repeat(64)));
        assert_eq!(log_excerpt(&"x".repeat(257)), format!("{}…", "x".repeat(256)));
    }
}
