//! Injected faults.

use std::time::Duration;

use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use otc_vbs_sandbox::{Fault, Sandbox};

use crate::caller::Caller;

#[tokio::test]
async fn faults_hit_the_given_number_of_requests_in_order() {
    let caller = Caller::of(Sandbox::builder()).await;
    let busy = Fault::answer(StatusCode::TOO_MANY_REQUESTS)
        .header(RETRY_AFTER, HeaderValue::from(7))
        .body("slow down");
    caller.sandbox.fault(busy.on("/v2/").times(2));
    caller.sandbox.fault(Fault::answer(StatusCode::SERVICE_UNAVAILABLE));
    caller.sandbox.fault(Fault::reset().times(0));

    // This one is not under /v2/, so the first fault lets it go to the second.
    assert_eq!(caller.get("v3/auth/catalog").await.status(), 503);
    for _ in 0..2 {
        let response = caller.get(&caller.jobs_path(0)).await;
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "7");
        assert!(response.headers().contains_key("x-request-id"));
        assert_eq!(response.text().await.unwrap(), "slow down");
    }
    assert_eq!(caller.get(&caller.jobs_path(0)).await.status(), 200);
}

#[tokio::test]
async fn connections_break_before_or_within_the_response() {
    let caller = Caller::of(Sandbox::builder()).await;
    let url = caller.url(&caller.jobs_path(0));
    caller.sandbox.fault(Fault::reset());
    let error = caller.http.get(&url).send().await.unwrap_err();
    assert!(error.is_request() && !error.is_connect(), "{error:?}");

    let part = Fault::answer(StatusCode::OK).body(r#"{"tasks":["#);
    caller.sandbox.fault(part.cut_off());
    let mut response = caller.http.get(&url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.chunk().await.unwrap().unwrap(), r#"{"tasks":["#);
    response.chunk().await.unwrap_err();
    assert_eq!(caller.get(&caller.jobs_path(0)).await.status(), 200);
}

#[tokio::test]
async fn response_is_delayed() {
    let caller = Caller::of(Sandbox::builder()).await;
    // The clock of the runtime runs ahead while there is nothing else to do.
    tokio::time::pause();
    let hour = Duration::from_secs(3600);
    let begin = tokio::time::Instant::now();
    caller.sandbox.fault(Fault::delay(hour));
    assert_eq!(caller.get(&caller.jobs_path(0)).await.status(), 200);
    caller.sandbox.fault(Fault::reset().after(hour));
    let url = caller.url("");
    caller.http.get(&url).send().await.unwrap_err();
    assert!(begin.elapsed() >= 2 * hour);
}
