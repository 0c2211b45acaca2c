//! Futures that are dropped before they end: they hold nothing back from those that come after.

use std::future::Future;
use std::task::Poll;
use std::time::Duration;

use otc_vbs::transport::RateLimit;
use otc_vbs_tests::{Fault, Faulty, POLICY, Reply, Script, json, status};
use tokio::time::timeout;

use crate::{NO_POLICIES, at_once};

/// Lets a future run until it waits, and drops it.
async fn begin_and_cancel(call: impl Future) {
    let mut call = std::pin::pin!(call);
    std::future::poll_fn(|context| {
        assert!(call.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_gives_its_place_back() {
    let service = Script::new((0..50).map(|_| Reply::Never).chain([json(NO_POLICIES).into()]));
    let client = service.builder().concurrency(2).build().unwrap();
    for _ in 0..50 {
        begin_and_cancel(client.policies().list()).await;
        assert_eq!(service.in_flight(), 0);
    }
    client.policies().list().await.unwrap();
    assert_eq!((service.requests(), service.most_in_flight()), (51, 1));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_while_it_waits_for_its_turn() {
    let late = Reply::Late(Duration::from_secs(1), Box::new(json(NO_POLICIES).into()));
    let service = Script::new([late, json(NO_POLICIES).into()]);
    let client = service.builder().concurrency(1).build().unwrap();
    let policies = client.policies();
    let first = policies.list();
    let others = async {
        for _ in 0..50 {
            begin_and_cancel(client.policies().list()).await;
        }
        client.policies().list().await
    };
    let (first, last) = tokio::join!(first, others);
    assert!(first.is_ok() && last.is_ok());
    assert_eq!(service.times(), [0, 1000]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_while_the_rate_is_limited() {
    let service = Script::always(json(NO_POLICIES));
    let limit = RateLimit::new(1, Duration::from_secs(1));
    let client = service.builder().rate_limit(limit).build().unwrap();
    client.policies().list().await.unwrap();
    for _ in 0..50 {
        begin_and_cancel(client.policies().list()).await;
    }
    client.policies().list().await.unwrap();
    assert_eq!(service.times(), [0, 1000]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_in_its_pause_is_not_repeated() {
    let service = Script::new([status(503), json(NO_POLICIES)]);
    let longest = otc_vbs::transport::RetryPolicy::default().jitter(|longest| longest);
    let client = service.builder().retry(longest).build().unwrap();
    begin_and_cancel(client.policies().list()).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(service.requests(), 1);
    client.policies().list().await.unwrap();
    assert_eq!(service.requests(), 2);
}

#[tokio::test]
async fn a_connection_that_is_dropped_is_closed() {
    // The server stays silent until the client closes the connection; only then is it free to count another.
    let server = Faulty::with([Fault::Silence(vec![]), Fault::json(NO_POLICIES)]).await;
    let client = server.builder().retry(at_once()).build().unwrap();
    let policy = client.policy(POLICY);
    let call = async {
        while server.requests() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = policy.run() => panic!("nothing was answered"),
        () = call => {}
    }
    let answer = timeout(Duration::from_secs(60), client.policies().list()).await;
    assert_eq!(answer.unwrap().unwrap(), []);
    assert_eq!((server.connections(), server.requests()), (2, 2));
    while server.open() > 0 {
        tokio::task::yield_now().await;
    }
}
