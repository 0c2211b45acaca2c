//! What each documented example decodes to, taken from the OpenAPI document itself: a new example without a snapshot
//! fails, and so does one that does not encode back to what it was.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::fmt::Debug;

use bytes::Bytes;
use http::StatusCode;
use otc_vbs::ServiceError;
use otc_vbs_api::types;
use otc_vbs_tests::{Document, Example, assert_snapshots};
use serde_json::Value;

#[test]
fn each_success() {
    for example in Document::read().successes() {
        let decoded = match example.schema.as_str() {
            "BackupJobList" => decode::<types::BackupJobList>(&example),
            "BackupPolicyList" => decode::<types::BackupPolicyList>(&example),
            schema => panic!("{}: say here what {schema} decodes to", example.operation),
        };
        snapshot(&success_name(&example), &decoded);
    }
}

#[test]
fn each_failure() {
    for example in Document::read().failures() {
        let response = http::Response::builder()
            .status(StatusCode::BAD_REQUEST)
            .body(Bytes::from(example.value.to_string()))
            .unwrap();
        snapshot(
            &failure_name(&example),
            &format!("{:#?}", ServiceError::from_response(&response)),
        );
    }
}

#[test]
fn no_snapshot_is_left_over() {
    let document = Document::read();
    let (successes, failures) = (document.successes(), document.failures());
    let successes = successes.iter().map(success_name);
    assert_snapshots(
        "snapshots/examples",
        successes.chain(failures.iter().map(failure_name)),
    );
}

fn success_name(example: &Example) -> String {
    format!("{}-{}", example.operation, example.name)
}

fn failure_name(example: &Example) -> String {
    format!("{}-failure", example.operation)
}

fn decode<T: serde::de::DeserializeOwned + serde::Serialize + Debug>(example: &Example) -> String {
    let decoded: T = serde_json::from_value(example.value.clone())
        .unwrap_or_else(|error| panic!("{} {}: {error}", example.operation, example.name));
    let encoded = serde_json::to_value(&decoded).unwrap();
    assert_eq!(
        encoded,
        without_nulls(&example.value),
        "{} {}",
        example.operation,
        example.name
    );
    format!("{decoded:#?}")
}

/// Null and absent mean the same to the service; encoded, both are absent.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        scalar => scalar.clone(),
    }
}

fn snapshot(name: &str, decoded: &str) {
    insta::with_settings!({ snapshot_path => "snapshots/examples", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, decoded);
    });
}
