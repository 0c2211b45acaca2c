//! What the generator makes of a small document: the things it does around progenitor.

#![allow(clippy::unwrap_used, missing_docs)]

const DOCUMENT: &str = r"
openapi: 3.0.3
info: {title: Shelf, version: v1.0.0}
paths:
  /v2/{shelf_id}/books:
    get:
      operationId: listBooks
      x-reference-page: en-us_topic_1
      parameters:
        - {name: shelf_id, in: path, required: true, schema: {$ref: '#/components/schemas/ShelfId'}}
        - {name: title, in: query, schema: {type: string}}
        - $ref: '#/components/parameters/TitleLike'
      responses:
        '200': {description: Books, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
        '400': {$ref: '#/components/responses/Failure'}
        '503': {$ref: '#/components/responses/Failure'}
components:
  parameters:
    TitleLike: {name: title~, in: query, x-rust-name: title_like, schema: {type: string}}
  responses:
    Failure: {description: No, content: {application/json: {schema: {$ref: '#/components/schemas/Failed'}}}}
  schemas:
    ShelfId: {type: string, description: A shelf.}
    Binding: {type: string, description: How it is bound., x-extensible-enum: [HARD_COVER, self, 'ON']}
    Failed: {type: object, properties: {message: {type: string, nullable: true}}}
    Book:
      type: object
      required: [pubilsher]
      properties:
        pubilsher: {type: string, x-rust-name: publisher}
        binding: {nullable: true, description: Its binding., allOf: [{$ref: '#/components/schemas/Binding'}]}
        pages: {type: integer, format: int32, minimum: 0}
";

const ERROR_CODES: &str = r#"
[[code]]
code = "Shelf.0002"
module = "Shelves"
explanation = "It is full."
action = "Take another."
[[code]]
code = "Shelf.0001"
module = "Shelves"
explanation = "There is none."
action = "Build one."
"#;

fn generated() -> String {
    otc_vbs_codegen::generate(DOCUMENT, ERROR_CODES).unwrap()
}

#[track_caller]
fn assert_holds(source: &str, text: &str) {
    // Line breaks are prettyplease's.
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat(source).contains(&flat(text)), "no `{text}` in:\n{source}");
}

#[test]
fn the_same_bytes_each_time() {
    assert_eq!(generated(), generated());
}

#[test]
fn an_extensible_enum_is_open() {
    let source = generated();
    assert_holds(
        &source,
        "pub enum Binding { /// `HARD_COVER` HardCover, /// `self` Self_, /// `ON` On,",
    );
    assert_holds(&source, "Other(String), }");
    assert_holds(
        &source,
        "pub binding: ::std::option::Option<crate::values::Binding>",
    );
}

#[test]
fn an_identifier_is_a_type_of_its_own() {
    let source = generated();
    assert_holds(&source, "pub struct ShelfId(crate::identifier::Text);");
    assert_holds(&source, "shelf_id: Result<crate::values::ShelfId, String>");
}

#[test]
fn a_field_keeps_its_name_on_the_wire() {
    assert_holds(
        &generated(),
        r#"#[serde(rename = "pubilsher")] pub publisher: ::std::string::String"#,
    );
}

#[test]
fn a_parameter_keeps_its_name_on_the_wire() {
    let source = generated();
    assert_holds(&source, r#"QueryParam::new("title~", &title_like)"#);
    assert_holds(&source, r#"QueryParam::new("title", &title)"#);
}

#[test]
fn failures_fold_into_their_class() {
    let source = generated();
    assert_holds(&source, "400u16..=499u16 =>");
    assert_holds(&source, "500u16..=599u16 =>");
    assert!(!source.contains("503u16"));
}

#[test]
fn a_number_that_is_never_negative_is_unsigned() {
    assert_holds(&generated(), "pub pages: ::std::option::Option<u32>");
}

#[test]
fn types_can_grow_and_nothing_panics() {
    let source = generated();
    assert_holds(
        &source,
        "#[non_exhaustive] #[cfg_attr(feature = \"schemars\", derive(schemars::JsonSchema))] pub struct Book",
    );
    assert!(!source.contains("unwrap()"));
}

#[test]
fn the_operations_are_data() {
    assert_holds(
        &generated(),
        r#"crate::operation::Operation { id: "listBooks", function: "list_books", method: "GET",
        path: "/v2/{shelf_id}/books", page: "en-us_topic_1", deprecated: false, }"#,
    );
}

#[test]
fn the_error_codes_are_an_open_enum_and_a_table() {
    let source = generated();
    assert_holds(
        &source,
        "pub enum ErrorCode { /// `Shelf.0001`: There is none. Shelf0001, /// `Shelf.0002`",
    );
    assert_holds(
        &source,
        r#"crate::error_code::Entry { code: "Shelf.0001", module: "Shelves", explanation: "There is none.",
        action: "Build one.", }"#,
    );
    let twice = ERROR_CODES.replace("0002", "0001");
    let error = otc_vbs_codegen::generate(DOCUMENT, &twice).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the error codes: Shelf.0001 stands there twice"
    );
}

#[test]
fn what_is_missing_is_named() {
    for (from, to, problem) in [
        (
            "x-reference-page: en-us_topic_1",
            "description: no page",
            "paths./v2/{shelf_id}/books.get.x-reference-page: is missing",
        ),
        (
            "'ON']",
            "7]",
            "components.schemas.Binding.x-extensible-enum: 7 is not text",
        ),
        (
            "x-rust-name: publisher",
            "x-rust-name: pages",
            "`pages` is the name of another property",
        ),
        (
            "parameters/TitleLike'",
            "parameters/Gone'",
            "#/components/parameters/Gone: does not exist",
        ),
        (
            "openapi: 3.0.3",
            "openapi: 3.1.0",
            "progenitor refuses the document",
        ),
        ("openapi: 3.0.3", "openapi: [", "the document is not readable"),
    ] {
        assert!(DOCUMENT.contains(from), "{from}");
        let error = otc_vbs_codegen::generate(&DOCUMENT.replace(from, to), ERROR_CODES).unwrap_err();
        assert!(error.to_string().contains(problem), "{error}");
    }
}
