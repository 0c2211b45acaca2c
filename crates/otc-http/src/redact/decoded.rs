//! Undoes the encodings in which a service may repeat a secret.

use std::borrow::Cow;
use std::ops::Range;

/// The characters that every escape begins with.
const ESCAPES: &[u8] = b"%&\\";

/// The number of bytes of the longest entity that is decoded, `&#x10ffff;` with some leading zeros.
const LONGEST_ENTITY: usize = 14;

/// The entities for the characters that secrets and marks of a cut consist of.
const ENTITIES: [(&[u8], char); 15] = [
    (b"amp", '&'),
    (b"lt", '<'),
    (b"gt", '>'),
    (b"quot", '"'),
    (b"apos", '\''),
    (b"plus", '+'),
    (b"sol", '/'),
    (b"bsol", '\\'),
    (b"equals", '='),
    (b"percnt", '%'),
    (b"colon", ':'),
    (b"commat", '@'),
    (b"lowbar", '_'),
    (b"nbsp", ' '),
    (b"hellip", '…'),
];

/// A text without its encodings, however they are nested: JSON escapes (`\/`, `\u002b`, `\x2b`),
/// percent-encoding and HTML entities.
///
/// A text and every encoding of it decode to the same bytes, so a secret is found in any encoding by decoding
/// both. For this, backslashes that escape nothing are dropped.
pub(super) struct Decoded<'a> {
    /// The decoded bytes.
    pub(super) bytes: Cow<'a, [u8]>,
    /// The origin of each byte. Empty if the text has no escapes.
    spans: Vec<Span>,
    /// The backslashes in front of the next byte.
    backslashes: Option<Backslashes>,
}

/// Backslashes in a row.
#[derive(Clone, Copy)]
struct Backslashes {
    start: usize,
    /// The level of the last one.
    level: usize,
    /// The number of escapes that they begin. In one level, the next byte is escaped once, but it may be the
    /// beginning of an escape that is escaped in turn: `\u005c\u006e` means `\n`.
    escapes: usize,
}

/// The origin of a decoded byte.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    /// The number of times it was decoded. Each encoding that is nested in another one is a level.
    level: usize,
    /// The number of times it is escaped by backslashes. See [`Backslashes::escapes`].
    escapes: usize,
}

/// An escape at the end of what is decoded so far.
struct Escape {
    /// The number of decoded bytes that it consists of.
    length: usize,
    means: Meaning,
}

enum Meaning {
    Byte(u8),
    Char(char),
}

impl<'a> Decoded<'a> {
    pub(super) fn of(text: &'a [u8]) -> Self {
        if !ESCAPES.iter().any(|escape| text.contains(escape)) {
            return Self { bytes: text.into(), spans: Vec::new(), backslashes: None };
        }
        let mut decoded = Self {
            bytes: Vec::with_capacity(text.len()).into(),
            spans: Vec::with_capacity(text.len()),
            backslashes: None,
        };
        for (at, byte) in text.iter().enumerate() {
            let span = Span { start: at, end: at + 1, level: 0, escapes: 0 };
            decoded.push(*byte, span);
        }
        decoded
    }

