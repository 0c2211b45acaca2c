//! Parses JSON that may have been cut off.

use serde_json::Value;

/// The number of bytes of the longest escape of a character: `\ud83d\ude00`.
const LONGEST_ESCAPE: usize = 12;

/// Parses the beginning of an object or of a list of objects. Ignores text after its end.
///
/// A string that is cut off is kept as far as it goes. Any other value that is cut off is dropped.
pub(super) fn parse(text: &str) -> Option<Value> {
    // Text that is not JSON may begin like it, for example `[500] failed`.
    let object = text.strip_prefix('[').unwrap_or(text);
    let is_object = object.trim_ascii_start().starts_with('{');
    is_object.then(|| Prefix::scan(text).parse(text))?
}

/// The structure of a text up to where it ends.
#[derive(Default)]
struct Prefix {
    /// The brackets that close the objects and lists that are open, the outermost first.
    closing: Vec<u8>,
    /// The end of the text that consists of complete values and members.
    whole: usize,
    /// Whether the text ends in a string.
    in_string: bool,
    /// The starts of the last two escapes in that string.
    escapes: [usize; 2],
}

impl Prefix {
    fn scan(text: &str) -> Self {
        let mut prefix = Self::default();
        let mut is_escaped = false;
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if prefix.in_string => {
                    is_escaped = true;
                    prefix.escapes = [prefix.escapes[1], at];
                }
                b'"' => {
                    prefix.in_string = !prefix.in_string;
                    prefix.escapes = [0; 2];
                }
                _ if prefix.in_string => {}
                b'{' => prefix.open(b'}', at),
                b'[' => prefix.open(b']', at),
                b',' => prefix.whole = at,
                b'}' | b']' => {
                    prefix.closing.pop();
                    prefix.whole = at + 1;
                    if prefix.closing.is_empty() {
                        break;
                    }
                }
                _ => {}
            }
        }
        prefix
    }

    fn open(&mut self, closing: u8, at: usize) {
        self.closing.push(closing);
        self.whole = at + 1;
    }

    fn parse(&self, text: &str) -> Option<Value> {
        let closing: String = self.closing.iter().rev().map(|byte| char::from(*byte)).collect();
        let complete = |(end, quote): (usize, &str)| {
            let json = format!("{}{quote}{closing}", text.get(..end)?);
            serde_json::from_str(&json).ok()
        };
        let mut ends = Vec::new();
        if self.in_string {
            // An escape that is cut off is not valid. It may be the second half of a surrogate pair.
            let [previous, last] = self.escapes;
            let escapes = [last, previous].into_iter();
            let escapes = escapes.filter(|start| start + LONGEST_ESCAPE > text.len());
            ends.push((text.len(), "\""));
            ends.extend(escapes.map(|start| (start, "\"")));
        } else if !text.ends_with(|last: char| last.is_ascii_digit()) {
            // A number at the end may be cut off.
            ends.push((text.len(), ""));
        }
        ends.push((self.whole, ""));
        ends.into_iter().find_map(complete)
    }
}
