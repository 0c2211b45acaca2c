//! How the YAML is written, where parsers of YAML 1.1 and 1.2 would read different things.

use super::{Refusal, Rule, refuse};
use crate::lint::document::Document;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "duplicate-key",
        check: duplicate_key,
    },
    Rule {
        id: "yaml-shorthand",
        check: yaml_shorthand,
    },
    Rule {
        id: "unquoted-boolean",
        check: unquoted_boolean,
    },
    Rule {
        id: "unquoted-number-key",
        check: unquoted_number_key,
    },
    Rule {
        id: "ambiguous-scalar",
        check: ambiguous_scalar,
    },
];

fn duplicate_key(document: &Document<'_>) -> Vec<Refusal> {
    let duplicates = document.source.duplicate_keys.iter();
    duplicates
        .map(|(path, line)| Refusal {
            path: path.clone(),
            line: Some(*line),
            message: format!(
                "this key stands here already, in line {}; keep one",
                document.source.line(path)
            ),
        })
        .collect()
}

/// Anchors, aliases, tags and merge keys: JSON has none of them, and generators differ in what they support.
fn yaml_shorthand(document: &Document<'_>) -> Vec<Refusal> {
    let source = document.source;
    let merge_keys = source
        .plain_scalars
        .iter()
        .filter(|scalar| scalar.is_key && scalar.text == "<<")
        .map(|scalar| &scalar.path);
    source
        .shorthands
        .iter()
        .chain(merge_keys)
        .map(|path| {
            let message = "anchors, aliases, merge keys and tags of YAML are not for this document; write the value \
                           out, or name a component and `$ref` it";
            refuse(path.clone(), message)
        })
        .collect()
}

fn unquoted_boolean(document: &Document<'_>) -> Vec<Refusal> {
    let scalars = document.source.plain_scalars.iter();
    scalars
        .filter_map(|scalar| {
            let text = &scalar.text;
            let key = if scalar.is_key { "the key " } else { "" };
            let boolean = matches!(text.as_str(), "true" | "false");
            if boolean && !scalar.is_key {
                return None;
            }
            let message = match text.to_ascii_lowercase().as_str() {
                "y" | "yes" | "on" | "n" | "no" | "off" => {
                    format!("{key}`{text}` is a boolean in YAML 1.1; write '{text}' in quotes")
                }
                "true" | "false" if scalar.is_key => {
                    format!("the key `{text}` is a boolean; write '{text}' in quotes")
                }
                lower @ ("true" | "false") => {
                    format!("write `{lower}` for the boolean, '{text}' in quotes for the text")
                }
                _ => return None,
            };
            Some(refuse(scalar.path.clone(), message))
        })
        .collect()
}

fn unquoted_number_key(document: &Document<'_>) -> Vec<Refusal> {
    let keys = document.source.plain_scalars.iter();
    keys.filter(|scalar| scalar.is_key && scalar.text.parse::<f64>().is_ok())
        .filter(|scalar| read_differently(&scalar.text).is_none())
        .map(|scalar| {
            let text = &scalar.text;
            let message = format!("the key `{text}` is a number; write '{text}' in quotes");
            refuse(scalar.path.clone(), message)
        })
        .collect()
}

fn ambiguous_scalar(document: &Document<'_>) -> Vec<Refusal> {
    let scalars = document.source.plain_scalars.iter();
    scalars
        .filter_map(|scalar| {
            let text = &scalar.text;
            let what = read_differently(text)?;
            let key = if scalar.is_key { "the key " } else { "" };
            let message = format!(
                "some parsers of YAML read {key}`{text}` as {what}; write '{text}' in quotes for the text, or the \
                 value in its plainest form"
            );
            Some(refuse(scalar.path.clone(), message))
        })
        .collect()
}

/// What some parsers of YAML take a plain scalar for, where others take it for something else.
fn read_differently(text: &str) -> Option<&'static str> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned.to_ascii_lowercase().as_str() {
        "" | "~" => return Some("null"),
        "null" if text != "null" => return Some("null"),
        ".inf" | ".nan" => return Some("a number"),
        _ => {}
    }
    if is_base_60(unsigned) {
        Some("a number to base 60")
    } else if is_date(unsigned) {
        Some("a date")
    } else if is_unusual_number(unsigned) {
        Some("a number")
    } else {
        None
    }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `12:30`, `1:30:00`.
fn is_base_60(text: &str) -> bool {
    let mut parts = text.split(':');
    let first = parts.next().is_some_and(all_digits);
    let rest: Vec<_> = parts.collect();
    first && !rest.is_empty() && rest.iter().all(|part| part.len() <= 2 && all_digits(part))
}

