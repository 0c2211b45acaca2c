//! The source generated from the limits of a small document.

#![allow(clippy::unwrap_used, missing_docs)]

const DOCUMENT: &str = r"
openapi: 3.0.3
info: {title: Shelf, version: v1.0.0}
paths:
  /v2/books:
    post:
      operationId: addBook
      summary: Add a book
      x-reference-page: en-us_topic_1
      parameters:
        - {name: copies, in: query, schema: {type: integer, format: int32, minimum: 1}}
        - $ref: '#/components/parameters/Offset'
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/BookSpec'}}}
      responses:
        '204': {description: Added}
        '400': {$ref: '#/components/responses/Failure'}
components:
  parameters:
    Offset: {name: offset, in: query, schema: {type: integer, format: int32, minimum: 0, maximum: 9}}
  responses:
    Failure: {description: No, content: {application/json: {schema: {$ref: '#/components/schemas/Failed'}}}}
  schemas:
    Failed: {type: object, properties: {message: {type: string, nullable: true}}}
    Title:
      type: string
      description: The title of a book.
      minLength: 1
      maxLength: 64
      pattern: '^[A-Za-z-]+$'
      x-reserved-prefix: draft
    BookSpec:
      type: object
      required: [title, labels, place]
      properties:
        title: {$ref: '#/components/schemas/Title'}
        subtitle: {allOf: [{$ref: '#/components/schemas/Title'}], description: Its subtitle.}
        sehets: {type: integer, format: int32, minimum: 1, maximum: 9999, x-rust-name: sheets}
        price: {type: string, x-reference-range: [1, null]}
        labels:
          type: array
          maxItems: 10
          x-unique-by: key
          items: {$ref: '#/components/schemas/LabelSpec'}
        authors: {type: array, minItems: 1, uniqueItems: true, items: {type: string}}
        remarks: {type: array, items: {type: string}}
        place: {$ref: '#/components/schemas/PlaceSpec'}
    LabelSpec:
      type: object
      required: [key]
      properties: {key: {type: string, maxLength: 3}}
    PlaceSpec:
      type: object
      minProperties: 1
      properties: {row: {type: string}, column: {type: string}}
";

fn generate(document: &str) -> Result<otc_vbs_codegen::Generated, otc_vbs_codegen::Error> {
    otc_vbs_codegen::generate(document, "code = []")
}

/// The source of the document with one text replaced.
#[track_caller]
fn generated_with(from: &str, to: &str) -> String {
    assert!(DOCUMENT.contains(from), "{from}");
    let generated = generate(&DOCUMENT.replace(from, to)).unwrap();
    flat(&(generated.api + &generated.requests))
}

/// The text without line breaks and final commas, which are prettyplease's.
fn flat(text: &str) -> String {
    let is_kept = |c: &char| !c.is_whitespace() && *c != ',';
    text.chars().filter(is_kept).collect()
}

#[track_caller]
fn assert_holds(source: &str, text: &str) {
    assert!(source.contains(&flat(text)), "no `{text}` in:\n{source}");
}

#[test]
fn changed_limit_changes_static() {
    for (from, to, before, after) in [
        (
            "maxLength: 64",
            "maxLength: 65",
            "TITLE: crate::limit::TextLimit = crate::limit::TextLimit { min: 1usize, max: Some(64usize),",
            "TITLE: crate::limit::TextLimit = crate::limit::TextLimit { min: 1usize, max: Some(65usize),",
        ),
        (
            "[A-Za-z-]",
            "[^<]",
            "Characters::of(&[('A', 'Z'), ('a', 'z'), ('-', '-')])",
            "Characters::except(&[('<', '<')])",
        ),
        (
            "x-reserved-prefix: draft",
            "x-reserved-prefix: old",
            r#"reserved_prefix: Some("draft")"#,
            r#"reserved_prefix: Some("old")"#,
        ),
        (
            "minimum: 1, maximum: 9999",
            "minimum: 2",
            "BOOK_SPEC_SHEETS: crate::limit::NumberRange = crate::limit::NumberRange { min: Some(1i64), max: Some(9999i64)",
            "BOOK_SPEC_SHEETS: crate::limit::NumberRange = crate::limit::NumberRange { min: Some(2i64), max: Some(2147483647i64)",
        ),
        (
            "[1, null]",
            "[1, 5]",
            "BOOK_SPEC_PRICE: crate::limit::NumberRange = crate::limit::NumberRange { min: Some(1i64), max: None",
            "BOOK_SPEC_PRICE: crate::limit::NumberRange = crate::limit::NumberRange { min: Some(1i64), max: Some(5i64)",
        ),
        (
            "maxItems: 10",
            "maxItems: 11",
            "BOOK_SPEC_LABELS: crate::limit::ListLimit = crate::limit::ListLimit { min: 0usize, max: Some(10usize), is_unique: true",
            "BOOK_SPEC_LABELS: crate::limit::ListLimit = crate::limit::ListLimit { min: 0usize, max: Some(11usize), is_unique: true",
        ),
        (
            "format: int32, minimum: 1}}",
            "format: int32, minimum: 3}}",
            "ADD_BOOK_COPIES: crate::limit::NumberRange = crate::limit::NumberRange { min: Some(1i64)",
            "ADD_BOOK_COPIES: crate::limit::NumberRange = crate::limit::NumberRange { min: Some(3i64)",
        ),
        (
            "maximum: 9}",
            "maximum: 8}",
            "OFFSET: crate::limit::NumberRange = crate::limit::NumberRange { min: Some(0i64), max: Some(9i64)",
            "OFFSET: crate::limit::NumberRange = crate::limit::NumberRange { min: Some(0i64), max: Some(8i64)",
        ),
    ] {
        assert_holds(&generated_with(from, from), before);
        assert_holds(&generated_with(from, to), after);
    }
}

