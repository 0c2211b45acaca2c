//! How much at once, how often, and who asks.

use std::time::Duration;

use futures_util::future::join_all;
use otc_vbs::transport::{ConcurrencyTransport, RateLimit, UserAgentTransport};
use otc_vbs::{Transport, TransportErrorKind};
use otc_vbs_tests::{Reply, Script, json, status};

use crate::{NO_POLICIES, at_once};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn calls_wait_for_their_turn() {
    let late = Reply::Late(SECOND, Box::new(json(NO_POLICIES).into()));
    let service = Script::always(late);
    let client = service.builder().concurrency(3).build().unwrap();
    let policies = client.policies();
    let calls = join_all((0..8).map(|_| policies.list())).await;
    assert!(calls.iter().all(Result::is_ok));
    assert_eq!(service.times(), [0, 0, 0, 1000, 1000, 1000, 2000, 2000]);
    assert_eq!(service.most_in_flight(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_turn_does_not_come_in_time_says_so() {
    let service = Script::always(Reply::Never);
    let builder = service.builder().concurrency(1).timeout(2 * SECOND);
    let client = builder.attempt_timeout(Duration::MAX).build().unwrap();
    let policies = client.policies();
    let (first, second) = tokio::join!(policies.list(), policies.list());
    let first = first.unwrap_err();
    assert!(first.is_timeout());
    assert!(first.to_string().ends_with(", in its first attempt"), "{first}");
    let second = second.unwrap_err();
    assert!(second.is_timeout());
    assert_eq!(
        second.to_string(),
        "listBackupPolicies: the call to vbs.example.com was not sent in time, because 1 other calls were in progress"
    );
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_place_at_all_is_one() {
    let service = Script::always(json(NO_POLICIES));
    let transport = ConcurrencyTransport::new(service.clone(), 0);
    let request = http::Request::new(bytes::Bytes::new());
    transport.send(request).await.unwrap();
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn requests_keep_the_rate() {
    let service = Script::always(json(NO_POLICIES));
    let limit = RateLimit::per_second(2);
    let client = service.builder().rate_limit(limit).build().unwrap();
    let policies = client.policies();
    join_all((0..6).map(|_| policies.list())).await;
    assert_eq!(service.times(), [0, 0, 500, 1000, 1500, 2000]);
    tokio::time::sleep(60 * SECOND).await;
    join_all((0..3).map(|_| policies.list())).await;
    assert_eq!(service.times()[6..], [62_000, 62_000, 62_500]);
}

#[tokio::test(start_paused = true)]
async fn repeats_keep_the_rate_too() {
    let service = Script::always(status(503));
    let limit = RateLimit::new(1, SECOND);
    let builder = service.builder().rate_limit(limit).retry(at_once());
    builder.build().unwrap().policies().list().await.unwrap_err();
    assert_eq!(service.times(), [0, 1000, 2000, 3000]);
}

#[tokio::test]
async fn the_user_agent() {
    let service = Script::always(json(NO_POLICIES));
    let own = concat!("otc-vbs/", env!("CARGO_PKG_VERSION"));
    let builder = service.builder();
    builder.build().unwrap().policies().list().await.unwrap();
    let builder = service.builder().user_agent("report/1.2 (nightly)");
    builder.build().unwrap().policies().list().await.unwrap();
    assert_eq!(
        service.headers("user-agent"),
        [own.to_owned(), format!("{own} report/1.2 (nightly)")]
    );
    let error = service.builder().user_agent("a\nb").build().unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(
        error.to_string(),
        "user_agent: it has characters that are not allowed in a header"
    );
    // One that is there stays.
    let transport = UserAgentTransport::new(service.clone(), "theirs").unwrap();
    let mut request = http::Request::new(bytes::Bytes::new());
    let value = http::HeaderValue::from_static("mine");
    request.headers_mut().insert("user-agent", value);
    transport.send(request).await.unwrap();
    assert_eq!(service.headers("user-agent")[2], "mine");
}

#[tokio::test]
async fn layers_of_ones_own_are_outermost() {
    struct Refuses;
    impl Transport for Refuses {
        fn send(&self, request: http::Request<bytes::Bytes>) -> otc_vbs::TransportFuture<'_> {
            assert!(!request.headers().contains_key("x-auth-token"));
            let kind = TransportErrorKind::Connect;
            Box::pin(async move { Err(otc_vbs::TransportError::new(kind, "the drill")) })
        }
    }
    let service = Script::always(json(NO_POLICIES));
    let builder = service.builder().layer(|_| Refuses);
    let error = builder.build().unwrap().policies().list().await;
    // Nothing repeats it: it stands outside.
    assert_eq!(error.unwrap_err().to_string(), "listBackupPolicies: the drill");
    assert_eq!(service.requests(), 0);
}
