//! What the identity service answers to a request that it refuses.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;

/// A refused request in the shape of the identity service: `{"error":{"code":401,"message","title"}}`.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    message: String,
}

impl Failure {
    pub(crate) fn new(status: StatusCode, message: String) -> Self {
        Self { status, message }
    }

    pub(crate) fn unauthorized(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message.to_owned())
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
        let error = Detail {
            code: self.status.as_u16(),
            message: self.message,
            title: self.status.canonical_reason().unwrap_or("Error"),
        };
        (self.status, Json(Body { error })).into_response()
    }
}
