//! A request that a mock transport received.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use serde::de::DeserializeOwned;

/// A request that was sent to a [`MockTransport`](super::MockTransport).
#[derive(Clone)]
pub struct RecordedRequest {
    at: Duration,
    request: Request<Bytes>,
}

impl RecordedRequest {
    pub(super) fn new(at: Duration, request: Request<Bytes>) -> Self {
        Self { at, request }
    }

    /// The time of the request, counted from when the transport was made, by Tokio's clock.
    pub fn at(&self) -> Duration {
        self.at
    }

    /// The method.
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// The path and query, for example `/v2/p1/backuppolicy?limit=10`.
    pub fn path_and_query(&self) -> &str {
        self.request.uri().path_and_query().map_or("/", |path| path.as_str())
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// The text of a header. `None` if it was not sent or is not ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        self.request.body()
    }

    /// The body, decoded from JSON. `None` if it is not JSON or not a `T`.
    ///
    /// ```
    /// # fn f(request: &otc_http::testing::RecordedRequest) {
    /// let body: Option<serde_json::Value> = request.json();
    /// # }
    /// ```
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(self.body()).ok()
    }

    /// The request itself, with its extensions.
    pub fn request(&self) -> &Request<Bytes> {
        &self.request
    }
}

/// Without the body, which holds the password of a login. Sensitive headers are hidden.
impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("at", &self.at)
            .field("method", self.method())
            .field("path_and_query", &self.path_and_query())
            .field("headers", self.headers())
            .finish_non_exhaustive()
    }
}
