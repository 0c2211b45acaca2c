//! Limits on concurrent calls and on the request rate.

use std::time::Duration;

use futures_util::future::join_all;
use otc_http::{Layers, RateLimit, RateLimitTransport, Transport as _, TransportErrorKind};
use otc_vbs_testing::{Reply, Script, ok, status};

use crate::{SECOND, get, immediate, retrying, send, stack, text};

#[tokio::test(start_paused = true)]
async fn calls_wait_for_their_turn() {
    let service = Script::always(Reply::Late(SECOND, Box::new(ok().into())));
    let transport = stack(Layers::new().concurrency(3), service.clone());
    let calls = join_all((0..8).map(|_| transport.send(get()))).await;
    assert!(calls.iter().all(Result::is_ok));
    assert_eq!(service.times(), [0, 0, 0, 1000, 1000, 1000, 2000, 2000]);
    assert_eq!(service.most_in_flight(), 3);
}

#[tokio::test(start_paused = true)]
async fn call_that_is_not_sent_in_time_says_so() {
    let service = Script::always(Reply::Never);
    let layers = Layers::new().concurrency(1).timeout(2 * SECOND).attempt_timeout(Duration::MAX);
    let transport = stack(layers, service.clone());
    let (first, second) = tokio::join!(transport.send(get()), transport.send(get()));
    assert!(text(&first).ends_with(", in its first attempt"), "{first:?}");
    assert_eq!(
        text(&second),
        "the call to service.example.com was not sent in time, because the limit of calls at the same time (1) was reached"
    );
    for answer in [first, second] {
        assert_eq!(answer.unwrap_err().kind(), TransportErrorKind::Timeout);
    }
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn concurrency_0_counts_as_1() {
    let service = Script::always(ok());
    send(Layers::new().concurrency(0), service.clone(), get()).await.unwrap();
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn requests_keep_the_rate() {
    let service = Script::always(ok());
    let transport = stack(Layers::new().rate_limit(RateLimit::per_second(2)), service.clone());
    join_all((0..6).map(|_| transport.send(get()))).await;
    assert_eq!(service.times(), [0, 0, 500, 1000, 1500, 2000]);
    tokio::time::sleep(60 * SECOND).await;
    join_all((0..3).map(|_| transport.send(get()))).await;
    assert_eq!(service.times()[6..], [62_000, 62_000, 62_500]);
}

#[tokio::test(start_paused = true)]
async fn retries_keep_the_rate_too() {
    let service = Script::always(status(503));
    let layers = retrying(immediate()).rate_limit(RateLimit::new(1, SECOND));
    send(layers, service.clone(), get()).await.unwrap();
    assert_eq!(service.times(), [0, 1000, 2000, 3000]);
}

#[tokio::test(start_paused = true)]
async fn duration_max_as_interval_allows_only_the_burst() {
    for burst in [1, 2, 5] {
        let limit = RateLimit::new(1, Duration::MAX).burst(burst);
        let transport = RateLimitTransport::new(Script::always(ok()), limit);
        for _ in 0..burst {
            transport.send(get()).await.unwrap();
        }
        let day = SECOND * 24 * 60 * 60;
        let next = tokio::time::timeout(day, transport.send(get()));
        assert!(next.await.is_err(), "the request after a burst of {burst} waits");
    }
}
