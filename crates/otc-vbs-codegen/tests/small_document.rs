//! The source generated from a small document: the parts that do not come from progenitor.

#![allow(clippy::unwrap_used, missing_docs)]

const DOCUMENT: &str = r"
openapi: 3.0.3
info: {title: Shelf, version: v1.0.0}
paths:
  /v2/{shelf_id}/books:
    get:
      operationId: listBooks
      summary: List the books of a shelf
      x-reference-page: en-us_topic_1
      parameters:
        - {name: shelf_id, in: path, required: true, schema: {$ref: '#/components/schemas/ShelfId'}}
        - {name: title, in: query, schema: {type: string}}
        - $ref: '#/components/parameters/TitleLike'
      responses:
        '200': {description: Books, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
        '400': {$ref: '#/components/responses/BadRequest'}
        '404': {$ref: '#/components/responses/NotFound'}
        '503': {$ref: '#/components/responses/ServiceUnavailable'}
components:
  parameters:
    TitleLike: {name: title~, in: query, x-rust-name: title_like, schema: {type: string}}
  responses:
    BadRequest: {description: Wrong, content: {application/json: {schema: {$ref: '#/components/schemas/Failed'}}}}
    NotFound: {description: None, content: {application/json: {schema: {$ref: '#/components/schemas/Failed'}}}}
    ServiceUnavailable: {description: Busy, content: {application/json: {schema: {$ref: '#/components/schemas/Failed'}}}}
  schemas:
    ShelfId: {type: string, description: A shelf.}
    Binding:
      type: string
      description: |-
        How it is bound.

        - `HARD_COVER`: In boards,
          or in leather.
        - `self`: By itself.
        - `ON`: Somehow.
      x-extensible-enum: [HARD_COVER, self, 'ON']
    Failed: {type: object, properties: {message: {type: string, nullable: true}}}
    Book:
      type: object
      required: [pubilsher, printed_at]
      properties:
        pubilsher: {type: string, x-rust-name: publisher}
        binding: {nullable: true, description: Its binding., allOf: [{$ref: '#/components/schemas/Binding'}]}
        spare: {$ref: '#/components/schemas/Binding'}
        pages: {type: integer, format: int32, minimum: 0}
        printed_at: {$ref: '#/components/schemas/UtcTimestamp'}
        sold_at: {nullable: true, allOf: [{$ref: '#/components/schemas/UtcTimestamp'}]}
    UtcTimestamp: {type: string, description: A point in time.}
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
    otc_vbs_codegen::generate(DOCUMENT, ERROR_CODES).unwrap().api
}

#[track_caller]
fn assert_holds(source: &str, text: &str) {
    // Line breaks are prettyplease's.
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat(source).contains(&flat(text)), "no `{text}` in:\n{source}");
}

#[test]
fn output_is_the_same_in_every_run() {
    assert_eq!(generated(), generated());
}

#[test]
fn extensible_enum_is_open() {
    let source = generated();
    assert_holds(
        &source,
        "/// How it is bound. #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)] #[non_exhaustive] pub enum Binding {",
    );
    assert_holds(
        &source,
        "/// `HARD_COVER`: In boards, or in leather. HardCover, /// `self`: By itself. Self_, /// `ON`: Somehow. On,",
    );
    assert_holds(&source, "Other(String), }");
    assert_holds(&source, "pub binding: ::std::option::Option<crate::values::Binding>");
}

#[test]
fn meanings_of_values_are_not_repeated_at_fields() {
    assert_holds(&generated(), "///How it is bound. #[serde(skip_serializing_if");
    assert_eq!(generated().matches("In boards").count(), 1);
}

#[test]
fn id_is_a_separate_type() {
    let source = generated();
    assert_holds(&source, "pub struct ShelfId(pub(crate) crate::identifier::Text);");
    assert_holds(&source, "shelf_id: &'a crate::values::ShelfId");
}

