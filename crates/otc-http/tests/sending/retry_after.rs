//! `Retry-After` in seconds, as a date, and with invalid values.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Response;
use otc_http::{Layers, RetryAfter, RetryPolicy};
use otc_vbs_testing::{Script, ok, status, status_with};

use crate::{SECOND, get, immediate, retrying, send, slowest, status_of, text};

fn asks(retry_after: &str) -> Response<Bytes> {
    status_with(429, "retry-after", retry_after)
}

/// The time of each request, in milliseconds, if the first is answered with `first`.
async fn times(first: Response<Bytes>, policy: RetryPolicy) -> Vec<u128> {
    let service = Script::new([first, ok()]);
    let answer = send(retrying(policy), service.clone(), get()).await;
    assert_eq!(status_of(&answer), 200);
    service.times()
}

#[tokio::test(start_paused = true)]
async fn retry_after_0_still_waits_for_half_of_the_base() {
    assert_eq!(times(asks("0"), immediate()).await, [0, 500]);
    assert_eq!(times(asks("0"), slowest()).await, [0, 1000]);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_before_the_random_pause() {
    assert_eq!(times(asks("3"), immediate()).await, [0, 3000]);
    // Clients that got the same time do not all return at the same moment.
    assert_eq!(times(asks("3"), slowest()).await, [0, 3500]);
}

#[tokio::test(start_paused = true)]
async fn retry_after_of_503_is_waited_for() {
    let unavailable = status_with(503, "retry-after", "7");
    assert_eq!(times(unavailable, immediate()).await, [0, 7000]);
}

#[tokio::test(start_paused = true)]
async fn date_counts_from_the_date_of_the_response() {
    // Years away from the clock of this machine.
    let mut response = asks("Sun, 06 Nov 1994 08:49:42 GMT");
    let date = "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap();
    response.headers_mut().insert("date", date);
    assert_eq!(times(response, immediate()).await, [0, 5000]);
}

#[tokio::test(start_paused = true)]
async fn date_counts_from_the_clock_if_the_response_has_no_date() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777); // 08:49:37
    let policy = immediate().clock(move || now);
    let forms =
        ["Sun, 06 Nov 1994 08:49:47 GMT", "Sunday, 06-Nov-94 08:49:47 GMT", "Sun Nov  6 08:49:47 1994"];
    for form in forms {
        assert_eq!(times(asks(form), policy.clone()).await, [0, 10_000], "{form}");
    }
    let past = asks("Sun, 06 Nov 1994 08:00:00 GMT");
    assert_eq!(times(past, policy).await, [0, 500]);
}

#[tokio::test(start_paused = true)]
async fn invalid_retry_after_is_ignored() {
    for invalid in ["", "soon", "-5", "3.5", "1e9", "0x10", "Sun, 99 Nov 1994 99:49:37 GMT"] {
        assert_eq!(times(asks(invalid), slowest()).await, [0, 1000], "{invalid}");
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_beyond_the_ceiling_is_returned_at_once() {
    for (asked, shown) in
        [("61", "61 s"), ("31536000", "31536000 s"), ("99999999999999999999999", "18446744073709551615 s")]
    {
        let service = Script::new([asks(asked)]);
        let answer = send(Layers::new(), service.clone(), get()).await;
        assert_eq!(
            text(&answer),
            format!(
                "HTTP 429 Too Many Requests, not retried, because the service asks to wait {shown}, which is longer than the \
                 limit of 60 s"
            )
        );
        assert_eq!(service.times(), [0]);
    }
    let service = Script::new([asks("Fri, 31 Dec 9999 23:59:59 GMT")]);
    let answer = send(Layers::new(), service.clone(), get()).await;
    assert_eq!(status_of(&answer), 429);
    assert_eq!(service.times(), [0]);
}

#[tokio::test(start_paused = true)]
async fn returned_failure_has_its_retry_after() {
    let after = async |answer: Response<Bytes>, policy: RetryPolicy| {
        let answer = send(retrying(policy), Script::always(answer), get()).await;
        let response = answer.unwrap();
        response.extensions().get::<RetryAfter>().map(|after| after.0)
    };
    // After all retries, without any, and if it is beyond the ceiling.
    assert_eq!(after(asks("3"), immediate()).await, Some(3 * SECOND));
    assert_eq!(after(asks("3"), RetryPolicy::never()).await, Some(3 * SECOND));
    assert_eq!(after(asks("3600"), immediate()).await, Some(3600 * SECOND));
    let unavailable = status_with(503, "retry-after", "7");
    assert_eq!(after(unavailable, immediate()).await, Some(7 * SECOND));
    let mut dated = asks("Sun, 06 Nov 1994 08:49:42 GMT");
    let date = "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap();
    dated.headers_mut().insert("date", date);
    assert_eq!(after(dated, immediate()).await, Some(5 * SECOND));
    assert_eq!(after(asks("soon"), immediate()).await, None);
    assert_eq!(after(status(503), immediate()).await, None);
    assert_eq!(after(status_with(200, "retry-after", "3"), immediate()).await, None);
}

#[tokio::test(start_paused = true)]
async fn ceiling_can_be_raised() {
    let ceiling = 600 * SECOND;
    let policy = immediate().retry_after_ceiling(ceiling).rate_limit_patience(ceiling * 2);
    let service = Script::new([asks("600"), ok()]);
    let layers = retrying(policy).timeout(ceiling * 2);
    assert_eq!(status_of(&send(layers, service.clone(), get()).await), 200);
    assert_eq!(service.times(), [0, 600_000]);
}