#[test]
fn body_is_checked_member_by_member() {
    let source = generated_with("", "");
    for check in [
        r#"limits::TITLE.check("title", &self.title)?;"#,
        r#"limits::TITLE.check_optional("subtitle", self.subtitle.as_deref())?;"#,
        r#"limits::BOOK_SPEC_SHEETS.check_optional("sheets", self.sheets)?;"#,
        r#"limits::BOOK_SPEC_PRICE.check_optional_text("price", self.price.as_deref())?;"#,
        r#"limits::BOOK_SPEC_LABELS.check("labels", self.labels.len())?;"#,
        r#"limits::BOOK_SPEC_LABELS.check_keys("labels", self.labels.iter().map(|item| &item.key))?;"#,
        r#"item.check().map_err(|violation| violation.in_item("labels", index))?;"#,
        r#"if !self.authors.is_empty() { limits::BOOK_SPEC_AUTHORS.check("authors", self.authors.len())?; }"#,
        r#"limits::BOOK_SPEC_AUTHORS.check_keys("authors", self.authors.iter())?;"#,
        r#"self.place.check().map_err(|violation| violation.in_member("place"))?;"#,
        r#"crate::limit::Violation::empty(&["column", "row"])"#,
    ] {
        assert_holds(&source, check);
    }
    assert!(!source.contains("self.remarks"), "{source}");
}

#[test]
fn removed_limit_is_not_checked() {
    let source = generated_with(", minimum: 1, maximum: 9999", "");
    assert!(!source.contains("BOOK_SPEC_SHEETS"), "{source}");
}

#[test]
fn limited_parameter_is_checked_before_the_request_is_sent() {
    let source = generated_with("", "");
    for check in [
        r#"limits::ADD_BOOK_COPIES.check_optional("copies", self.copies)"#,
        r#"limits::OFFSET.check_optional("offset", self.offset)"#,
    ] {
        assert_holds(&source, check);
    }
}

#[test]
fn limit_that_can_not_be_generated_is_refused_with_its_place() {
    for (from, to, problem) in [
        ("'^[A-Za-z-]+$'", r"'^\w+$'", "components.schemas.Title.pattern: is not of the form"),
        (
            "maxLength: 3",
            "maxLength: '3'",
            "components.schemas.LabelSpec.properties.key.maxLength: is not a size",
        ),
        (
            "[1, null]",
            "[1]",
            "components.schemas.BookSpec.properties.price.x-reference-range: is not a list of the smallest and the largest",
        ),
        (
            "x-unique-by: key",
            "x-unique-by: name",
            "components.schemas.BookSpec.properties.labels.x-unique-by: `name` is not a member of the items",
        ),
        ("minProperties: 1", "minProperties: 2", "components.schemas.PlaceSpec.minProperties: must be 1"),
        (
            "uniqueItems: true, items: {type: string}",
            "items: {type: string, maxLength: 3}",
            "components.schemas.BookSpec.properties.authors.items: has limits, but neither a name",
        ),
        (
            "description: Its subtitle.",
            "maxLength: 3",
            "components.schemas.BookSpec.properties.subtitle.maxLength: is next to an allOf",
        ),
        (
            "maximum: 9999",
            "exclusiveMaximum: true, maximum: 9999",
            "components.schemas.BookSpec.properties.sheets.exclusiveMaximum: is not a limit that the generator knows",
        ),
        (
            "remarks: {type: array, items: {type: string}}",
            "remarks: {type: object, properties: {row: {type: string}}}",
            "components.schemas.BookSpec.properties.remarks: is an object without a name",
        ),
        (
            "LabelSpec:\n",
            "BookSpecSheets: {type: string, maxLength: 1}\n    LabelSpec:\n",
            "has the limit BOOK_SPEC_SHEETS in Rust, like another schema",
        ),
    ] {
        assert!(DOCUMENT.contains(from), "{from}");
        let error = generate(&DOCUMENT.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
}
