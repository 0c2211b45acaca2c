//! Errors of the transport, as the caller of the client sees them.

use std::time::Duration;

use otc_vbs::Error;
use otc_vbs::transport::RetryPolicy;
use otc_vbs::transport::TransportErrorKind;
use otc_vbs_testing::{Fault, Faulty, POLICY, Reply, Script, TestService as _};

use crate::at_once;

/// The predicates that hold for an error.
fn predicates(error: &Error) -> Vec<&'static str> {
    [
        ("invalid", error.is_invalid()),
        ("connect", error.is_connect()),
        ("timeout", error.is_timeout()),
        ("untrusted", error.is_untrusted()),
        ("auth", error.is_auth()),
        ("not found", error.is_not_found()),
        ("rate limited", error.is_rate_limited()),
        ("retryable", error.is_retryable()),
    ]
    .into_iter()
    .filter_map(|(name, holds)| holds.then_some(name))
    .collect()
}

#[tokio::test]
async fn kinds_map_to_predicates() {
    for (kind, expected) in [
        (TransportErrorKind::Connect, &["connect", "retryable"][..]),
        (TransportErrorKind::Timeout, &["timeout", "retryable"]),
        (TransportErrorKind::Interrupted, &["retryable"]),
        (TransportErrorKind::Untrusted, &["untrusted"]),
        (TransportErrorKind::Credentials, &["auth"]),
        (TransportErrorKind::TooLarge, &[]),
        (TransportErrorKind::Unreadable, &[]),
        (TransportErrorKind::Proxy, &[]),
    ] {
        let service = Script::new([kind]);
        let client = service.builder().retry(RetryPolicy::never()).build().unwrap();
        let error = client.policies().list().send().await.unwrap_err();
        assert_eq!(predicates(&error), expected, "{kind:?}");
        assert!(error.service().is_none() && error.status().is_none());
        assert_eq!(error.to_string(), format!("listBackupPolicies: scripted: {kind:?}"));
    }
}

#[tokio::test(start_paused = true)]
async fn timeout_names_operation_limit_and_attempts() {
    let service = Script::always(Reply::Never);
    let builder = service.builder().retry(at_once());
    let builder = builder.attempt_timeout(Duration::from_secs(4));
    let client = builder.timeout(Duration::from_secs(10)).build().unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(
        error.to_string(),
        "listBackupPolicies: the call to vbs.example.com did not end within 10 s, after 3 attempts"
    );
    let error = client.policy(POLICY).run().send().await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(
        error.to_string(),
        "runBackupPolicy: vbs.example.com did not answer within 4 s, not retried, because the service may have acted on it"
    );
}

#[tokio::test]
async fn broken_connection_names_operation_and_address() {
    let server = Faulty::with([Fault::Close(vec![])]).await;
    let client = server.builder().build().unwrap();
    let error = client.policy(POLICY).run().send().await.unwrap_err();
    assert!(error.is_retryable() && error.service().is_none(), "{error}");
    let begin = format!("runBackupPolicy: the connection to {} broke: ", server.address());
    let text = error.to_string();
    assert!(text.starts_with(&begin), "{text}");
    let reason = ", not retried, because the service may have acted on it";
    assert!(text.ends_with(reason), "{text}");
}

#[tokio::test]
async fn refused_connection_names_operation_and_attempts() {
    let closed = Faulty::with([]).await;
    let builder = closed.builder().retry(at_once());
    let place = format!("listBackupPolicies: can't connect to {}: ", closed.address());
    drop(closed);
    let error = builder.build().unwrap().policies().list().send().await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable());
    let text = error.to_string();
    assert!(text.starts_with(&place), "{text}");
    assert!(text.ends_with(", after 4 attempts"), "{text}");
}

#[tokio::test]
async fn failure_whose_body_is_cut_keeps_status_and_request_id() {
    let head = b"HTTP/1.1 404 Not Found\r\nx-request-id: req-7\r\ncontent-length: 900\r\n\r\n";
    for end in [Fault::Close, Fault::Reset] {
        let server = Faulty::with([end(head.to_vec())]).await;
        let client = server.builder().retry(at_once()).build().unwrap();
        let error = client.policies().list().send().await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert_eq!(error.request_id(), Some("req-7"));
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn success_that_is_cut_keeps_status_and_request_id() {
    for header in ["content-length: 900", "content-encoding: br"] {
        let head = format!("HTTP/1.1 200 OK\r\nx-request-id: req-8\r\n{header}\r\n\r\n");
        let server = Faulty::with([Fault::close(head)]).await;
        let client = server.builder().retry(RetryPolicy::never()).build().unwrap();
        let error = client.policies().list().send().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 200, "{error}");
        assert_eq!(error.request_id(), Some("req-8"), "{error}");
    }
}
