#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::{join_all, poll_immediate};
use tokio::sync::Semaphore;

use super::flight::Flight;
use crate::Error;

/// Makes values that come when they are let go.
struct Maker {
    made: AtomicUsize,
    gate: Semaphore,
}

impl Maker {
    fn new() -> Self {
        Self {
            made: AtomicUsize::new(0),
            gate: Semaphore::new(0),
        }
    }

    async fn make(&self) -> crate::Result<usize> {
        let number = self.made.fetch_add(1, Ordering::SeqCst) + 1;
        self.gate.acquire().await.unwrap().forget();
        Ok(number)
    }

    async fn fail(&self) -> crate::Result<usize> {
        let number = self.make().await?;
        Err(Error::auth(format!("attempt {number}")))
    }

    fn made(&self) -> usize {
        self.made.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_hundred_who_ask_at_once_get_one_value() {
    let (flight, maker) = (Flight::default(), Maker::new());
    let asking = join_all((0..100).map(|_| flight.get(|_| true, || maker.make())));
    let (all, ()) = tokio::join!(asking, async { maker.gate.add_permits(100) });
    assert!(all.iter().all(|value| **value.as_ref().unwrap() == 1));
    assert_eq!(maker.made(), 1);
}

#[tokio::test]
async fn a_hundred_who_ask_at_once_get_one_failure() {
    let (flight, maker) = (Flight::default(), Maker::new());
    let asking = join_all((0..100).map(|_| flight.get(|_| true, || maker.fail())));
    let (all, ()) = tokio::join!(asking, async { maker.gate.add_permits(100) });
    assert!(
        all.iter()
            .all(|value| value.as_ref().unwrap_err().to_string() == "attempt 1")
    );
    assert_eq!(maker.made(), 1);

    let later = flight.get(|_| true, || maker.make()).await;
    assert_eq!(*later.unwrap(), 2, "a failure is for those who waited");
}

#[tokio::test]
async fn where_the_maker_is_dropped_the_next_goes_on() {
    let (flight, maker) = (Flight::default(), Maker::new());
    let mut first = Box::pin(flight.get(|_| true, || maker.make()));
    assert!(poll_immediate(&mut first).await.is_none());
    let mut second = Box::pin(flight.get(|_| true, || maker.make()));
    assert!(poll_immediate(&mut second).await.is_none());
    assert_eq!(maker.made(), 1, "the second waits for the first");

    drop(first);
    maker.gate.add_permits(1);
    assert_eq!(*second.await.unwrap(), 2);
    assert_eq!(*flight.get(|_| true, || maker.make()).await.unwrap(), 2);
}

#[tokio::test]
async fn one_who_waits_may_be_dropped() {
    let (flight, maker) = (Flight::default(), Maker::new());
    let mut first = Box::pin(flight.get(|_| true, || maker.make()));
    assert!(poll_immediate(&mut first).await.is_none());
    let mut second = Box::pin(flight.get(|_| true, || maker.make()));
    assert!(poll_immediate(&mut second).await.is_none());

    drop(second);
    maker.gate.add_permits(1);
    assert_eq!(*first.await.unwrap(), 1);
}

#[tokio::test]
async fn what_is_no_longer_good_is_made_anew_once() {
    let (flight, maker) = (Flight::default(), Maker::new());
    maker.gate.add_permits(100);
    assert_eq!(*flight.get(|_| true, || maker.make()).await.unwrap(), 1);
    let all = join_all((0..50).map(|_| flight.get(|value| *value == 2, || maker.make()))).await;
    assert!(all.iter().all(|value| **value.as_ref().unwrap() == 2));

    assert!(flight.take_if(|value| *value == 1).is_none());
    assert!(flight.take_if(|value| *value == 2).is_some());
    assert_eq!(*flight.get(|_| true, || maker.make()).await.unwrap(), 3);
}
