//! What a fault does to an answer.

use std::time::Duration;

use axum::body::Bytes;
use http::header::HeaderValue;
use http::{HeaderMap, StatusCode};

use super::alteration::Alteration;
use super::cut::Cut;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Nothing,
    /// One of those that pass. It is drawn when it happens.
    Any,
    // In place of the answer:
    Answer(Answer),
    Redirect(StatusCode, Redirect),
    // To the connection:
    Cut(Cut),
    /// Cut after N bytes of the body. Defaults to half of it.
    CutBody(Option<u64>),
    // To the answer:
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

/// What `Retry-After` says.
#[derive(Clone, Debug)]
pub(crate) enum Retry {
    Never,
    /// In three seconds, by the real time: that is what a client compares it with.
    Date,
    Value(HeaderValue),
}

#[derive(Clone, Debug)]
pub(crate) enum Redirect {
    Itself,
    /// The same path at another host.
    Host(HeaderValue),
}

impl Answer {
    pub(crate) fn new(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            cut_off: false,
            retry: Retry::Never,
        }
    }
}
