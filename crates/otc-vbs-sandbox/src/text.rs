//! Text for people.

/// As much of what the caller sent as belongs into a message.
pub(crate) fn excerpt(text: &str) -> String {
    const MOST: usize = 64;
    let mut excerpt: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        excerpt.push('…');
    }
    excerpt
}
