//! The failures that are retried, and the number of attempts.

use bytes::Bytes;
use http::{Method, Response};
use otc_http::{RetryBudget, RetryPolicy, Transport as _, TransportErrorKind};
use otc_vbs_testing::{Reply, Script, ok, status};

use crate::{HOST, get, immediate, post, request, retrying, send, stack, status_of, text};

#[tokio::test]
async fn get_is_sent_four_times_while_the_service_is_unavailable() {
    let html = "<html><head><title>503 Service Unavailable</title></head></html>";
    let response = Response::builder().status(503).header("content-type", "text/html");
    let service = Script::always(response.body(Bytes::from(html)).unwrap());
    let answer = send(retrying(immediate()), service.clone(), get()).await;
    assert_eq!(text(&answer), "HTTP 503 Service Unavailable: 503 Service Unavailable, after 4 attempts");
    assert_eq!(service.requests(), 4);
}

#[tokio::test]
async fn get_succeeds_after_one_502() {
    let service = Script::new([status(502), ok()]);
    let answer = send(retrying(immediate()), service.clone(), get()).await;
    assert_eq!(status_of(&answer), 200);
    assert_eq!(service.requests(), 2);
}

#[tokio::test]
async fn post_is_not_retried_after_503() {
    let service = Script::new([status(503)]);
    let answer = send(retrying(immediate()), service.clone(), post()).await;
    assert_eq!(
        text(&answer),
        "HTTP 503 Service Unavailable, not retried, because the service may have acted on it"
    );
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn post_retried_after_429_is_not_retried_after_502() {
    let service = Script::new([status(429), status(502)]);
    let answer = send(retrying(immediate()), service.clone(), post()).await;
    assert_eq!(
        text(&answer),
        "HTTP 502 Bad Gateway, after 2 attempts; not retried, because the service may have acted on it"
    );
    assert_eq!(service.requests(), 2);
}

#[tokio::test]
async fn retried_delete_may_end_with_404() {
    let service = Script::new([status(504), status(404)]);
    let delete = request(Method::DELETE, "https://service.example.com/items/1");
    let answer = send(retrying(immediate()), service.clone(), delete).await;
    assert_eq!(status_of(&answer), 404);
    assert!(text(&answer).ends_with(", after 2 attempts"), "{answer:?}");
    assert_eq!(service.requests(), 2);
}

#[tokio::test]
async fn other_statuses_are_returned_at_once() {
    for code in [400, 403, 404, 408, 409, 500, 501, 505] {
        let service = Script::new([status(code)]);
        let answer = send(retrying(immediate()), service.clone(), get()).await;
        assert_eq!(status_of(&answer), code);
        assert_eq!(service.requests(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn different_failures_count_together() {
    let replies: [Reply; 4] = [
        status(429).into(),
        TransportErrorKind::Interrupted.into(),
        status(504).into(),
        TransportErrorKind::Connect.into(),
    ];
    let service = Script::new(replies);
    let answer = send(retrying(immediate()), service.clone(), get()).await;
    assert_eq!(answer.as_ref().unwrap_err().kind(), TransportErrorKind::Connect);
    assert_eq!(text(&answer), "scripted: Connect, after 4 attempts");
    assert_eq!(service.requests(), 4);
}

#[tokio::test]
async fn budget_limits_the_retries_of_all_calls() {
    let service = Script::always(status(503));
    let policy = immediate().budget(RetryBudget::new(10, 0.1));
    let transport = stack(retrying(policy), service.clone());
    for _ in 0..100 {
        assert_eq!(status_of(&transport.send(get()).await), 503);
    }
    assert_eq!(service.requests(), 100 + 10);
    assert_eq!(
        text(&transport.send(get()).await),
        "HTTP 503 Service Unavailable, not retried, because too many calls of this client had to be retried"
    );
}

#[tokio::test]
async fn successes_refill_the_budget() {
    let mut replies = vec![status(503); 2];
    replies.extend(std::iter::repeat_n(ok(), 10));
    replies.extend([status(503), ok()]);
    let service = Script::new(replies);
    let policy = immediate().budget(RetryBudget::new(1, 0.1));
    let transport = stack(retrying(policy), service.clone());
    // The first call uses the only retry.
    assert_eq!(status_of(&transport.send(get()).await), 503);
    for _ in 0..11 {
        assert_eq!(status_of(&transport.send(get()).await), 200);
    }
    assert_eq!(service.requests(), 14);
}

#[tokio::test]
async fn never_retries_nothing_and_adds_no_note() {
    for reply in
        [Reply::from(status(503)), TransportErrorKind::Connect.into(), TransportErrorKind::Interrupted.into()]
    {
        let service = Script::new([reply]);
        let answer = send(retrying(RetryPolicy::never()), service.clone(), get()).await;
        assert!(!text(&answer).contains("retried"), "{answer:?}");
        assert_eq!(service.requests(), 1);
    }
}

#[tokio::test]
async fn connection_failure_of_a_post_is_retried() {
    let service = Script::new([Reply::from(TransportErrorKind::Connect), ok().into()]);
    let answer = send(retrying(immediate()), service.clone(), post()).await;
    assert_eq!(status_of(&answer), 200);
    let hosts: Vec<_> =
        service.seen().iter().map(|seen| seen.request().uri().host().unwrap().to_owned()).collect();
    assert_eq!(hosts, [HOST, HOST]);
}
