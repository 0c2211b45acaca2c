//! Tasks that end with what needs them.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use otc_http::{TransportError, TransportErrorKind};
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use crate::error::Cause;
use crate::{Error, Result};

/// A task that is aborted when the handle is dropped.
pub(crate) struct Task<T>(JoinHandle<Result<T>>);

impl<T: Send + 'static> Task<T> {
    pub(crate) fn spawn(future: impl Future<Output = Result<T>> + Send + 'static) -> Self {
        Self(tokio::spawn(future.in_current_span()))
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let result = ready!(Pin::new(&mut self.0).poll(context));
        Poll::Ready(result.unwrap_or_else(|error| match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The handle still exists, so nothing else can have aborted the task.
            Err(_) => Err(Error::of_cause(Cause::transport(TransportError::new(
                TransportErrorKind::Interrupted,
                "the Tokio runtime on which the request was sent was shut down",
            )))),
        }))
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