#[test]
fn field_keeps_its_name_on_the_wire() {
    assert_holds(&generated(), r#"#[serde(rename = "pubilsher")] pub publisher: ::std::string::String"#);
}

#[test]
fn parameter_keeps_its_name_on_the_wire() {
    let source = generated();
    assert_holds(&source, r#"QueryParam::new("title~", &title_like)"#);
    assert_holds(&source, r#"QueryParam::new("title", &title)"#);
}

#[test]
fn responses_are_decoded_by_the_api_crate() {
    let source = generated();
    assert_holds(&source, "200u16 => crate::response_body::decode(response).await");
    assert!(!source.contains("from_response"));
}

#[test]
fn failures_are_folded_into_their_class() {
    let source = generated();
    assert_holds(&source, "400u16..=499u16 =>");
    assert_holds(&source, "500u16..=599u16 =>");
    assert!(!source.contains("503u16"));
}

#[test]
fn number_that_is_never_negative_is_unsigned() {
    assert_holds(&generated(), "pub pages: ::std::option::Option<u32>");
}

#[test]
fn types_are_non_exhaustive_and_nothing_panics() {
    let source = generated();
    assert_holds(
        &source,
        "#[non_exhaustive] #[cfg_attr(feature = \"schemars\", derive(schemars::JsonSchema))] pub struct Book",
    );
    assert!(!source.contains("unwrap()"));
}

#[test]
fn operations_are_emitted_as_data() {
    assert_holds(
        &generated(),
        r#"crate::operation::Operation { id: "listBooks", function: "list_books", method: "GET",
        path: "/v2/{shelf_id}/books", page: "en-us_topic_1", deprecated: false, status: 200u16,
        #[cfg(feature = "client")] body: Some(&shapes::BOOK), #[cfg(feature = "client")] items: &[], }"#,
    );
}

#[test]
fn shapes_of_responses_are_emitted_as_data() {
    let source = generated();
    assert_holds(
        &source,
        r#"static BOOK: Object = Object { name: "Book", members: &[
        Member { name: "binding", required: false, kind: Kind::OpenEnum, },
        Member { name: "pages", required: false, kind: Kind::Integer(0, u32::MAX as i128), },
        Member { name: "printed_at", required: true, kind: Kind::TimeOrText, },
        Member { name: "pubilsher", required: true, kind: Kind::Text, },
        Member { name: "sold_at", required: false, kind: Kind::Time, },
        Member { name: "spare", required: false, kind: Kind::OpenEnum, }, ], };"#,
    );
    assert!(!source.contains("static FAILED"), "a failure has no shape:\n{source}");
}

#[test]
fn required_time_of_a_response_keeps_its_text() {
    let source = generated();
    assert_holds(&source, "pub printed_at: crate::TimestampOrText");
    assert_holds(&source, "pub sold_at: ::std::option::Option<crate::UtcTimestamp>");
}

#[test]
fn items_of_a_list_are_identified_by_their_path() {
    let list = "responses:
        '202': {description: Books, content: {application/json: {schema: {$ref: '#/components/schemas/Box'}}}}
      x-paging: {items: books}
      x-unused:";
    let schema = "Box:
      type: object
      x-envelope: box
      required: [box]
      properties: {box: {$ref: '#/components/schemas/Books'}}
    Books:
      type: object
      required: [books]
      properties: {books: {type: array, items: {$ref: '#/components/schemas/Book'}}}
    Book:";
    let document = DOCUMENT.replacen("responses:", list, 1).replacen("Book:\n", &format!("{schema}\n"), 1);
    let source = otc_vbs_codegen::generate(&document, ERROR_CODES).unwrap().api;
    assert_holds(
        &source,
        r#"status: 202u16, #[cfg(feature = "client")] body: Some(&shapes::BOX), #[cfg(feature = "client")] items: &["box", "books"], }"#,
    );
    assert_holds(&source, "kind: Kind::List(&Kind::Object(&BOOK))");
}

#[test]
fn types_without_floating_point_numbers_implement_eq() {
    let eq = "#[derive(Eq, Hash)]";
    assert_eq!(generated().matches(eq).count(), 2, "Failed and Book");
    let with_price = DOCUMENT.replace("        pages:", "        price: {type: number}\n        pages:");
    let source = otc_vbs_codegen::generate(&with_price, ERROR_CODES).unwrap().api;
    assert_eq!(source.matches(eq).count(), 1, "Failed");
}

#[test]
fn error_codes_are_an_open_enum_and_a_table() {
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
    assert_eq!(error.to_string(), "the error codes: Shelf.0001 is listed twice");
}

#[test]
fn missing_part_is_named() {
    for (from, to, problem) in [
        (
            "x-reference-page: en-us_topic_1",
            "description: no page",
            "paths./v2/{shelf_id}/books.get.x-reference-page: is missing, empty or not text",
        ),
        (
            "operationId: listBooks",
            "description: no identifier",
            "paths./v2/{shelf_id}/books.get.operationId: is missing, empty or not text",
        ),
        (
            "operationId: listBooks",
            "operationId: ''",
            "paths./v2/{shelf_id}/books.get.operationId: is missing, empty or not text",
        ),
        (
            "{name: title~, in",
            "{in",
            "paths./v2/{shelf_id}/books.get.parameters.name: is missing, empty or not text",
        ),
        (
            "parameters:\n        - {name: shelf_id",
            "parameters: {}\n      x-parameters:\n        - {name: shelf_id",
            "paths./v2/{shelf_id}/books.get.parameters: is not a list",
        ),
        ("'ON']", "7]", "components.schemas.Binding.x-extensible-enum: 7 is not text"),
        (
            "- `self`",
            "- `shelf`",
            "components.schemas.Binding.description: does not say what `self` means; add a list item: - `self`: …",
        ),
        (
            "Busy, content: {application/json: {schema: {$ref: '#/components/schemas/Failed'}}}}",
            "Busy, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}",
            "paths./v2/{shelf_id}/books.get.responses.503: has a different schema than the other failures",
        ),
        ("x-rust-name: publisher", "x-rust-name: pages", "`pages` is the name of another property"),
        ("parameters/TitleLike'", "parameters/Gone'", "#/components/parameters/Gone: does not exist"),
        ("openapi: 3.0.3", "openapi: 3.1.0", "progenitor rejects the document"),
        ("openapi: 3.0.3", "openapi: [", "the document is not readable"),
        (
            "'200': {description",
            "'300': {description",
            "listBooks.responses: does not have exactly one success status",
        ),
        (
            "pages: {type: integer,",
            "pages: {type: integer, maximum: 9,",
            "components.schemas.Book.properties.pages: a number in a response must not be restricted by a range",
        ),
        (
            "{type: string, x-rust-name: publisher}",
            "{type: string, maxLength: 9}",
            "components.schemas.Book.properties.pubilsher: a response must not be restricted by `maxLength`",
        ),
    ] {
        assert!(DOCUMENT.contains(from), "{from}");
        let error = otc_vbs_codegen::generate(&DOCUMENT.replace(from, to), ERROR_CODES).unwrap_err();
        assert!(error.to_string().contains(problem), "{error}");
    }
}

#[test]
fn schema_without_the_name_of_its_rust_type_is_refused() {
    let document = DOCUMENT.replace("schemas/Book'", "schemas/book'").replace("    Book:", "    book:");
    let error = otc_vbs_codegen::generate(&document, ERROR_CODES).unwrap_err();
    assert_eq!(
        error.to_string(),
        "components.schemas.Book: is missing; name each schema like its type in Rust, in UpperCamelCase"
    );
}
