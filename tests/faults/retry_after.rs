//! How long the service asks to wait, in either form, and what is made of what no service should ask.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Response;
use otc_vbs::transport::RetryPolicy;
use otc_vbs_tests::{Script, json, status_with};

use crate::{NO_POLICIES, at_once};

fn asks(retry_after: &str) -> Response<Bytes> {
    status_with(429, "retry-after", retry_after)
}

/// When each request came, in milliseconds, where the first is answered so.
async fn times(first: Response<Bytes>, policy: RetryPolicy) -> Vec<u128> {
    let service = Script::new([first, json(NO_POLICIES)]);
    let client = service.builder().retry(policy).build().unwrap();
    client.policies().list().await.unwrap();
    service.times()
}

#[tokio::test(start_paused = true)]
async fn status_429_with_retry_after_0() {
    // The request may be repeated at once. Without another limit on the repeats, it is not.
    assert_eq!(times(asks("0"), at_once()).await, [0, 500]);
    let longest = RetryPolicy::default().jitter(|longest| longest);
    assert_eq!(times(asks("0"), longest).await, [0, 1000]);
}

#[tokio::test(start_paused = true)]
async fn status_429_with_retry_after_3() {
    assert_eq!(times(asks("3"), at_once()).await, [0, 3000]);
    // Never earlier; and many that were told the same do not all come back in the same moment.
    let longest = RetryPolicy::default().jitter(|longest| longest);
    assert_eq!(times(asks("3"), longest).await, [0, 3500]);
}

#[tokio::test(start_paused = true)]
async fn status_503_with_retry_after() {
    let unavailable = status_with(503, "retry-after", "7");
    assert_eq!(times(unavailable, at_once()).await, [0, 7000]);
}

#[tokio::test(start_paused = true)]
async fn status_429_with_an_http_date_goes_by_the_clock_of_the_service() {
    // Years away from the clock of this machine.
    let mut response = asks("Sun, 06 Nov 1994 08:49:42 GMT");
    let date = "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap();
    response.headers_mut().insert("date", date);
    assert_eq!(times(response, at_once()).await, [0, 5000]);
}

#[tokio::test(start_paused = true)]
async fn status_429_with_an_http_date_and_no_clock_of_the_service() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777); // 08:49:37
    let policy = at_once().clock(move || now);
    let forms = [
        "Sun, 06 Nov 1994 08:49:47 GMT",
        "Sunday, 06-Nov-94 08:49:47 GMT",
        "Sun Nov  6 08:49:47 1994",
    ];
    for form in forms {
        assert_eq!(times(asks(form), policy.clone()).await, [0, 10_000], "{form}");
    }
    let past = asks("Sun, 06 Nov 1994 08:00:00 GMT");
    assert_eq!(times(past, policy).await, [0, 500]);
}

#[tokio::test(start_paused = true)]
async fn status_429_with_a_retry_after_that_says_nothing() {
    let longest = RetryPolicy::default().jitter(|longest| longest);
    for absurd in [
        "",
        "soon",
        "-5",
        "3.5",
        "1e9",
        "0x10",
        "Sun, 99 Nov 1994 99:49:37 GMT",
    ] {
        let times = times(asks(absurd), longest.clone()).await;
        assert_eq!(times, [0, 1000], "{absurd}");
    }
}

#[tokio::test(start_paused = true)]
async fn status_429_with_an_absurd_retry_after_is_returned_at_once() {
    for (absurd, shown) in [
        ("61", "61 s"),
        ("31536000", "31536000 s"),
        ("99999999999999999999999", "18446744073709551615 s"),
    ] {
        let service = Script::new([asks(absurd)]);
        let client = service.builder().build().unwrap();
        let error = client.policies().list().await.unwrap_err();
        assert!(error.is_rate_limited() && error.is_retryable());
        assert_eq!(
            error.to_string(),
            format!(
                "listBackupPolicies: HTTP 429 Too Many Requests, not repeated, because the service asks to wait {shown}, \
                 which is longer than the limit of 60 s"
            )
        );
        assert_eq!(service.times(), [0]);
    }
    // Further than any date.
    let service = Script::new([asks("Fri, 31 Dec 9999 23:59:59 GMT")]);
    let client = service.builder().build().unwrap();
    assert!(client.policies().list().await.unwrap_err().is_rate_limited());
    assert_eq!(service.times(), [0]);
}

#[tokio::test(start_paused = true)]
async fn the_caller_is_told_how_long_the_service_asks_to_wait() {
    let error_of = async |answer: Response<Bytes>, policy: RetryPolicy| {
        let service = Script::always(answer);
        let client = service.builder().retry(policy).build().unwrap();
        client.policies().list().await.unwrap_err()
    };
    let after = async |answer, policy| error_of(answer, policy).await.retry_after();
    // After all repeats, with no repeat at all, and where it is longer than is waited.
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    assert_eq!(after(asks("3"), at_once()).await, seconds(3));
    assert_eq!(after(asks("3"), RetryPolicy::never()).await, seconds(3));
    assert_eq!(after(asks("3600"), at_once()).await, seconds(3600));
    let unavailable = status_with(503, "retry-after", "7");
    assert_eq!(after(unavailable, at_once()).await, seconds(7));
    let mut dated = asks("Sun, 06 Nov 1994 08:49:42 GMT");
    let date = "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap();
    dated.headers_mut().insert("date", date);
    assert_eq!(after(dated, at_once()).await, seconds(5));
    assert_eq!(after(asks("soon"), at_once()).await, None);
    assert_eq!(after(otc_vbs_tests::status(503), at_once()).await, None);
}

#[tokio::test(start_paused = true)]
async fn the_ceiling_can_be_set() {
    let ceiling = Duration::from_secs(600);
    let policy = at_once()
        .retry_after_ceiling(ceiling)
        .rate_limit_patience(ceiling * 2);
    let service = Script::new([asks("600"), json(NO_POLICIES)]);
    let builder = service.builder().retry(policy).timeout(ceiling * 2);
    builder.build().unwrap().policies().list().await.unwrap();
    assert_eq!(service.times(), [0, 600_000]);
}
