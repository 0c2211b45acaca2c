//! How often something is sent.

use std::time::Duration;

use bytes::Bytes;
use otc_vbs_api::{Operation, Transport, TransportError, TransportFuture};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// How many requests may be sent in some time.
///
/// ```
/// use otc_vbs::transport::RateLimit;
///
/// // A request every 100 ms; after a pause, up to 20 at once.
/// let limit = RateLimit::per_second(10).burst(20);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// Between two requests, once the burst is used up.
    interval: Duration,
    burst: u32,
}

impl RateLimit {
    /// So many requests a second, and as many at once after a pause. 0 counts as 1.
    pub fn per_second(requests: u32) -> Self {
        Self::new(requests, Duration::from_secs(1)).burst(requests)
    }

    /// So many requests in this time, one after the other. 0 counts as 1.
    pub fn new(requests: u32, time: Duration) -> Self {
        Self {
            interval: time / requests.max(1),
            burst: 1,
        }
    }

    /// How many requests may go at once after a pause. 0 counts as 1.
    #[must_use]
    pub fn burst(mut self, requests: u32) -> Self {
        self.burst = requests.max(1);
        self
    }
}

/// Sends no more than a [`RateLimit`] allows; what comes too early waits, first come, first served.
///
/// Inside of the repeats, as in the client, each attempt counts. Whoever stops waiting takes nothing from the others.
#[derive(Debug)]
pub struct RateLimitTransport<T> {
    next: T,
    limit: RateLimit,
    /// When the next request would be due if all went in even steps. It is held locked by the one whose turn is next, so
    /// that the others queue behind it in order.
    due: Mutex<Option<Instant>>,
}

impl<T> RateLimitTransport<T> {
    /// Sends through `next` no more than `limit` allows.
    pub fn new(next: T, limit: RateLimit) -> Self {
        Self {
            next,
            limit,
            due: Mutex::new(None),
        }
    }

    async fn turn(&self) {
        let RateLimit { interval, burst } = self.limit;
        let mut due = self.due.lock().await;
        let now = Instant::now();
        let next_due = due.map_or(now, |due| due.max(now));
        // A burst is as many requests ahead of the even steps.
        let ahead = interval.saturating_mul(burst - 1);
        if let Some(wait) = next_due
            .saturating_duration_since(now)
            .checked_sub(ahead)
            .filter(|wait| !wait.is_zero())
        {
            sleep_until(now + wait).await;
        }
        *due = next_due.checked_add(interval);
    }
}

impl<T: Transport> RateLimitTransport<T> {
    async fn in_time(
        &self,
        operation: &'static Operation,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        self.turn().await;
        self.next.send(operation, request).await
    }
}

impl<T: Transport> Transport for RateLimitTransport<T> {
    fn send(&self, operation: &'static Operation, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.in_time(operation, request))
    }
}
