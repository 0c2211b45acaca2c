//! Requests that the service refuses because there were too many.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use otc_http::{Layers, RetryPolicy, Transport, TransportFuture};
use otc_vbs_testing::{Script, json, ok, status, status_with};
use tokio::time::Instant;

use crate::{SECOND, get, immediate, post, retrying, send, status_of, text};

#[tokio::test(start_paused = true)]
async fn post_is_retried_after_429() {
    let service = Script::new([status(429), ok()]);
    let answer = send(Layers::new(), service.clone(), post()).await;
    assert_eq!(status_of(&answer), 200);
    assert_eq!(service.requests(), 2);
}

fn gateway_limit(status: u16, code: &str) -> Response<Bytes> {
    let mut response = json(format!(r#"{{"error_code":"{code}","error_msg":"slow down"}}"#));
    *response.status_mut() = status.try_into().unwrap();
    response
}

#[tokio::test(start_paused = true)]
async fn status_413_with_retry_after_and_403_with_apigw_0308_are_retried() {
    for (limit, times) in
        [(status_with(413, "retry-after", "3"), [0, 3000]), (gateway_limit(403, "APIGW.0308"), [0, 500])]
    {
        for request in [get(), post()] {
            let service = Script::new([limit.clone(), ok()]);
            let answer = send(retrying(immediate()), service.clone(), request).await;
            assert_eq!(status_of(&answer), 200);
            assert_eq!(service.times(), times);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn status_413_without_retry_after_and_403_without_apigw_0308_are_not_retried() {
    for refusal in [
        status(413),
        status(403),
        gateway_limit(403, "APIGW.0301"),
        status_with(403, "retry-after", "3"),
        gateway_limit(400, "APIGW.0308"),
    ] {
        for request in [get(), post()] {
            let service = Script::new([refusal.clone()]);
            let answer = send(retrying(immediate()), service.clone(), request).await;
            assert_eq!(status_of(&answer), refusal.status().as_u16());
            assert_eq!(service.requests(), 1);
        }
    }
}

/// Answers 429 until the quota is renewed.
struct Quota {
    renewed: Instant,
}

impl Transport for Quota {
    fn send(&self, _: Request<Bytes>) -> TransportFuture<'_> {
        let response = match Instant::now() < self.renewed {
            true => status(429),
            false => ok(),
        };
        Box::pin(async { Ok(response) })
    }
}

#[tokio::test(start_paused = true)]
async fn default_policy_outlasts_a_quota_per_minute() {
    for request in [get(), post()] {
        let renewed = Instant::now() + 60 * SECOND;
        let answer = send(Layers::new(), Quota { renewed }, request).await;
        assert_eq!(status_of(&answer), 200);
    }
}

#[tokio::test(start_paused = true)]
async fn rate_limited_call_ends_when_its_patience_is_over() {
    for (patience, times, note) in [
        (Duration::ZERO, vec![0], "HTTP 429 Too Many Requests"),
        (10 * SECOND, vec![0, 500, 1500, 3500, 7500], "after 5 attempts; still rate limited after 7 s"),
    ] {
        let service = Script::always(status(429));
        let policy = immediate().rate_limit_patience(patience);
        let answer = send(retrying(policy), service.clone(), post()).await;
        assert_eq!(service.times(), times);
        assert!(text(&answer).ends_with(note), "{}", text(&answer));
    }
    let began = Instant::now();
    let answer = send(Layers::new(), Script::always(status(429)), get()).await;
    assert_eq!(status_of(&answer), 429);
    let elapsed = began.elapsed();
    assert!((60 * SECOND..=90 * SECOND).contains(&elapsed), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn one_attempt_means_no_retry_after_a_rate_limit() {
    let service = Script::new([status(429)]);
    let answer = send(retrying(RetryPolicy::never()), service.clone(), get()).await;
    assert_eq!(text(&answer), "HTTP 429 Too Many Requests");
}
