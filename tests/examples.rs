//! What each documented example decodes to, taken from the OpenAPI document itself: a new example without a snapshot
//! fails, and so does one that does not encode back to what it was.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use bytes::Bytes;
use http::StatusCode;
use otc_vbs::ServiceError;
use otc_vbs_tests::{Document, Example, assert_snapshots, decode, without_nulls};

#[test]
fn each_success() {
    for example in Document::read().successes() {
        snapshot(&success_name(&example), &decoded(&example));
    }
}

#[test]
fn each_request() {
    for example in Document::read().requests() {
        snapshot(&request_name(&example), &decoded(&example));
    }
}

#[test]
fn each_failure() {
    for example in Document::read().failures() {
        let as_documented = decoded(&example);
        let response = http::Response::builder()
            .status(StatusCode::BAD_REQUEST)
            .body(Bytes::from(example.value.to_string()))
            .unwrap();
        let read = ServiceError::from_response(&response);
        snapshot(
            &failure_name(&example),
            &format!("{as_documented}\n\nread as\n\n{read:#?}"),
        );
    }
}

#[test]
fn no_snapshot_is_left_over() {
    let document = Document::read();
    let (successes, requests) = (document.successes(), document.requests());
    let names = successes
        .iter()
        .map(success_name)
        .chain(requests.iter().map(request_name))
        .chain(document.failures().iter().map(failure_name))
        .collect::<Vec<_>>();
    assert_snapshots("snapshots/examples", names);
}

fn success_name(example: &Example) -> String {
    format!("{}-{}", example.operation, example.name)
}

fn request_name(example: &Example) -> String {
    format!("{}-request-{}", example.operation, example.name)
}

fn failure_name(example: &Example) -> String {
    format!("{}-failure", example.operation)
}

/// What the example decodes to, which encodes back to the example.
fn decoded(example: &Example) -> String {
    let name = format!("{}, example {}", example.operation, example.name);
    let decoded = decode(&example.schema, &example.value)
        .unwrap_or_else(|error| panic!("{name}: {} can't hold it: {error}", example.schema));
    assert_eq!(decoded.encoded, without_nulls(&example.value), "{name}");
    decoded.debug
}

fn snapshot(name: &str, decoded: &str) {
    insta::with_settings!({ snapshot_path => "snapshots/examples", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, decoded);
    });
}
