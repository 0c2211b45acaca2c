//! A transport for the tests of the layers.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

use crate::{Transport, TransportFuture};

/// Answers with prepared responses, the last one again and again, and counts the requests.
pub(crate) struct Script {
    responses: Mutex<Vec<http::Response<Bytes>>>,
    pub(crate) requests: AtomicUsize,
}

impl Script {
    pub(crate) fn new(mut responses: Vec<http::Response<Bytes>>) -> Self {
        responses.reverse();
        Self {
            responses: Mutex::new(responses),
            requests: AtomicUsize::new(0),
        }
    }

    pub(crate) fn ok() -> Self {
        Self::new(vec![http::Response::new(Bytes::new())])
    }
}

impl Transport for Script {
    fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        let mut responses = self.responses.lock().unwrap_or_else(|error| error.into_inner());
        let response = match responses.len() {
            0 | 1 => responses.last().cloned().unwrap_or_default(),
            _ => responses.pop().unwrap_or_default(),
        };
        Box::pin(async { Ok(response) })
    }
}
