//! Calls that are dropped before they end do not affect later calls.

use std::task::Poll;

use otc_http::{Layers, RateLimit, Transport as _};
use otc_vbs_testing::{Fault, Faulty, Reply, Script, ok, status};
use tokio::time::timeout;

use crate::{BODY, SECOND, get, get_from, http, immediate, post_to, retrying, slowest, stack, status_of};

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
async fn dropped_call_frees_its_slot() {
    let service = Script::new((0..50).map(|_| Reply::Never).chain([ok().into()]));
    let transport = stack(Layers::new().concurrency(2), service.clone());
    for _ in 0..50 {
        begin_and_cancel(transport.send(get())).await;
        assert_eq!(service.in_flight(), 0);
    }
    transport.send(get()).await.unwrap();
    assert_eq!((service.requests(), service.most_in_flight()), (51, 1));
}

#[tokio::test(start_paused = true)]
async fn call_dropped_while_it_waits_for_its_turn_takes_no_turn() {
    let late = Reply::Late(SECOND, Box::new(ok().into()));
    let service = Script::new([late, ok().into()]);
    let transport = stack(Layers::new().concurrency(1), service.clone());
    let others = async {
        for _ in 0..50 {
            begin_and_cancel(transport.send(get())).await;
        }
        transport.send(get()).await
    };
    let (first, last) = tokio::join!(transport.send(get()), others);
    assert!(first.is_ok() && last.is_ok());
    assert_eq!(service.times(), [0, 1000]);
}

#[tokio::test(start_paused = true)]
async fn call_dropped_while_the_rate_is_limited_takes_no_turn() {
    let service = Script::always(ok());
    let layers = Layers::new().rate_limit(RateLimit::new(1, SECOND));
    let transport = stack(layers, service.clone());
    transport.send(get()).await.unwrap();
    for _ in 0..50 {
        begin_and_cancel(transport.send(get())).await;
    }
    transport.send(get()).await.unwrap();
    assert_eq!(service.times(), [0, 1000]);
}

#[tokio::test(start_paused = true)]
async fn call_dropped_in_its_pause_is_not_retried() {
    let service = Script::new([status(503), ok()]);
    let transport = stack(retrying(slowest()), service.clone());
    begin_and_cancel(transport.send(get())).await;
    tokio::time::sleep(60 * SECOND).await;
    assert_eq!(service.requests(), 1);
    transport.send(get()).await.unwrap();
    assert_eq!(service.requests(), 2);
}

#[tokio::test]
async fn connection_of_a_dropped_call_is_closed() {
    // The server stays silent until the client closes the connection.
    let server = Faulty::with([Fault::Silence(vec![]), Fault::json(BODY)]).await;
    let transport = stack(retrying(immediate()), http());
    let arrived = async {
        while server.requests() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = transport.send(post_to(&server)) => panic!("nothing was answered"),
        () = arrived => {}
    }
    let answer = timeout(60 * SECOND, transport.send(get_from(&server))).await;
    assert_eq!(status_of(&answer.unwrap()), 200);
    assert_eq!((server.connections(), server.requests()), (2, 2));
    while server.open() > 0 {
        tokio::task::yield_now().await;
    }
}
