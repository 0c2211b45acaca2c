//! The failures after which each operation is retried.

use otc_vbs::transport::RetryTransport;
use otc_vbs::transport::{Transport, TransportErrorKind};
use otc_vbs_api::OPERATIONS;
use otc_vbs_api::Operation;
use otc_vbs_testing::{Reply, Script, status};

use crate::at_once;

fn failures() -> Vec<(&'static str, Reply)> {
    use TransportErrorKind::{
        Connect, Credentials, Interrupted, Refused, Timeout, TooLarge, Unreadable, Untrusted,
    };
    let mut failures = vec![];
    for (name, code) in [
        ("302", 302),
        ("400", 400),
        ("401", 401),
        ("408", 408),
        ("429", 429),
        ("500", 500),
        ("502", 502),
        ("503", 503),
        ("504", 504),
    ] {
        failures.push((name, status(code).into()));
    }
    for (name, kind) in [
        ("connect", Connect),
        ("interrupted", Interrupted),
        ("timeout", Timeout),
        ("refused", Refused),
        ("too large", TooLarge),
        ("unreadable", Unreadable),
        ("credentials", Credentials),
        ("untrusted", Untrusted),
    ] {
        failures.push((name, kind.into()));
    }
    failures
}

/// The number of requests if every one fails in this way.
async fn requests(operation: &'static Operation, failure: Reply) -> usize {
    let service = Script::always(failure);
    let transport = RetryTransport::new(service.clone(), at_once());
    let request = http::Request::builder()
        .method(operation.method)
        .uri("https://vbs.example.com/")
        .body(bytes::Bytes::from_static(b"{}"))
        .unwrap();
    let _ = transport.send(request).await;
    for seen in service.seen() {
        assert_eq!(seen.body(), "{}");
    }
    service.requests()
}

#[tokio::test(start_paused = true)]
async fn only_idempotent_operations_are_retried_after_a_lost_answer() {
    let safe = ["429", "502", "503", "504", "connect", "interrupted", "timeout"];
    let post = ["429", "connect"];
    for operation in OPERATIONS {
        let retried: &[_] = match operation.method {
            "GET" | "PUT" | "DELETE" => &safe,
            "POST" => &post,
            other => panic!("{other}"),
        };
        for (name, failure) in failures() {
            let expected = match name {
                // Until the patience is exhausted, regardless of the number of attempts.
                "429" => 13,
                _ if retried.contains(&name) => 4,
                _ => 1,
            };
            let made = requests(operation, failure).await;
            assert_eq!(made, expected, "{} after {name}", operation.id);
        }
    }
}
