//! `pattern`: the characters that a text may consist of.
//!
//! Only one form is allowed, which every regex engine reads the same way: `^[…]*$` or `^[…]+$`. The brackets
//! contain characters, ranges and the escapes `\xHH`, `\\`, `\-`, `\]` and `\^`.

use proc_macro2::TokenStream;
use quote::quote;

const FORM: &str =
    "is not of the form ^[…]*$, the only one that every client reads the same way; describe it in words";

/// The characters that a pattern allows.
#[derive(PartialEq)]
pub(crate) struct Pattern {
    ranges: Vec<(char, char)>,
    is_negated: bool,
}

impl Pattern {
    pub(crate) fn parse(pattern: &str) -> Result<Self, &'static str> {
        let class = pattern.strip_prefix("^[").ok_or(FORM)?;
        let class = class.strip_suffix("]*$").or_else(|| class.strip_suffix("]+$"));
        let class = class.ok_or(FORM)?;
        let (class, is_negated) = match class.strip_prefix('^') {
            Some(class) => (class, true),
            None => (class, false),
        };
        let mut rest = class;
        let mut ranges = Vec::new();
        while let Some((first, after)) = character(rest)? {
            let is_last = after == "-" || after.is_empty();
            rest = after;
            let mut last = first;
            if !is_last && let Some(after) = after.strip_prefix('-') {
                let (end, after) = character(after)?.ok_or(FORM)?;
                (last, rest) = (end, after);
            }
            if first > last {
                return Err(FORM);
            }
            ranges.push((first, last));
        }
        match ranges.is_empty() {
            true => Err(FORM),
            false => Ok(Self { ranges, is_negated }),
        }
    }

    /// The set of characters, as written in `otc-vbs-api`.
    pub(crate) fn characters(&self) -> TokenStream {
        let ranges = self.ranges.iter().map(|(first, last)| quote!((#first, #last)));
        match self.is_negated {
            true => quote!(crate::limit::Characters::except(&[#(#ranges),*])),
            false => quote!(crate::limit::Characters::of(&[#(#ranges),*])),
        }
    }
}

/// The first character of a class, and the rest.
fn character(class: &str) -> Result<Option<(char, &str)>, &'static str> {
    let mut characters = class.chars();
    let Some(first) = characters.next() else {
        return Ok(None);
    };
    let rest = characters.as_str();
    match first {
        '[' | ']' => Err(FORM),
        '\\' => escape(rest).map(Some),
        _ => Ok(Some((first, rest))),
    }
}

fn escape(text: &str) -> Result<(char, &str), &'static str> {
    if let Some(hex) = text.strip_prefix('x') {
        let (digits, rest) = hex.split_at_checked(2).ok_or(FORM)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = u8::from_str_radix(digits, 16).map_err(|_| FORM)?;
        return match is_hex {
            true => Ok((code.into(), rest)),
            false => Err(FORM),
        };
    }
    let mut characters = text.chars();
    match characters.next() {
        Some(escaped @ ('\\' | '-' | ']' | '^')) => Ok((escaped, characters.as_str())),
        _ => Err(FORM),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parsed(pattern: &str) -> (bool, String) {
        let pattern = Pattern::parse(pattern).unwrap();
        let ranges = pattern.ranges.iter().map(|(first, last)| format!("{first}{last}"));
        (pattern.is_negated, ranges.collect())
    }

    #[test]
    fn pattern_is_one_class() {
        assert_eq!(parsed("^[A-Za-z0-9_-]+$"), (false, "AZaz09__--".to_owned()));
        assert_eq!(parsed(r"^[^\x00-\x1F=*<>\\,|/]*$"), (true, "\0\x1F==**<<>>\\\\,,||//".to_owned()));
        assert_eq!(parsed(r"^[\-\]\^]*$"), (false, "--]]^^".to_owned()));
    }

    #[test]
    fn other_patterns_are_refused() {
        for pattern in [
            "",
            "[a]*",
            "^[a]*",
            "[a]*$",
            "^[a]$",
            "^[]*$",
            "^[^]*$",
            "^a*$",
            "^[z-a]*$",
            r"^[\d]*$",
            r"^[\w]*$",
            r"^[\x1]*$",
            r"^[\x+1]*$",
            "^[[:alpha:]]*$",
            "^[a]|[b]*$",
            r"^[a\]*$",
            "^(a)[b]*$",
        ] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
