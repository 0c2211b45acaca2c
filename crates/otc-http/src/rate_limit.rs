//! Limits the request rate.

use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use crate::{Transport, TransportError, TransportFuture};

/// Longer than any process runs, and within the range of every clock.
const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// Limits the request rate.
///
/// ```
/// use otc_http::RateLimit;
///
/// // A request every 100 ms; after a pause, up to 20 at once.
/// let limit = RateLimit::per_second(10).burst(20);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// The interval between two requests, once the burst is used up.
    interval: Duration,
    burst: u32,
}

impl RateLimit {
    /// At most this many requests per second, and as many at once after a pause. 0 counts as 1.
    pub fn per_second(requests: u32) -> Self {
        Self::new(requests, Duration::from_secs(1)).burst(requests)
    }

    /// At most this many requests in `time`, evenly spaced. 0 counts as 1.
    pub fn new(requests: u32, time: Duration) -> Self {
        Self { interval: (time / requests.max(1)).min(NEVER), burst: 1 }
    }

    /// The number of requests that may be sent at once after a pause. 0 counts as 1.
    #[must_use]
    pub fn burst(mut self, requests: u32) -> Self {
        self.burst = requests.max(1);
        self
    }
}

/// Sends no more requests than a [`RateLimit`] allows. Further requests wait in the order in which they
/// arrived.
///
/// Inside the retry layer, where [`Layers`](crate::Layers) places it, every attempt is counted. A cancelled
/// waiter does not consume a slot.
#[derive(Debug)]
pub struct RateLimitTransport<T> {
    next: T,
    limit: RateLimit,
    /// When the next request would be due if all were evenly spaced. The waiter whose turn is next holds the lock, so that the
    /// others queue behind it in order.
    due: Mutex<Option<Instant>>,
}

impl<T> RateLimitTransport<T> {
    /// Limits the rate of `next`.
    pub fn new(next: T, limit: RateLimit) -> Self {
        Self { next, limit, due: Mutex::new(None) }
    }

    async fn wait_for_turn(&self) {
        let RateLimit { interval, burst } = self.limit;
        let mut due = self.due.lock().await;
        let now = Instant::now();
        let next_due = due.map_or(now, |due| due.max(now));
        // A burst runs this far ahead of the even spacing.
        let ahead = interval.saturating_mul(burst - 1);
        if let Some(wait) =
            next_due.saturating_duration_since(now).checked_sub(ahead).filter(|wait| !wait.is_zero())
        {
            sleep_until(now + wait).await;
        }
        *due = Some(next_due.checked_add(interval).unwrap_or(next_due));
    }
}

impl<T: Transport> RateLimitTransport<T> {
    async fn send_rate_limited(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        self.wait_for_turn().await;
        self.next.send(request).await
    }
}

impl<T: Transport> Transport for RateLimitTransport<T> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.send_rate_limited(request))
    }
}
