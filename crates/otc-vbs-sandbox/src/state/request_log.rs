//! Records requests, for tests that count them.

use std::sync::{Mutex, PoisonError};

use axum::extract::Request;
use http::{Method, Uri};

/// A request to a sandbox: see [`Sandbox::requests`](crate::Sandbox::requests).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The method.
    pub method: Method,
    /// The path and the query, as received.
    pub uri: Uri,
}

impl ReceivedRequest {
    /// Whether this is a request for a token.
    pub fn is_login(&self) -> bool {
        self.method == Method::POST && self.uri.path() == "/v3/auth/tokens"
    }
}

/// The requests so far. `None` if they are not recorded, because a sandbox may run for days.
#[derive(Debug, Default)]
pub(crate) struct RequestLog(Option<Mutex<Vec<ReceivedRequest>>>);

impl RequestLog {
    pub(crate) fn new(keep: bool) -> Self {
        Self(keep.then(Mutex::default))
    }

    pub(crate) fn read(&self) -> Vec<ReceivedRequest> {
        match &self.0 {
            Some(requests) => requests.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            None => Vec::new(),
        }
    }

    pub(crate) fn add(&self, request: &Request) {
        if let Some(requests) = &self.0 {
            let received = ReceivedRequest { method: request.method().clone(), uri: request.uri().clone() };
            let mut requests = requests.lock().unwrap_or_else(PoisonError::into_inner);
            requests.push(received);
        }
    }
}