    /// Returns the decoded bytes as they are compared: with `+` for each space, as in forms.
    pub(super) fn folded(&self) -> Cow<'_, [u8]> {
        if !self.bytes.contains(&b' ') {
            return Cow::Borrowed(&self.bytes);
        }
        let fold = |byte: &u8| if *byte == b' ' { b'+' } else { *byte };
        self.bytes.iter().map(fold).collect()
    }

    /// Returns the bytes of the text that these decoded bytes come from.
    pub(super) fn source(&self, range: Range<usize>) -> Range<usize> {
        if self.spans.is_empty() {
            return range;
        }
        match self.spans.get(range) {
            Some([first, .., last]) => first.start..last.end,
            Some([only]) => only.start..only.end,
            _ => 0..0,
        }
    }

    /// Returns the start of the escape that is cut off at `end`, such as `%2` or `\u00`, or `end` if there is
    /// none.
    pub(super) fn without_partial_escape(&self, end: usize) -> usize {
        if self.spans.is_empty() {
            return end;
        }
        let last = end.saturating_sub(LONGEST_ENTITY)..end;
        let starts = |at: &usize| match self.bytes[*at] {
            b'%' => end - at <= 2,
            b'u' | b'x' => self.spans[*at].escapes > 0 && end - at <= 5,
            b'&' => true,
            _ => false,
        };
        last.rev().find(starts).unwrap_or(end)
    }

    fn push(&mut self, mut byte: u8, mut span: Span) {
        // A decoded character may complete an escape that began before it. It may do so any number of times,
        // so this is a loop.
        loop {
            if byte == b'\\' {
                self.backslashes = Some(Backslashes::after(self.backslashes, span));
                return;
            }
            if let Some(backslashes) = self.backslashes.take() {
                span.start = backslashes.start;
                span.level = span.level.max(backslashes.level);
                span.escapes = backslashes.escapes;
            }
            if span.escapes > 0 {
                byte = control_character(byte);
            }
            self.bytes.to_mut().push(byte);
            self.spans.push(span);
            let Some(escape) = self.escape_at_end() else {
                return;
            };
            let start = self.bytes.len() - escape.length;
            let first = self.spans[start];
            let is_letter = self.bytes[start].is_ascii_alphabetic();
            span = Span {
                start: first.start,
                end: span.end,
                level: self.spans[start..].iter().map(|span| span.level).max().unwrap_or(0) + 1,
                // The letter of `\\u002b` needs one.
                escapes: first.escapes - usize::from(is_letter),
            };
            self.bytes.to_mut().truncate(start);
            self.spans.truncate(start);
            byte = match escape.means {
                Meaning::Byte(byte) => byte,
                Meaning::Char(c) if c.is_ascii() => c as u8,
                Meaning::Char(c) => {
                    let mut buffer = [0; 4];
                    let encoded = c.encode_utf8(&mut buffer).bytes();
                    self.spans.extend(encoded.clone().map(|_| span));
                    self.bytes.to_mut().extend(encoded);
                    return;
                }
            };
        }
    }

    fn escape_at_end(&self) -> Option<Escape> {
        match self.bytes.last()? {
            b';' => self.entity_at_end(),
            digit if digit.is_ascii_hexdigit() => self.hex_at_end(),
            _ => None,
        }
    }

    /// Reads `%2b`, `\x2b` or `\u002b`.
    fn hex_at_end(&self) -> Option<Escape> {
        let end = self.bytes.len();
        let escape = |length, means| Some(Escape { length, means });
        // The backslash is part of the letter after it.
        let byte = self.hex_after(b'%', 2, end).or_else(|| self.hex_after(b'x', 2, end));
        if let Some(byte) = byte.and_then(|byte| u8::try_from(byte).ok()) {
            return escape(3, Meaning::Byte(byte));
        }
        let unit = self.hex_after(b'u', 4, end)?;
        if let Some(c) = char::from_u32(unit.into()) {
            return escape(5, Meaning::Char(c));
        }
        let high = self.hex_after(b'u', 4, end.checked_sub(5)?)?;
        let c = char::decode_utf16([high, unit]).next()?.ok()?;
        escape(10, Meaning::Char(c))
    }

    /// Reads the hexadecimal digits before `end`, if `marker` is before them. A letter is only a marker if it
    /// is escaped.
    fn hex_after(&self, marker: u8, digits: usize, end: usize) -> Option<u16> {
        let start = end.checked_sub(digits)?;
        let at = start.checked_sub(1)?;
        let is_marker = self.bytes[at] == marker && (marker == b'%' || self.spans[at].escapes > 0);
        is_marker.then(|| number(&self.bytes[start..end], 16)).flatten()?.try_into().ok()
    }

    /// Reads `&amp;`, `&#43;` or `&#x2b;`.
    fn entity_at_end(&self) -> Option<Escape> {
        let end = self.bytes.len();
        let last = &self.bytes[end.saturating_sub(LONGEST_ENTITY)..];
        let at = last.iter().rposition(|byte| *byte == b'&')?;
        let name = &last[at + 1..last.len() - 1];
        let c = match name {
            [b'#', b'x' | b'X', digits @ ..] => char::from_u32(number(digits, 16)?)?,
            [b'#', digits @ ..] => char::from_u32(number(digits, 10)?)?,
            name => ENTITIES.iter().find(|(entity, _)| *entity == name)?.1,
        };
        Some(Escape { length: last.len() - at, means: Meaning::Char(c) })
    }
}

impl Backslashes {
    /// Adds a backslash.
    fn after(before: Option<Self>, span: Span) -> Self {
        Self {
            start: before.map_or(span.start, |before| before.start),
            level: span.level,
            escapes: match before {
                None => span.escapes + 1,
                Some(before) => before.escapes + usize::from(span.level < before.level),
            },
        }
    }
}

/// Reads a number in this base.
fn number(digits: &[u8], base: u32) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u32, |number, digit| {
        let digit = char::from(*digit).to_digit(base)?;
        number.checked_mul(base)?.checked_add(digit)
    })
}

/// Returns what a letter means after a backslash.
fn control_character(letter: u8) -> u8 {
    match letter {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        _ => letter,
    }
}
