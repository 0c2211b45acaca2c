//! Bodies that are not as documented.

use otc_vbs::types::{BackupJob, BackupJobId};
use otc_vbs::{Error, Page};
use otc_vbs_testing::{Fault, Faulty, POLICY, TestService as _};

use crate::{NO_POLICIES, at_once};

/// The error of a list with this response. The request is not retried.
async fn error_of(fault: Fault) -> Error {
    let server = Faulty::with([fault]).await;
    let client = server.builder().retry(at_once()).build().unwrap();
    let error = client.policy(POLICY).backup_jobs().send().await.unwrap_err();
    assert_eq!(server.requests(), 1, "{error}");
    assert!(!error.is_retryable(), "{error}");
    error
}

/// The page of a list with this body.
async fn page_of(body: impl AsRef<[u8]>) -> Page<BackupJob, BackupJobId> {
    let server = Faulty::with([Fault::json(body)]).await;
    let client = server.builder().build().unwrap();
    client.policy(POLICY).backup_jobs().send().await.unwrap()
}

#[tokio::test]
async fn truncated_json_is_an_error() {
    let error = error_of(Fault::json(r#"{"tasks":[{"status":"RUN"#)).await;
    assert_eq!(
        error.to_string(),
        "listBackupJobs: the service answered 200 OK, but the body is not JSON: EOF while parsing a string at line 1 column 24"
    );
    assert_eq!(error.status().unwrap(), 200);
}

#[tokio::test]
async fn invalid_utf_8_affects_only_its_member() {
    let page =
        page_of(b"{\"tasks\":[{\"job_id\":\"j1\",\"status\":\"RUNNING\",\"message\":\"\xff\"}]}").await;
    assert_eq!((page.items.len(), page.errors.len()), (1, 0));
}

#[tokio::test]
async fn duplicate_keys_are_accepted() {
    let page = page_of(r#"{"tasks":[],"count":0,"tasks":[],"new":1,"new":2}"#).await;
    assert_eq!((page.items.len(), page.count), (0, Some(0)));
    let body = r#"{"error":{"code":"A.1","code":"A.2"}}"#;
    let error = error_of(Fault::response("400 Bad Request", "", body)).await;
    assert_eq!(error.service().unwrap().code.as_deref(), Some("A.2"));
}

#[tokio::test]
async fn number_out_of_range_is_none() {
    for number in ["18446744073709551616", "1e400", "-1e5", "-1", "1.5"] {
        let page = page_of(format!(r#"{{"tasks":[],"count":{number}}}"#)).await;
        assert_eq!(page.count, None, "{number}");
    }
}

#[tokio::test]
async fn body_decides_and_not_its_content_type() {
    let html = "<html><title>Log in</title></html>";
    let error = error_of(Fault::response("200 OK", "content-type: text/html\r\n", html)).await;
    assert_eq!(
        error.to_string(),
        "listBackupJobs: the service answered 200 OK, but the body is not JSON: expected value at line 1 column 1"
    );
    // JSON is accepted with any content type.
    for header in ["content-type: text/plain\r\n", "content-type: x\r\n", ""] {
        let server = Faulty::with([Fault::response("200 OK", header, NO_POLICIES)]).await;
        let client = server.builder().build().unwrap();
        assert_eq!(client.policies().list().send().await.unwrap().items, []);
    }
}
