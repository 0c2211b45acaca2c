//! The examples of the OpenAPI document, decoded. An example without a snapshot fails, and so does one that does not encode to
//! the same JSON.

use bytes::Bytes;
use otc_vbs::transport::ServiceError;
use otc_vbs_api::ErrorCode;
use otc_vbs_tests::{Document, Example, assert_snapshots, decode, without_nulls};

#[test]
fn responses_decode_as_in_their_snapshots() {
    for example in Document::read().successes() {
        snapshot(&success_name(&example), &decoded(&example));
    }
}

#[test]
fn requests_decode_as_in_their_snapshots() {
    for example in Document::read().requests() {
        snapshot(&request_name(&example), &decoded(&example));
    }
}

#[test]
fn failures_decode_as_in_their_snapshots() {
    for (status, example) in Document::read().failures() {
        let as_documented = decoded(&example);
        let read = read_failure(status, &example);
        snapshot(&failure_name(&example), &format!("{as_documented}\n\nread as\n\n{read:#?}"));
    }
}

#[test]
fn failures_show_codes_that_exist() {
    for (status, example) in Document::read().failures() {
        let code = read_failure(status, &example).code.unwrap();
        let listed = ErrorCode::from(code.as_str()).explanation().is_some();
        // The reference lists neither the codes of the gateway nor a code for every status.
        let of_others = code.starts_with("APIGW.") || code == status.to_string();
        assert!(listed || of_others, "{}: {code}", failure_name(&example));
    }
}

/// Reads a failure as a client does.
fn read_failure(status: u16, example: &Example) -> ServiceError {
    let response =
        http::Response::builder().status(status).body(Bytes::from(example.value.to_string())).unwrap();
    ServiceError::from_response(&response)
}

#[test]
fn no_snapshot_is_left_over() {
    let document = Document::read();
    let (successes, requests) = (document.successes(), document.requests());
    let names = successes
        .iter()
        .map(success_name)
        .chain(requests.iter().map(request_name))
        .chain(document.failures().iter().map(|(_, example)| failure_name(example)))
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
    format!("{}-{}", example.operation, example.name)
}

/// The decoded example, which encodes to the same JSON.
fn decoded(example: &Example) -> String {
    let name = format!("{}, example {}", example.operation, example.name);
    let decoded = decode(&example.schema, &example.value)
        .unwrap_or_else(|error| panic!("{name}: {} does not decode: {error}", example.schema));
    assert_eq!(decoded.encoded, without_nulls(&example.value), "{name}");
    decoded.debug
}

fn snapshot(name: &str, decoded: &str) {
    insta::with_settings!({ snapshot_path => "../snapshots/examples", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, decoded);
    });
}
