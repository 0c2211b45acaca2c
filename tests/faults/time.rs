//! Limits of time, and how long the pauses are.

use std::time::Duration;

use otc_vbs::TransportErrorKind;
use otc_vbs::transport::{RetryBudget, RetryPolicy};
use otc_vbs_tests::{Reply, Script, json, status, status_with};

use crate::{NO_POLICIES, at_once};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn pauses_double_up_to_the_cap() {
    let service = Script::always(status(503));
    let policy = RetryPolicy::default()
        .jitter(|longest| longest)
        .max_attempts(6)
        .cap(SECOND);
    let client = service.builder().retry(policy).build().unwrap();
    client.policies().list().await.unwrap_err();
    assert_eq!(service.times(), [0, 250, 750, 1750, 2750, 3750]);
}

#[tokio::test(start_paused = true)]
async fn pauses_are_random_between_nothing_and_all() {
    let mut pauses = Vec::new();
    for _ in 0..200 {
        let service = Script::new([status(503), json(NO_POLICIES)]);
        let client = service.builder().build().unwrap();
        client.policies().list().await.unwrap();
        pauses.push(service.times()[1]);
    }
    assert!(pauses.iter().all(|pause| *pause <= 251), "{pauses:?}");
    // Each quarter of the range has its share: one without any has a chance of 0.75^200.
    for quarter in 0..4 {
        let range = quarter * 63..(quarter + 1) * 63;
        assert!(pauses.iter().any(|pause| range.contains(pause)), "{range:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_hangs_is_given_up_and_repeated() {
    let service = Script::new([Reply::Never, json(NO_POLICIES).into()]);
    let builder = service.builder().retry(at_once()).attempt_timeout(SECOND);
    builder.build().unwrap().policies().list().await.unwrap();
    assert_eq!(service.times(), [0, 1000]);
    assert_eq!(service.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_post_that_hangs_is_not_repeated() {
    let service = Script::new([Reply::Never]);
    let builder = service.builder().attempt_timeout(SECOND);
    let policy = builder.build().unwrap().policy(otc_vbs_tests::POLICY);
    let error = policy.run().await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(
        error.to_string(),
        "runBackupPolicy: vbs.example.com did not answer within 1 s, not repeated, because the service may have acted on it"
    );
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_in_time_however_its_attempts_go() {
    let service = Script::always(Reply::Never);
    let builder = service.builder().retry(at_once());
    let builder = builder.attempt_timeout(4 * SECOND).timeout(10 * SECOND);
    let begun = tokio::time::Instant::now();
    let error = builder.build().unwrap().policies().list().await.unwrap_err();
    assert_eq!(begun.elapsed().as_millis() / 100, 100);
    assert!(error.is_timeout());
    assert_eq!(
        error.to_string(),
        "listBackupPolicies: the call to vbs.example.com did not end within 10 s, after 3 attempts"
    );
    assert_eq!(service.requests(), 3);
    assert_eq!(service.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn no_pause_goes_past_the_end_of_the_call() {
    let service = Script::new([status_with(429, "retry-after", "30")]);
    let builder = service.builder().retry(at_once()).timeout(20 * SECOND);
    let begun = tokio::time::Instant::now();
    let error = builder.build().unwrap().policies().list().await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert!(error.is_rate_limited());
    assert_eq!(
        error.to_string(),
        "listBackupPolicies: HTTP 429 Too Many Requests, not repeated, because the time limit of the call ends before the 30 s \
         until the next attempt"
    );
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_just_in_time_counts() {
    let late = Reply::Late(SECOND, Box::new(json(NO_POLICIES).into()));
    let service = Script::new([late]);
    let builder = service
        .builder()
        .attempt_timeout(SECOND + Duration::from_millis(1));
    builder.build().unwrap().policies().list().await.unwrap();
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_time_without_end() {
    let late = Reply::Late(SECOND * 86_400, Box::new(json(NO_POLICIES).into()));
    let service = Script::new([late]);
    let builder = service.builder().attempt_timeout(Duration::MAX);
    let builder = builder.timeout(Duration::MAX);
    builder.build().unwrap().policies().list().await.unwrap();
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_down_is_not_sent_four_times_as_much() {
    let service = Script::always(status(503));
    let policy = at_once().budget(RetryBudget::new(10, 0.1));
    let client = service.builder().retry(policy).build().unwrap();
    for _ in 0..100 {
        assert!(client.policies().list().await.unwrap_err().is_retryable());
    }
    assert_eq!(service.requests(), 100 + 10);
    let error = client.policies().list().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "listBackupPolicies: HTTP 503 Service Unavailable, not repeated, because too many calls of this client had to be \
         repeated"
    );
}

#[tokio::test(start_paused = true)]
async fn calls_that_succeed_give_repeats_back() {
    let mut replies = vec![status(503); 2];
    replies.extend(std::iter::repeat_n(json(NO_POLICIES), 10));
    replies.extend([status(503), json(NO_POLICIES)]);
    let service = Script::new(replies);
    let policy = at_once().budget(RetryBudget::new(1, 0.1));
    let client = service.builder().retry(policy).build().unwrap();
    // The first takes the only repeat.
    assert!(client.policies().list().await.is_err());
    for _ in 0..10 {
        client.policies().list().await.unwrap();
    }
    client.policies().list().await.unwrap();
    assert_eq!(service.requests(), 14);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_repeated_where_that_is_said() {
    for reply in [
        Reply::from(status(503)),
        TransportErrorKind::Connect.into(),
        TransportErrorKind::Interrupted.into(),
    ] {
        let service = Script::new([reply]);
        let client = service.builder().retry(RetryPolicy::never());
        let error = client.build().unwrap().policies().list().await.unwrap_err();
        assert!(!error.to_string().contains("repeated"), "{error}");
        assert_eq!(service.requests(), 1);
    }
}
