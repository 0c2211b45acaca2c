//! Finds secrets in a text.

use std::collections::BTreeSet;
use std::ops::Range;

use secrecy::{ExposeSecret, SecretSlice};

use super::decoded::Decoded;

/// A shorter secret, in characters, is only found as a complete value.
const SHORT: usize = 8;
/// The number of consecutive bytes of a secret that are found anywhere.
const RUN: usize = 12;
/// Half of that: every run contains a block of a secret that begins at a multiple of this.
const BLOCK: usize = RUN / 2;

const PROXY_AUTHORIZATION: &[u8] = b"proxy-authorization";
const BASIC: &[u8] = b"basic+";

/// A secret to search for.
pub(super) struct Secret {
    /// The secret itself.
    raw: SecretSlice<u8>,
    /// The decoded secret.
    decoded: SecretSlice<u8>,
    rule: Rule,
}

/// The parts of a secret that are found, and the places where they are found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Parts of it, anywhere.
    Parts,
    /// All of it, anywhere.
    Complete,
    /// All of it, as a complete value.
    Value,
}

impl Secret {
    /// A secret whose parts are secret too.
    pub(super) fn new(secret: &[u8]) -> Self {
        Self::with_rule(secret, Rule::Parts)
    }

    /// A text that is only secret as a whole.
    pub(super) fn complete(secret: &[u8]) -> Self {
        Self::with_rule(secret, Rule::Complete)
    }

    fn with_rule(secret: &[u8], rule: Rule) -> Self {
        let decoded = Decoded::of(secret).folded().into_owned();
        let rule = if is_short(&decoded) { Rule::Value } else { rule };
        Self { raw: secret.to_vec().into(), decoded: decoded.into(), rule }
    }

    fn decoded(&self) -> &[u8] {
        self.decoded.expose_secret()
    }

    fn blocks(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.decoded().chunks_exact(BLOCK)
    }
}

fn is_short(secret: &[u8]) -> bool {
    let mut characters = secret.iter().filter(|byte| !is_continuation(**byte));
    characters.nth(SHORT - 1).is_none()
}

/// Whether a byte continues a character of UTF-8.
fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

/// Secrets, with a filter for their blocks.
pub(super) struct Secrets {
    secrets: Vec<Secret>,
    filter: Filter,
}

impl Secrets {
    pub(super) fn new(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let secrets: Vec<_> = secrets.into_iter().collect();
        let parts = secrets.iter().filter(|secret| secret.rule == Rule::Parts);
        let filter = Filter::new(parts.flat_map(Secret::blocks));
        Self { secrets, filter }
    }

    /// Returns the parts of the text that are secret, in order and without overlaps. Finds short secrets if
    /// `values` is set.
    pub(super) fn find(&self, text: &[u8], values: bool) -> Vec<Range<usize>> {
        let decoded = Decoded::of(text);
        let folded = decoded.folded();
        let mut found = self.shared_runs(&folded);
        self.complete(&folded, &mut found);
        self.cut_prefixes(&decoded, &folded, &mut found);
        if values {
            self.values(&folded, &mut found);
        }
        proxy_credentials(&decoded.bytes, &folded, &mut found);
        let mut found: Vec<_> = found.into_iter().map(|range| decoded.source(range)).collect();
        // Characters around a secret may look like parts of an escape, so it is also searched for without
        // decoding.
        for secret in &self.secrets {
            let raw = secret.raw.expose_secret();
            if !is_short(raw) {
                found.extend(occurrences(text, raw));
            }
        }
        if found.is_empty() { found } else { merge(text, found) }
    }

    /// Returns the runs of at least [`RUN`] bytes that are in a secret too.
    ///
    /// Every run contains blocks of the secret. It consists of them and of at most a block before and after
    /// each.
    fn shared_runs(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        let may_match = |(_, block): &(usize, &[u8])| self.filter.may_contain(block);
        for (at, block) in text.windows(BLOCK).enumerate().filter(may_match) {
            let reach = at.saturating_sub(BLOCK)..(at + 2 * BLOCK).min(text.len());
            for (secret, position) in self.candidates(block) {
                // A text that repeats itself, like the secret, has many candidates that add nothing.
                if runs.last().is_some_and(|run| run.start <= reach.start && reach.end <= run.end) {
                    break;
                }
                let run = extend(text, at, secret.decoded(), position);
                match runs.last_mut() {
                    _ if run.len() < RUN => {}
                    Some(last) if last.start <= run.start && run.start <= last.end => {
                        last.end = last.end.max(run.end)
                    }
                    _ => runs.push(run),
                }
            }
        }
        runs
    }

    /// Returns the secrets that contain this block, and its position in them.
    fn candidates(&self, block: &[u8]) -> impl Iterator<Item = (&Secret, usize)> {
        let parts = self.secrets.iter().filter(|secret| secret.rule == Rule::Parts);
        parts.flat_map(move |secret| {
            let blocks = secret.blocks().enumerate().filter(move |(_, other)| *other == block);
            blocks.map(move |(number, _)| (secret, number * BLOCK))
        })
    }

    /// Finds the secrets that are shorter than a run or have no secret parts.
    fn complete(&self, text: &[u8], found: &mut Vec<Range<usize>>) {
        for secret in &self.secrets {
            let is_without_run = secret.rule == Rule::Parts && secret.decoded().len() < RUN;
            if is_without_run || secret.rule == Rule::Complete {
                found.extend(occurrences(text, secret.decoded()));
            }
        }
    }

