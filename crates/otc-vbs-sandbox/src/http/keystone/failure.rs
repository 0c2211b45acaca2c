//! What the identity service answers to a request that it refuses.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;

use crate::http::caller::Refusal;
use crate::http::gateway;

/// A refused request.
#[derive(Debug)]
pub(crate) enum Failure {
    /// In the shape of the identity service: `{"error":{"code":401,"message","title"}}`.
    Keystone(StatusCode, String),
    /// What the gateway in front of it refused.
    Gateway(Box<gateway::Failure>),
}

impl Failure {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self::Keystone(status, message.into())
    }

    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoCredentials => Self::unauthorized(
                "the request has no token; send one in the header X-Auth-Token, or sign it",
            ),
            Refusal::UnknownToken => {
                Self::unauthorized("the sandbox never gave out the token in X-Auth-Token")
            }
            Refusal::ExpiredToken => Self::unauthorized("the token in X-Auth-Token has expired"),
            Refusal::Gateway(failure) => Self::Gateway(failure),
            Refusal::Body => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "the body is larger than any request for a token",
            ),
        }
    }
}

#[derive(Serialize)]
struct Body {
    error: Detail,
}

#[derive(Serialize)]
struct Detail {
    code: u16,
    message: String,
    title: &'static str,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::Keystone(status, message) => (status, message),
            Self::Gateway(failure) => return failure.into_response(),
        };
        let error = Detail {
            code: status.as_u16(),
            message,
            title: status.canonical_reason().unwrap_or("Error"),
        };
        (status, Json(Body { error })).into_response()
    }
}