/// `2016-12-03`, `2016-12-03T06:24:34`, `2016-12-03 06:24`.
fn is_date(text: &str) -> bool {
    let date = text.split(['T', 't', ' ']).next().unwrap_or_default();
    let parts: Vec<_> = date.split('-').collect();
    matches!(parts[..], [year, month, day]
        if year.len() == 4 && month.len() <= 2 && day.len() <= 2 && parts.iter().all(|part| all_digits(part)))
}

/// Numbers that are not plain decimal: `010`, `0x1f`, `1_000`, `4010e39`.
fn is_unusual_number(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if let Some((mantissa, exponent)) = lower.split_once('e') {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        return mantissa.bytes().any(|byte| byte.is_ascii_digit())
            && mantissa.parse::<f64>().is_ok()
            && all_digits(exponent);
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = lower.strip_prefix(prefix) {
            return !digits.is_empty() && digits.chars().all(|c| c == '_' || c.is_digit(radix));
        }
    }
    let begins_with_digit = text.starts_with(|c: char| c.is_ascii_digit());
    let underscored = text.contains('_')
        && begins_with_digit
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'.'));
    let octal = text.len() > 1 && text.starts_with('0') && all_digits(text);
    underscored || octal
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::lint::testing::{Case, GOOD, check, edit};

    pub(crate) const CASES: &[Case] = &[
        Case {
            edits: &[edit("", "version: v1.0.0", "version: v0\n  version: v1")],
            finds: &[("duplicate-key", "info.version")],
        },
        Case {
            edits: &[edit("", "title: A shelf", "title: &shelf A shelf")],
            finds: &[("yaml-shorthand", "info.title")],
        },
        Case {
            edits: &[edit("", "status: LENT", "status: ON")],
            finds: &[(
                "unquoted-boolean",
                "paths./v1/{shelf_id}/books.get.responses.200.content.application/json.examples.oneBook.value.\
                 books[0].status",
            )],
        },
        Case {
            edits: &[edit("", "colour: red", "y: red")],
            finds: &[(
                "unquoted-boolean",
                "paths./v1/{shelf_id}/books.get.responses.200.content.application/json.examples.oneBook.value.\
                 books[0].labels.y",
            )],
        },
        Case {
            edits: &[edit("ShelfId:", "required: true", "required: True")],
            finds: &[("unquoted-boolean", "components.parameters.ShelfId.required")],
        },
        Case {
            edits: &[edit("", "colour: red", "true: 'true'")],
            finds: &[(
                "unquoted-boolean",
                "paths./v1/{shelf_id}/books.get.responses.200.content.application/json.examples.oneBook.value.\
                 books[0].labels.true",
            )],
        },
        Case {
            edits: &[edit("", "'200':", "200:")],
            finds: &[(
                "unquoted-number-key",
                "paths./v1/{shelf_id}/books.get.responses.200",
            )],
        },
        Case {
            edits: &[edit("", "example: s1", "example: 12:30")],
            finds: &[("ambiguous-scalar", "components.parameters.ShelfId.example")],
        },
        Case {
            edits: &[edit("", "example: s1", "example: 4010-39b5-281d")],
            finds: &[],
        },
        Case {
            edits: &[edit("", "colour: red", "'ON': 'off'")],
            finds: &[],
        },
    ];

    #[test]
    fn scalars() {
        check(GOOD, CASES);
    }

    #[test]
    fn a_duplicate_is_reported_where_it_repeats() {
        let text = GOOD.replace("  title: A shelf\n", "  title: A shelf\n  title: A shelf\n");
        let findings = crate::lint::findings(&text);
        let lines: Vec<_> = findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [5]);
    }

    #[test]
    fn only_ambiguous_texts_are_refused() {
        let refused = [
            "",
            "~",
            "NULL",
            "12:00",
            "-1:30:00",
            "2016-12-03",
            "2016-12-03T06:24:34",
            "010",
            "0x1f",
            "0b11",
            "1_000",
            "4010e39",
            "1.5e-3",
            ".inf",
            "-.INF",
        ];
        for text in refused {
            assert!(read_differently(text).is_some(), "{text:?}");
        }
        let passed = [
            "null",
            "0",
            "-1",
            "20",
            "0.5",
            "3.0.3",
            "v1.0.0",
            "XX",
            "UTC+08:00",
            "0781095c-b8ab-4ce5-99f3-4c5f6ff75319",
            "4010b39b5281d3590152874bfa3b1604",
            "en-us_topic_0043410558",
            "e5",
            "eleven",
            "https://example.com",
        ];
        for text in passed {
            assert_eq!(read_differently(text), None, "{text:?}");
        }
    }
}
