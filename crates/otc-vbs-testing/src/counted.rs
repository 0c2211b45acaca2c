//! A transport that counts requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use otc_http::{Transport, TransportFuture};

/// Counts the requests that go through a transport.
#[derive(Clone, Debug, Default)]
pub struct Counted(Arc<Numbers>);

#[derive(Debug, Default)]
struct Numbers {
    requests: AtomicUsize,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
}

impl Counted {
    /// A transport that passes requests on to `transport`, and its counts.
    pub fn around<T: Transport>(transport: T) -> (Counting<T>, Self) {
        let counted = Self::default();
        let counting = Counting { next: transport, counted: counted.clone() };
        (counting, counted)
    }

    /// The number of requests that were sent.
    pub fn requests(&self) -> usize {
        self.0.requests.load(Ordering::SeqCst)
    }

    /// The number of requests that wait for their response now.
    pub fn in_flight(&self) -> usize {
        self.0.in_flight.load(Ordering::SeqCst)
    }

    /// The highest number of requests that waited at the same time.
    pub fn most_in_flight(&self) -> usize {
        self.0.most_in_flight.load(Ordering::SeqCst)
    }
}

/// A transport whose requests are counted. Made by [`Counted::around`].
#[derive(Clone, Debug)]
pub struct Counting<T> {
    next: T,
    counted: Counted,
}

/// A request that waits for its response, until it is dropped.
struct InFlight(Counted);

impl InFlight {
    fn begin(counted: &Counted) -> Self {
        let numbers = &counted.0;
        numbers.requests.fetch_add(1, Ordering::SeqCst);
        let now = numbers.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        numbers.most_in_flight.fetch_max(now, Ordering::SeqCst);
        Self(counted.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.0.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

impl<T: Transport> Transport for Counting<T> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            let _in_flight = InFlight::begin(&self.counted);
            self.next.send(request).await
        })
    }
}
