//! The effects of a fault on a response.

use std::time::Duration;

use axum::body::Bytes;
use http::header::HeaderValue;
use http::{HeaderMap, StatusCode};

use super::alteration::Alteration;
use super::cut::Cut;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Nothing,
    /// One of the transient faults, drawn for each request.
    Any,
    // Instead of the response:
    Answer(Answer),
    Redirect(StatusCode, Redirect),
    // To the connection:
    Cut(Cut),
    /// Cut after N bytes of the body. Defaults to half of it.
    CutBody(Option<u64>),
    // To the response:
    Slow {
        bytes: usize,
        pause: Duration,
    },
    Endless,
    /// Only the first N bytes of the body. Defaults to half of it.
    Truncated(Option<u64>),
    TruncatedGzip,
    ContentType(HeaderValue),
    Alter(Alteration),
    // To the request:
    Repeat,
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) cut_off: bool,
    pub(crate) retry: Retry,
}

/// The value of `Retry-After`.
#[derive(Clone, Debug)]
pub(crate) enum Retry {
    Never,
    /// In three seconds of real time, because clients compare it with the real time.
    Date,
    Value(HeaderValue),
}

#[derive(Clone, Debug)]
pub(crate) enum Redirect {
    Itself,
    /// The same path on another host.
    Host(HeaderValue),
}

impl Answer {
    pub(crate) fn new(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new(), cut_off: false, retry: Retry::Never }
    }
}
