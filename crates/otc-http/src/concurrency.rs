//! Limits the number of concurrent calls.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Semaphore;
use tokio::time::timeout_at;

use crate::text::authority;
use crate::{CallState, Transport, TransportError, TransportErrorKind, TransportFuture};

/// Limits how many calls run at the same time. Further calls wait in the order in which they arrived, at most
/// until their own time limit.
///
/// Outside the retry layer, where [`Layers`](crate::Layers) places it, a call that waits for a retry keeps
/// its slot, so that an overloaded service does not get other calls instead.
#[derive(Debug)]
pub struct ConcurrencyTransport<T> {
    next: T,
    slots: Arc<Semaphore>,
    limit: usize,
}

impl<T> ConcurrencyTransport<T> {
    /// Allows at most `limit` calls at the same time. 0 counts as 1.
    pub fn new(next: T, limit: usize) -> Self {
        let limit = limit.clamp(1, Semaphore::MAX_PERMITS);
        Self { next, slots: Arc::new(Semaphore::new(limit)), limit }
    }
}

impl<T: Transport> ConcurrencyTransport<T> {
    async fn send_in_turn(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let slot = self.slots.acquire();
        let slot = match CallState::of(&mut request).ends_at() {
            Some(deadline) => timeout_at(deadline, slot).await,
            None => Ok(slot.await),
        };
        let Ok(slot) = slot else {
            let message = format!(
                "the call to {} was not sent in time, because the limit of calls at the same time ({}) was reached",
                authority(&request),
                self.limit
            );
            return Err(TransportError::new(TransportErrorKind::Timeout, message));
        };
        let answer = self.next.send(request).await;
        drop(slot);
        answer
    }
}

impl<T: Transport> Transport for ConcurrencyTransport<T> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.send_in_turn(request))
    }
}
