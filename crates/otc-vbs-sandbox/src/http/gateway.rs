//! What the API gateway in front of all services answers to a request whose caller it does not know.

use std::borrow::Cow;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::DATE;
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use serde::Serialize;

use super::middleware::record::RequestId;
use crate::state::AppState;

/// A refusal in the gateway's shape: `{"error_msg","error_code","request_id"}`.
#[derive(Debug)]
pub(crate) struct Failure {
    reason: Cow<'static, str>,
    request_id: String,
    now: Timestamp,
}

impl Failure {
    pub(crate) fn new(app: &AppState, parts: &Parts, reason: impl Into<Cow<'static, str>>) -> Box<Self> {
        let request_id = parts.extensions.get::<RequestId>();
        Box::new(Self {
            reason: reason.into(),
            request_id: request_id.map_or_else(String::new, |id| id.0.clone()),
            now: app.signature_clock.now(),
        })
    }
}

#[derive(Serialize)]
struct Body {
    error_msg: String,
    error_code: &'static str,
    request_id: String,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = Body {
            error_msg: format!("Incorrect IAM authentication information: {}", self.reason),
            error_code: "APIGW.0301",
            request_id: self.request_id,
        };
        let mut response = (StatusCode::UNAUTHORIZED, Json(body)).into_response();
        // By this time a client can tell how far its clock is off, also where the clock for signatures is no real one.
        let date = self.now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        if let Ok(date) = HeaderValue::try_from(date) {
            response.headers_mut().insert(DATE, date);
        }
        response
    }
}
