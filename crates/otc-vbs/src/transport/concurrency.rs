//! How much goes on at once.

use std::sync::Arc;

use bytes::Bytes;
use otc_vbs_api::{Operation, Transport, TransportError, TransportErrorKind, TransportFuture};
use tokio::sync::Semaphore;
use tokio::time::timeout_at;

use super::CallState;
use super::text::authority;

/// Lets a number of calls go on at once; the others wait for their turn, first come, first served.
///
/// Outside of the repeats, as in the client, a call that waits to be repeated keeps its place: a service that asks for time
/// is not given more calls instead. The wait ends with the time allowed for the call.
#[derive(Debug)]
pub struct ConcurrencyTransport<T> {
    next: T,
    places: Arc<Semaphore>,
    limit: usize,
}

impl<T> ConcurrencyTransport<T> {
    /// At most `limit` at once. 0 counts as 1.
    pub fn new(next: T, limit: usize) -> Self {
        let limit = limit.clamp(1, Semaphore::MAX_PERMITS);
        let places = Arc::new(Semaphore::new(limit));
        Self { next, places, limit }
    }
}

impl<T: Transport> ConcurrencyTransport<T> {
    async fn in_turn(
        &self,
        operation: &'static Operation,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let turn = self.places.acquire();
        let turn = match CallState::of(&mut request).ends_at() {
            Some(deadline) => timeout_at(deadline, turn).await,
            None => Ok(turn.await),
        };
        let Ok(turn) = turn else {
            let message = format!(
                "the turn of a call to {} did not come in time, with {} at once; nothing was sent",
                authority(&request),
                self.limit
            );
            return Err(TransportError::new(TransportErrorKind::Timeout, message));
        };
        let answer = self.next.send(operation, request).await;
        drop(turn);
        answer
    }
}

impl<T: Transport> Transport for ConcurrencyTransport<T> {
    fn send(&self, operation: &'static Operation, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.in_turn(operation, request))
    }
}