    /// Finds the first [`SHORT`] bytes or more of a secret where the text is cut off.
    fn cut_prefixes(&self, decoded: &Decoded, text: &[u8], found: &mut Vec<Range<usize>>) {
        // The second mark is `…` in UTF-8.
        let is_cut = |at: &usize| matches!(text[*at..], [] | [b'.', b'.', b'.', ..] | [0xe2, 0x80, 0xa6, ..]);
        for cut in (SHORT..=text.len()).filter(is_cut) {
            for end in [cut, decoded.without_partial_escape(cut)] {
                for secret in self.secrets.iter().filter(|secret| secret.rule == Rule::Parts) {
                    let prefixes = (SHORT..RUN).filter_map(|length| secret.decoded().get(..length));
                    let prefixes = prefixes.filter(|prefix| text[..end].ends_with(prefix));
                    found.extend(prefixes.map(|prefix| end - prefix.len()..cut));
                }
            }
        }
    }

    /// Finds the short secrets that are the complete text, or complete in quotes. A name in JSON is not a
    /// value.
    fn values(&self, text: &[u8], found: &mut Vec<Range<usize>>) {
        let is_space = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'+';
        let start = text.iter().take_while(|byte| is_space(byte)).count();
        let spaces_after = text.iter().rev().take_while(|byte| is_space(byte)).count();
        let end = text.len() - spaces_after;
        let is_value = |range: &Range<usize>| {
            let quote = range.start.checked_sub(1).map(|before| text[before]);
            let rest = &text[range.end..];
            let is_quoted =
                quote.is_some_and(|quote| b"\"'`".contains(&quote) && rest.first() == Some(&quote));
            let is_name = rest.iter().skip(1).find(|byte| !is_space(byte)) == Some(&b':');
            (is_quoted && !is_name) || *range == (start..end)
        };
        for secret in self.secrets.iter().filter(|secret| secret.rule == Rule::Value) {
            found.extend(occurrences(text, secret.decoded()).filter(is_value));
        }
    }
}

/// A set of hashes of blocks. It excludes almost all blocks that are in no secret: for each block, it has one word of
/// bits, of which one is set.
struct Filter {
    words: Vec<u64>,
    hash_bits: u32,
}

impl Filter {
    fn new<'a>(blocks: impl Iterator<Item = &'a [u8]> + Clone) -> Self {
        let words = blocks.clone().count().next_power_of_two();
        let mut filter = Self { words: vec![0; words], hash_bits: (words * 64).ilog2() };
        for block in blocks {
            let (word, bit) = filter.place(block);
            filter.words[word] |= bit;
        }
        filter
    }

    fn may_contain(&self, block: &[u8]) -> bool {
        let (word, bit) = self.place(block);
        self.words[word] & bit != 0
    }

    fn place(&self, block: &[u8]) -> (usize, u64) {
        let number = block.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        // Fibonacci hashing: the high bits depend on all of the number.
        let hash = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - self.hash_bits);
        ((hash / 64) as usize, 1 << (hash % 64))
    }
}

/// Returns the part of the text around the block at `at` that equals the secret around `position`, up to a
/// block in each direction.
fn extend(text: &[u8], at: usize, secret: &[u8], position: usize) -> Range<usize> {
    let equal = |(left, right): &(&u8, &u8)| left == right;
    let (before, after) = (text[..at].iter().rev(), text[at..].iter());
    let before = before.zip(secret[..position].iter().rev()).take(BLOCK);
    let after = after.zip(&secret[position..]).take(2 * BLOCK);
    at - before.take_while(equal).count()..at + after.take_while(equal).count()
}

/// Finds the credentials of a proxy if they are repeated with their header, and then also without it. The
/// HTTP library adds that header, so its value is not known.
fn proxy_credentials(text: &[u8], folded: &[u8], found: &mut Vec<Range<usize>>) {
    let mut credentials = BTreeSet::new();
    let is_name = |(_, window): &(usize, &[u8])| window.eq_ignore_ascii_case(PROXY_AUTHORIZATION);
    for (name, _) in folded.windows(PROXY_AUTHORIZATION.len()).enumerate().filter(is_name) {
        let end = name + PROXY_AUTHORIZATION.len();
        let between = folded[end..].iter().take_while(|byte| b"\"':=+[(".contains(byte)).count();
        let start = end + between + BASIC.len();
        if !folded.get(end + between..start).is_some_and(|scheme| scheme.eq_ignore_ascii_case(BASIC)) {
            continue;
        }
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(byte);
        let length = text[start..].iter().take_while(|byte| is_base64(byte)).count();
        found.push(start..start + length);
        if length >= SHORT {
            credentials.insert(&folded[start..start + length]);
        }
    }
    for credentials in credentials {
        found.extend(occurrences(folded, credentials));
    }
}

fn occurrences<'a>(text: &'a [u8], part: &'a [u8]) -> impl Iterator<Item = Range<usize>> + 'a {
    let windows = text.windows(part.len().max(1)).enumerate();
    let found = windows.filter(move |(_, window)| *window == part);
    found.map(move |(at, _)| at..at + part.len())
}

/// Sorts the ranges, joins those that touch, and extends them to whole characters.
fn merge(text: &[u8], mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let is_inside = |at: usize| text.get(at).is_some_and(|byte| is_continuation(*byte));
    ranges.retain(|range| !range.is_empty());
    for range in &mut ranges {
        while range.start > 0 && is_inside(range.start) {
            range.start -= 1;
        }
        while is_inside(range.end) {
            range.end += 1;
        }
    }
    ranges.sort_unstable_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
