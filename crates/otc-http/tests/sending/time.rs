//! Time limits, and how long the pauses are.

use std::time::Duration;

use otc_http::{Layers, TransportErrorKind};
use otc_vbs_testing::{Reply, Script, ok, status, status_with};
use tokio::time::Instant;

use crate::{SECOND, get, immediate, post, retrying, send, slowest, status_of, text};

#[tokio::test(start_paused = true)]
async fn pauses_double_up_to_the_cap() {
    let service = Script::always(status(503));
    let policy = slowest().max_attempts(6).cap(SECOND);
    send(retrying(policy), service.clone(), get()).await.unwrap();
    assert_eq!(service.times(), [0, 250, 750, 1750, 2750, 3750]);
}

#[tokio::test(start_paused = true)]
async fn pauses_are_spread_over_the_whole_range() {
    let mut pauses = Vec::new();
    for _ in 0..200 {
        let service = Script::new([status(503), ok()]);
        send(Layers::new(), service.clone(), get()).await.unwrap();
        pauses.push(service.times()[1]);
    }
    assert!(pauses.iter().all(|pause| *pause <= 251), "{pauses:?}");
    // The chance that a quarter of the range has no pause is 0.75^200.
    for quarter in 0..4 {
        let range = quarter * 63..(quarter + 1) * 63;
        assert!(pauses.iter().any(|pause| range.contains(pause)), "{range:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn attempt_that_hangs_is_retried() {
    let service = Script::new([Reply::Never, ok().into()]);
    let layers = retrying(immediate()).attempt_timeout(SECOND);
    send(layers, service.clone(), get()).await.unwrap();
    assert_eq!(service.times(), [0, 1000]);
    assert_eq!(service.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn post_that_hangs_is_not_retried() {
    let service = Script::new([Reply::Never]);
    let answer = send(Layers::new().attempt_timeout(SECOND), service.clone(), post()).await;
    assert_eq!(answer.as_ref().unwrap_err().kind(), TransportErrorKind::Timeout);
    assert_eq!(
        text(&answer),
        "service.example.com did not answer within 1 s, not retried, because the service may have acted on it"
    );
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn call_ends_in_time_regardless_of_its_attempts() {
    let service = Script::always(Reply::Never);
    let layers = retrying(immediate()).attempt_timeout(4 * SECOND).timeout(10 * SECOND);
    let began = Instant::now();
    let answer = send(layers, service.clone(), get()).await;
    assert_eq!(began.elapsed().as_millis() / 100, 100);
    assert_eq!(answer.as_ref().unwrap_err().kind(), TransportErrorKind::Timeout);
    assert_eq!(text(&answer), "the call to service.example.com did not end within 10 s, after 3 attempts");
    assert_eq!(service.requests(), 3);
    assert_eq!(service.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn no_pause_goes_past_the_end_of_the_call() {
    let service = Script::new([status_with(429, "retry-after", "30")]);
    let layers = retrying(immediate()).timeout(20 * SECOND);
    let began = Instant::now();
    let answer = send(layers, service.clone(), get()).await;
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(
        text(&answer),
        "HTTP 429 Too Many Requests, not retried, because the time limit of the call ends before the 30 s until the next \
         attempt"
    );
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn answer_just_in_time_counts() {
    let service = Script::new([Reply::Late(SECOND, Box::new(ok().into()))]);
    let layers = Layers::new().attempt_timeout(SECOND + Duration::from_millis(1));
    assert_eq!(status_of(&send(layers, service.clone(), get()).await), 200);
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn duration_max_disables_the_time_limits() {
    let service = Script::new([Reply::Late(SECOND * 86_400, Box::new(ok().into()))]);
    let layers = Layers::new().attempt_timeout(Duration::MAX).timeout(Duration::MAX);
    assert_eq!(status_of(&send(layers, service.clone(), get()).await), 200);
    assert_eq!(service.requests(), 1);
}
