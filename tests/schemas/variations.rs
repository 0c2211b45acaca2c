//! Decodes variations of each response schema: with every field, without each, with additional fields and
//! other values.

use otc_vbs_tests::{Document, decode, without_nulls};
use serde_json::Value;

/// Decodes each variation of a value and compares what it encodes to. Returns how many there were.
fn check(document: &Document, schema: &str, value: &Value) -> usize {
    let variations = document.variations(schema, value);
    for variation in &variations {
        let what = format!("{schema}, {}", variation.what);
        let decoded = decode(schema, &variation.value)
            .unwrap_or_else(|error| unreachable!("{what}: {error}\n{:#}", variation.value));
        assert_eq!(without_nulls(&decoded.encoded), variation.encoded, "{what}");
    }
    variations.len()
}

#[test]
fn variations_of_each_example_decode() {
    let document = Document::read();
    let examples = document.successes();
    assert!(examples.len() >= 28, "only {} examples were found", examples.len());
    for example in examples {
        let variations = check(&document, &example.schema, &example.value);
        assert!(variations > 2, "{}: nothing was varied", example.schema);
    }
}

#[test]
fn variations_of_each_schema_decode() {
    let document = Document::read();
    let (mut schemas, mut variations) = (0, 0);
    for schema in document.response_schemas() {
        let whole = document.instance(schema);
        // A field that the type lacks would be lost.
        let decoded = decode(schema, &whole).unwrap();
        assert_eq!(decoded.encoded, whole, "{schema}");
        assert!(!decoded.debug.contains("Other("), "{schema}: {}", decoded.debug);
        schemas += 1;
        variations += check(&document, schema, &whole);
    }
    assert!(schemas >= 21 && variations >= 533, "{schemas}, {variations}");
}

#[test]
fn each_listed_value_is_unchanged() {
    let document = Document::read();
    let mut values = 0;
    for schema in document.response_schemas() {
        for (what, value) in document.listed_values(schema) {
            let decoded = decode(schema, &value).unwrap();
            assert!(!decoded.debug.contains("Other("), "{schema}, {what}");
            assert_eq!(decoded.encoded, value, "{schema}, {what}");
            values += 1;
        }
    }
    assert!(values >= 99, "only {values} listed values were found");
}
