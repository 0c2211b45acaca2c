#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{join_all, poll_immediate};
use tokio::sync::Semaphore;

use super::single_flight::SingleFlight;
use crate::Error;

const LIMIT: Duration = Duration::from_secs(60);

/// Makes numbered values, each when a permit is added.
#[derive(Clone)]
struct Maker(Arc<(AtomicUsize, Semaphore)>);

impl Maker {
    fn new() -> Self {
        Self(Arc::new((AtomicUsize::new(0), Semaphore::new(0))))
    }

    fn make(&self) -> impl Future<Output = crate::Result<usize>> + Send + 'static {
        let maker = Arc::clone(&self.0);
        async move {
            let number = maker.0.fetch_add(1, Ordering::SeqCst) + 1;
            maker.1.acquire().await.unwrap().forget();
            Ok(number)
        }
    }

    fn fail(&self) -> impl Future<Output = crate::Result<usize>> + Send + 'static {
        let value = self.make();
        async move { Err(Error::auth(format!("attempt {}", value.await?))) }
    }

    fn permit(&self, values: usize) {
        self.0.1.add_permits(values);
    }

    fn made(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }
}

fn flight() -> SingleFlight<usize> {
    SingleFlight::new("the test", LIMIT)
}

#[tokio::test]
async fn concurrent_callers_share_one_value() {
    let (flight, maker) = (flight(), Maker::new());
    let callers = join_all((0..100).map(|_| flight.get(|_| true, || maker.make())));
    let (all, ()) = tokio::join!(callers, async { maker.permit(100) });
    assert!(all.iter().all(|value| **value.as_ref().unwrap() == 1));
    assert_eq!(maker.made(), 1);
}

#[tokio::test]
async fn concurrent_callers_share_one_error_and_later_ones_start_again() {
    let (flight, maker) = (flight(), Maker::new());
    let callers = join_all((0..100).map(|_| flight.get(|_| true, || maker.fail())));
    let (all, ()) = tokio::join!(callers, async { maker.permit(100) });
    assert!(all.iter().all(|value| value.as_ref().unwrap_err().to_string() == "attempt 1"));
    assert_eq!(maker.made(), 1);
    assert_eq!(*flight.get(|_| true, || maker.make()).await.unwrap(), 2);
}

#[tokio::test]
async fn dropped_callers_change_nothing() {
    let (flight, maker) = (flight(), Maker::new());
    let mut callers: Vec<_> = (0..3).map(|_| Box::pin(flight.get(|_| true, || maker.make()))).collect();
    for caller in &mut callers {
        assert!(poll_immediate(caller).await.is_none());
    }
    tokio::task::yield_now().await;
    // The first started the work, the second only waits.
    callers.drain(..2);
    maker.permit(1);
    assert_eq!(*callers.remove(0).await.unwrap(), 1);
    assert_eq!(maker.made(), 1);
}

#[tokio::test]
async fn unusable_value_is_replaced_once() {
    let (flight, maker) = (flight(), Maker::new());
    maker.permit(100);
    assert_eq!(*flight.get(|_| true, || maker.make()).await.unwrap(), 1);
    let all = join_all((0..50).map(|_| flight.get(|value| *value == 2, || maker.make()))).await;
    assert!(all.iter().all(|value| **value.as_ref().unwrap() == 2));

    assert!(flight.take_if(|value| *value == 1).is_none());
    assert!(flight.take_if(|value| *value == 2).is_some());
    assert_eq!(*flight.get(|_| true, || maker.make()).await.unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn work_has_a_limit() {
    let (flight, maker) = (flight(), Maker::new());
    let start = tokio::time::Instant::now();
    let error = flight.get(|_| true, || maker.make()).await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable());
    assert_eq!(error.to_string(), "the test did not finish within 60 s");
    assert_eq!(start.elapsed().as_secs(), 60);
    maker.permit(1);
    assert_eq!(*flight.get(|_| true, || maker.make()).await.unwrap(), 2);
}

#[tokio::test]
async fn unlimited_work_is_possible() {
    let (flight, maker) = (SingleFlight::new("the test", Duration::MAX), Maker::new());
    maker.permit(1);
    assert_eq!(*flight.get(|_| true, || maker.make()).await.unwrap(), 1);
}

#[tokio::test]
async fn panic_in_the_work_is_an_error_for_all_its_waiters() {
    let (flight, maker) = (flight(), Maker::new());
    let panics = || {
        let value = maker.make();
        async move {
            value.await?;
            panic!("on purpose")
        }
    };
    let callers = join_all((0..10).map(|_| flight.get(|_| true, panics)));
    let (all, ()) = tokio::join!(callers, async { maker.permit(1) });
    assert!(all.iter().all(|value| value.as_ref().unwrap_err().to_string() == "the test panicked"));
    maker.permit(1);
    assert_eq!(*flight.get(|_| true, || maker.make()).await.unwrap(), 2);
}

#[test]
fn work_of_a_runtime_that_is_shutting_down_is_an_error() {
    let (flight, maker) = (flight(), Maker::new());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let handle = runtime.handle().clone();
    drop(runtime);
    let _guard = handle.enter();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut caller = Box::pin(flight.get(|_| true, || maker.make()));
    let std::task::Poll::Ready(Err(error)) = caller.as_mut().poll(&mut context) else {
        panic!("the caller waits for a runtime that is gone");
    };
    assert!(error.to_string().contains("shutting down"), "{error}");
}
