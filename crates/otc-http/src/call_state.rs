//! State that the layers of one call share.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};
use http::Response;
use tokio::time::Instant;

use crate::TransportError;
use crate::redact::{NEW_TOKEN, Redactor};

/// State that the layers of one call share: its deadline, the attempts made, and the part of the response
/// that arrived.
///
/// It travels in the extensions of the request. A layer of your own reads it with [`CallState::of`].
#[derive(Clone, Default)]
pub struct CallState {
    deadline: Option<Instant>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    attempts: AtomicU32,
    attempt: Mutex<Attempt>,
}

/// The attempt in progress.
#[derive(Default)]
struct Attempt {
    /// The response whose status line has arrived, with the body so far.
    arrived: Option<Response<BytesMut>>,
    redactors: Vec<Redactor>,
}

impl CallState {
    /// The state of the call that this request is part of. A request without one gets one.
    pub fn of(request: &mut http::Request<Bytes>) -> Self {
        request.extensions_mut().get_or_insert_with(Self::default).clone()
    }

    /// When the call ends, by Tokio's clock. `None` if the call has no time limit.
    pub fn deadline(&self) -> Option<std::time::Instant> {
        self.deadline.map(Instant::into_std)
    }

    /// The number of attempts that were started.
    pub fn attempts(&self) -> u32 {
        self.shared.attempts.load(Ordering::Relaxed)
    }

    pub(crate) fn ends_at(&self) -> Option<Instant> {
        self.deadline
    }

    /// Makes the call that this request is part of end at `deadline`, unless it ends earlier. The retry layer does not wait
    /// beyond it, and [`TimeoutTransport::per_call`](crate::TimeoutTransport::per_call) ends the call then.
    pub fn end_at(request: &mut http::Request<Bytes>, deadline: std::time::Instant) -> Self {
        Self::end_at_instant(request, Instant::from_std(deadline))
    }

    pub(crate) fn end_at_instant(request: &mut http::Request<Bytes>, deadline: Instant) -> Self {
        let mut state = Self::of(request);
        state.deadline = Some(state.deadline.map_or(deadline, |earlier| earlier.min(deadline)));
        request.extensions_mut().insert(state.clone());
        state
    }

    pub(crate) fn begin_attempt(&self) {
        self.shared.attempts.fetch_add(1, Ordering::Relaxed);
    }

    /// Sets the redactors for what arrives, in case the service echoes secrets of the request.
    pub(crate) fn protect(&self, redactors: Vec<Redactor>) {
        self.lock().redactors = redactors;
    }

    /// Forgets what arrived for an earlier request of the call.
    pub(crate) fn begin_request(&self) {
        self.lock().arrived = None;
    }

    /// Records the head of a response.
    pub(crate) fn head_arrived(&self, mut head: Response<()>) {
        if let Some(token) = head.headers_mut().get_mut(NEW_TOKEN) {
            token.set_sensitive(true);
        }
        self.lock().arrived = Some(head.map(|()| BytesMut::new()));
    }

    /// Records a part of the body, unless the body would grow beyond `limit` bytes. Returns whether it was recorded.
    pub(crate) fn body_arrived(&self, chunk: &[u8], limit: usize) -> bool {
        let mut attempt = self.lock();
        let Some(response) = &mut attempt.arrived else {
            return false;
        };
        let body = response.body_mut();
        let fits = chunk.len() <= limit.saturating_sub(body.len());
        if fits {
            body.extend_from_slice(chunk);
        }
        fits
    }

    /// Takes what has arrived of the response. It may contain secrets, which the layer that
    /// [protects](Self::protect) the call removes.
    pub(crate) fn take_arrived(&self) -> Option<Response<Bytes>> {
        Some(self.lock().arrived.take()?.map(BytesMut::freeze))
    }

    /// Takes what has arrived of the response, without secrets. For a layer outside the one that protects the call.
    fn take_redacted(&self) -> Option<Response<Bytes>> {
        let response = self.take_arrived()?;
        let redactors = &self.lock().redactors;
        Some(redactors.iter().fold(response, |response, redactor| redactor.redact_response(response)))
    }

    /// Returns the result of a request whose response did not arrive completely because of `error`.
    ///
    /// Once the status line has arrived, no known fact is lost. A failure is returned as a response with the
    /// part of its body that arrived. A success is returned as a response if the body is a complete JSON
    /// document, which happens if only the end of the stream is missing. Otherwise the error contains the
    /// part that arrived.
    pub(crate) fn settle(&self, error: TransportError) -> Result<Response<Bytes>, TransportError> {
        match self.take_redacted() {
            None => Err(error),
            Some(response) if !response.status().is_success() || is_json(response.body()) => Ok(response),
            Some(response) => Err(error.with_response(response)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Attempt> {
        // Nothing panics while the lock is held, and every change is complete.
        self.shared.attempt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Without the response, which may contain a secret.
impl fmt::Debug for CallState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallState")
            .field("deadline", &self.deadline)
            .field("attempts", &self.attempts())
            .finish_non_exhaustive()
    }
}

fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
}
