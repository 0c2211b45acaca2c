//! Replies of a mock transport.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use tokio::time::sleep;

use crate::{TransportError, TransportErrorKind};

/// A reply of a [`MockTransport`](super::MockTransport).
///
/// A [`Response`], a [`TransportError`] and a [`TransportErrorKind`] convert into it.
#[derive(Clone)]
#[non_exhaustive]
pub enum Reply {
    /// This response.
    Response(Response<Bytes>),
    /// This error instead of a response.
    Failure(TransportError),
    /// Another reply, after this time.
    Late(Duration, Box<Reply>),
    /// No answer at all.
    Never,
}

impl Reply {
    /// A response with this status and no body.
    pub fn status(status: StatusCode) -> Self {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = status;
        Self::Response(response)
    }

    /// A response with this status and this JSON text.
    pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(body.into());
        *response.status_mut() = status;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        Self::Response(response)
    }

    /// A response with this status and an error in the form that the services document: `{"error":{"code","message"}}`.
    pub fn error(status: StatusCode, code: &str, message: &str) -> Self {
        let error = serde_json::json!({ "error": { "code": code, "message": message } });
        Self::json(status, error.to_string())
    }

    /// The same reply with a header, for example `Retry-After`. It has no effect if there is no response.
    #[must_use]
    pub fn header(self, name: HeaderName, value: impl Into<HeaderValue>) -> Self {
        match self {
            Self::Response(mut response) => {
                response.headers_mut().insert(name, value.into());
                Self::Response(response)
            }
            Self::Late(time, reply) => Self::Late(time, Box::new(reply.header(name, value))),
            Self::Failure(_) | Self::Never => self,
        }
    }

    /// The same reply after this time, by Tokio's clock: with a paused clock, the test does not wait.
    #[must_use]
    pub fn after(self, time: Duration) -> Self {
        Self::Late(time, Box::new(self))
    }

    pub(super) async fn arrive(self) -> Result<Response<Bytes>, TransportError> {
        let mut reply = self;
        loop {
            match reply {
                Self::Response(response) => return Ok(response),
                Self::Failure(error) => return Err(error),
                Self::Late(time, then) => {
                    sleep(time).await;
                    reply = *then;
                }
                Self::Never => std::future::pending().await,
            }
        }
    }
}

impl From<Response<Bytes>> for Reply {
    fn from(response: Response<Bytes>) -> Self {
        Self::Response(response)
    }
}

impl From<TransportError> for Reply {
    fn from(error: TransportError) -> Self {
        Self::Failure(error)
    }
}

impl From<TransportErrorKind> for Reply {
    /// An error of this kind, whose text says that it was prepared.
    fn from(kind: TransportErrorKind) -> Self {
        Self::Failure(TransportError::new(kind, format!("scripted: {kind:?}")))
    }
}

/// Without headers and body, which may contain a new token.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response(response) => f.debug_tuple("Response").field(&response.status()).finish(),
            Self::Failure(error) => f.debug_tuple("Failure").field(error).finish(),
            Self::Late(time, reply) => f.debug_tuple("Late").field(time).field(reply).finish(),
            Self::Never => f.write_str("Never"),
        }
    }
}
