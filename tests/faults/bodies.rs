//! Bodies that are not as documented.

use otc_vbs::Error;
use otc_vbs_tests::{Fault, Faulty, POLICY, TestService as _};

use crate::{NO_POLICIES, at_once};

/// The error of a list with this answer, which is not asked for again.
async fn error_of(fault: Fault) -> Error {
    let server = Faulty::with([fault]).await;
    let client = server.builder().retry(at_once()).build().unwrap();
    let error = client.policy(POLICY).tasks().page().await.unwrap_err();
    assert_eq!(server.requests(), 1, "{error}");
    assert!(!error.is_retryable(), "{error}");
    error
}

async fn text_of(body: impl AsRef<[u8]>) -> String {
    let error = error_of(Fault::json(body)).await;
    assert_eq!(error.status().unwrap(), 200);
    let text = error.to_string();
    let problem = "listBackupJobs: the service answered 200 OK, but the body is not as documented: ";
    text.strip_prefix(problem).unwrap_or(&text).to_owned()
}

#[tokio::test]
async fn truncated_json_is_an_error() {
    let text = text_of(r#"{"tasks":[{"status":"RUN"#).await;
    assert_eq!(text, "EOF while parsing a string at line 1 column 24");
}

#[tokio::test]
async fn invalid_utf_8_is_an_error() {
    let text = text_of(b"{\"tasks\":[{\"status\":\"\xff\xfe\"}]}").await;
    assert!(text.starts_with("invalid unicode code point at line 1"), "{text}");
}

#[tokio::test]
async fn duplicate_documented_keys_are_an_error() {
    let text = text_of(r#"{"tasks":[],"count":0,"tasks":[]}"#).await;
    assert_eq!(text, "duplicate field `tasks` at line 1 column 29");
    // Keys that are not documented are ignored.
    let server = Faulty::with([Fault::json(r#"{"tasks":[],"new":1,"new":2}"#)]).await;
    let client = server.builder().build().unwrap();
    assert!(client.policy(POLICY).tasks().page().await.is_ok());
    // A failure is read as far as possible.
    let body = r#"{"error":{"code":"A.1","code":"A.2"}}"#;
    let error = error_of(Fault::response("400 Bad Request", "", body)).await;
    assert_eq!(error.service().unwrap().code.as_deref(), Some("A.2"));
}

#[tokio::test]
async fn numbers_out_of_range_are_an_error() {
    for number in ["9223372036854775808", "1e400", "-1e5", "1.5", "1e2"] {
        let text = text_of(format!(r#"{{"tasks":[],"count":{number}}}"#)).await;
        assert!(
            text.starts_with("a number where i64 was expected") || text.starts_with("number out of range"),
            "{number}: {text}"
        );
    }
}

#[tokio::test]
async fn body_decides_and_not_its_content_type() {
    let html = "<html><title>Log in</title></html>";
    let error = error_of(Fault::response("200 OK", "content-type: text/html\r\n", html)).await;
    assert_eq!(
        error.to_string(),
        "listBackupJobs: the service answered 200 OK, but the body is not as documented: expected value at line 1 column 1"
    );
    // JSON is accepted with any content type.
    for header in ["content-type: text/plain\r\n", "content-type: x\r\n", ""] {
        let server = Faulty::with([Fault::response("200 OK", header, NO_POLICIES)]).await;
        let client = server.builder().build().unwrap();
        assert_eq!(client.policies().list().await.unwrap(), []);
    }
}
