//! Text that needs no allocation if it is as short as most ids.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// The longest text that is stored inline, in bytes. A UUID has 36.
const INLINE: usize = 40;

/// An immutable text. Compared and hashed as `str`.
#[derive(Clone)]
pub(crate) struct InlineText(Repr);

#[derive(Clone)]
enum Repr {
    /// UTF-8 in the first `length` bytes.
    Inline {
        length: u8,
        bytes: Bytes,
    },
    Heap(Box<str>),
}

/// Aligned, because checking that bytes are UTF-8 is three times as fast then.
#[derive(Clone)]
#[repr(align(8))]
struct Bytes([u8; INLINE]);

impl InlineText {
    pub(crate) fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Inline { .. } => inline_str(self.as_bytes()),
            Repr::Heap(text) => text,
        }
    }

    fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Inline { length, bytes } => &bytes.0[..usize::from(*length)],
            Repr::Heap(text) => text.as_bytes(),
        }
    }
}

/// Checks the bytes again, which costs less than an allocation.
#[expect(clippy::expect_used, reason = "the bytes were copied from a `str`")]
fn inline_str(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the bytes of a `str` are UTF-8")
}

impl From<&str> for InlineText {
    fn from(text: &str) -> Self {
        let mut bytes = Bytes([0; INLINE]);
        Self(match (bytes.0.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(start), Ok(length)) => {
                start.copy_from_slice(text.as_bytes());
                Repr::Inline { length, bytes }
            }
            _ => Repr::Heap(text.into()),
        })
    }
}

impl PartialEq for InlineText {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for InlineText {}

/// Like `str`, so that a map can be searched by text.
impl Hash for InlineText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialOrd for InlineText {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for InlineText {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher as _;

    use super::*;

    /// Texts around the longest one that is stored inline, some with a character of several bytes at its end.
    fn texts() -> Vec<String> {
        let long = (0..100).map(|length| "x".repeat(length));
        let multibyte = (0..100).map(|length| format!("{}é", "x".repeat(length)));
        long.chain(multibyte).collect()
    }

    #[test]
    fn text_is_kept_whatever_its_length() {
        for text in texts() {
            let inline = InlineText::from(text.as_str());
            assert_eq!(inline.as_str(), text);
            assert_eq!(inline.clone().as_str(), text);
        }
    }

    #[test]
    fn compares_and_hashes_like_str() {
        let state = std::hash::RandomState::new();
        for left in texts() {
            let inline = InlineText::from(left.as_str());
            assert_eq!(state.hash_one(&inline), state.hash_one(left.as_str()));
            for right in texts() {
                let other = InlineText::from(right.as_str());
                assert_eq!(inline.cmp(&other), left.cmp(&right));
                assert_eq!(inline == other, left == right);
            }
        }
    }

    #[test]
    fn uuid_is_stored_inline_in_six_words() {
        let uuid = InlineText::from("0781095c-b8ab-4ce5-99f3-4c5f6ff75319");
        assert!(matches!(uuid.0, Repr::Inline { .. }));
        assert_eq!(size_of::<Option<InlineText>>(), 6 * size_of::<u64>());
    }
}
