//! Says why a body could not be decoded, without quoting it.

/// The message of a decoding error without any value of the body, which may hold anything.
///
/// Syntax errors and the names of missing and duplicate fields, which are documented, are kept. Of a value of the wrong type or range, only its kind and what was
/// expected are kept.
pub(crate) fn without_values(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let names_a_field = ["missing field `", "duplicate field `"]
        .iter()
        .any(|start| message.starts_with(start));
    let is_harmless = !error.is_data() || names_a_field;
    if is_harmless {
        return message;
    }
    let place = format!("at line {} column {}", error.line(), error.column());
    let found = ["invalid type: ", "invalid value: "]
        .into_iter()
        .find_map(|start| message.strip_prefix(start));
    // What is expected is a text of the types, followed by the place.
    let expected = message.rsplit_once(", expected ").map(|(_, expected)| expected);
    let expected = expected
        .and_then(|expected| expected.strip_suffix(&place))
        .map(str::trim_end);
    match (found.map(kind), expected) {
        (Some(kind), Some(expected)) => format!("{kind} where {expected} was expected, {place}"),
        _ => format!("a value is not as documented, {place}"),
    }
}

/// What kind of value serde found, as its messages begin: `string "…"`, `integer `5``, `map`.
fn kind(found: &str) -> &'static str {
    const KINDS: [(&str, &str); 8] = [
        ("string", "a text"),
        ("integer", "a number"),
        ("floating point", "a number"),
        ("boolean", "a boolean"),
        ("null", "null"),
        ("map", "an object"),
        ("sequence", "a list"),
        ("text", "a text"),
    ];
    let known = KINDS.iter().find(|(start, _)| found.starts_with(start));
    known.map_or("a value", |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde::Deserialize;

    use super::*;
    use crate::UtcTimestamp;

    #[allow(dead_code)]
    #[derive(Debug, Deserialize)]
    struct Body {
        created_at: UtcTimestamp,
        count: u32,
        kind: Kind,
        names: Vec<String>,
    }

    #[derive(Debug, Deserialize)]
    enum Kind {
        Known,
    }

    fn problem(json: &str) -> String {
        without_values(&serde_json::from_str::<Body>(json).unwrap_err())
    }

    #[test]
    fn no_value_of_the_body_is_quoted() {
        for json in [
            r#"{"created_at":"hunter2"}"#,
            r#"{"created_at":"2026-hunter2, expected hunter2"}"#,
            r#"{"count":"hunter2"}"#,
            r#"{"count":"hunter2\", expected hunter2"}"#,
            r#"{"count":-918273}"#,
            r#"{"count":918.273}"#,
            r#"{"kind":"hunter2"}"#,
            r#"{"kind":{"hunter2":1}}"#,
            r#"{"names":{"hunter2":1}}"#,
            r#"{"names":"hunter2"}"#,
            r#"{"count":1,"count":2,"hunter2":1}"#,
            r#""hunter2""#,
            r#"{"hunter2"#,
        ] {
            let problem = problem(json);
            assert!(
                !problem.contains("hunter2") && !problem.contains("918"),
                "{json}: {problem}"
            );
            assert!(problem.contains("line 1"), "{json}: {problem}");
        }
    }

    #[test]
    fn problem_says_what_was_expected() {
        assert_eq!(
            problem(r#"{"count":"hunter2"}"#),
            "a text where u32 was expected, at line 1 column 18"
        );
        assert_eq!(
            problem(r#"{"created_at":"hunter2"}"#),
            "a text where a point in time was expected, at line 1 column 24"
        );
        assert_eq!(problem("{}"), "missing field `created_at` at line 1 column 2");
        assert_eq!(
            problem(r#"{"count":1,"count":2}"#),
            "duplicate field `count` at line 1 column 18"
        );
        assert_eq!(problem("{"), "EOF while parsing an object at line 1 column 1");
    }
}
