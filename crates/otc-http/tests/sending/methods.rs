//! The failures that are retried for each method.

use bytes::Bytes;
use http::{Method, Request};
use otc_http::{RequestInfo, RetryTransport, Transport as _, TransportErrorKind};
use otc_vbs_testing::{Reply, Script, status};

use crate::immediate;

fn failures() -> Vec<(&'static str, Reply)> {
    use TransportErrorKind::{
        Connect, Credentials, Interrupted, Proxy, Refused, Timeout, TooLarge, Unreadable, Untrusted,
    };
    let statuses = [
        ("302", 302),
        ("400", 400),
        ("401", 401),
        ("407", 407),
        ("408", 408),
        ("429", 429),
        ("500", 500),
        ("502", 502),
        ("503", 503),
        ("504", 504),
    ];
    let kinds = [
        ("connect", Connect),
        ("interrupted", Interrupted),
        ("timeout", Timeout),
        ("refused", Refused),
        ("too large", TooLarge),
        ("unreadable", Unreadable),
        ("credentials", Credentials),
        ("untrusted", Untrusted),
        ("proxy", Proxy),
    ];
    let statuses = statuses.map(|(name, code)| (name, status(code).into()));
    statuses.into_iter().chain(kinds.map(|(name, kind)| (name, kind.into()))).collect()
}

/// The number of requests for a failure that does not pass.
async fn requests(request: &Request<Bytes>, failure: Reply) -> usize {
    let service = Script::always(failure);
    let transport = RetryTransport::new(service.clone(), immediate());
    let _ = transport.send(request.clone()).await;
    for seen in service.seen() {
        assert_eq!(seen.body(), "{}");
    }
    service.requests()
}

#[tokio::test(start_paused = true)]
async fn method_and_request_info_decide_what_is_retried() {
    const ALWAYS: [&str; 2] = ["429", "connect"];
    const IF_IDEMPOTENT: [&str; 5] = ["502", "503", "504", "interrupted", "timeout"];
    for (method, info, idempotent) in [
        (Method::GET, None, true),
        (Method::HEAD, None, true),
        (Method::PUT, None, true),
        (Method::DELETE, None, true),
        (Method::POST, None, false),
        (Method::PATCH, None, false),
        (Method::POST, Some(true), true),
        (Method::GET, Some(false), false),
    ] {
        let mut request = Request::builder()
            .method(method.clone())
            .uri("https://service.example.com/")
            .body(Bytes::from_static(b"{}"))
            .unwrap();
        if let Some(info) = info {
            RequestInfo::new("operation").idempotent(info).attach(&mut request);
        }
        for (name, failure) in failures() {
            let retried = ALWAYS.contains(&name) || idempotent && IF_IDEMPOTENT.contains(&name);
            let expected = match name {
                // Until the patience is over, regardless of the number of attempts.
                "429" => 13,
                _ if retried => 4,
                _ => 1,
            };
            let sent = requests(&request, failure).await;
            assert_eq!(sent, expected, "{method} ({info:?}) after {name}");
        }
    }
}
