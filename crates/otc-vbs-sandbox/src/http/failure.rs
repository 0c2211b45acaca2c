//! The failure of a request, in each format that the cloud's services use.

use std::borrow::Cow;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::DATE;
use http::request::Parts;
use jiff::Timestamp;
use otc_vbs_api::limit::Violation;
use otc_vbs_api::types::{VbsError, VbsErrorDetail};
use serde_json::json;

use super::request_id::RequestId;
use super::wire_time::http_date;
use crate::domain::data_error::DataError;
use crate::state::AppState;

/// A failed request.
///
/// The code is one of the reference's table if one fits, otherwise the HTTP status as text. The messages are
/// the sandbox's own: they say what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    code: Cow<'static, str>,
    message: Cow<'static, str>,
    shape: Shape,
}

/// The code of a malformed request. The reference has none for query parameters.
const MALFORMED: &str = "VolumeBackup.0002";

/// The format of the body of the response.
#[derive(Debug)]
enum Shape {
    /// `{"error":{"code","message"}}`
    Vbs,
    /// `{"badRequest":{"code","message"}}`, `{"itemNotFound":…}` and so on.
    OpenStack,
    /// `{"error":{"code":401,"message","title"}}`
    Identity,
    /// `{"error_msg","error_code","request_id"}`, by the API gateway in front of all services.
    Gateway { request_id: String, now: Timestamp },
}

impl Failure {
    /// A failure with a code of the reference's table.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code: code.into(), message: message.into(), shape: Shape::Vbs }
    }

    /// A failure for which the reference has no code.
    pub(crate) fn without_code(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code: status.as_str().to_owned().into(), message: message.into(), shape: Shape::Vbs }
    }

    /// A failure of the identity service.
    pub(crate) fn identity(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self::without_code(status, message).of_identity()
    }

    /// Credentials that the API gateway refuses before a service sees the request.
    pub(crate) fn gateway(app: &AppState, parts: &Parts, reason: impl std::fmt::Display) -> Self {
        let request_id = parts.extensions.get::<RequestId>();
        Self {
            status: StatusCode::UNAUTHORIZED,
            code: "APIGW.0301".into(),
            message: format!("Incorrect IAM authentication information: {reason}").into(),
            shape: Shape::Gateway {
                request_id: request_id.map_or_else(String::new, |id| id.0.clone()),
                now: app.signature_clock.now(),
            },
        }
    }

    /// An invalid query parameter.
    pub(crate) fn parameter(name: &str, problem: &str) -> Self {
        let message = format!("the query parameter `{name}` {problem}");
        Self::new(StatusCode::BAD_REQUEST, MALFORMED, message)
    }

    /// A value that violates a limit of the document.
    pub(crate) fn violation(violation: &Violation) -> Self {
        Self::new(StatusCode::BAD_REQUEST, MALFORMED, violation.to_string())
    }

    /// The same failure in the format of the OpenStack API.
    pub(crate) fn of_openstack(self) -> Self {
        self.with_shape(Shape::OpenStack)
    }

    /// The same failure in the format of the identity service.
    pub(crate) fn of_identity(self) -> Self {
        self.with_shape(Shape::Identity)
    }

    /// A request that the gateway rejects never reaches a service, so the format stays.
    fn with_shape(mut self, shape: Shape) -> Self {
        if !matches!(self.shape, Shape::Gateway { .. }) {
            self.shape = shape;
        }
        self
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        let message = format!("the sandbox could not create its data: {error}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "AutoBackup.0009", message)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Self { status, code, message, shape } = self;
        match shape {
            Shape::Vbs => {
                let mut detail = VbsErrorDetail::default();
                detail.code = Some(code.as_ref().into());
                detail.message = Some(message.into_owned());
                let mut body = VbsError::default();
                body.error = Some(detail);
                (status, Json(body)).into_response()
            }
            Shape::OpenStack => {
                // The reference shows a code of VBS in `badRequest` and the status as a number in
                // `itemNotFound`.
                let code = match status {
                    StatusCode::BAD_REQUEST => json!(code),
                    status => json!(status.as_u16()),
                };
                let body = json!({ openstack_name(status): { "code": code, "message": message } });
                (status, Json(body)).into_response()
            }
            Shape::Identity => {
                let title = status.canonical_reason().unwrap_or("Error");
                let body =
                    json!({ "error": { "code": status.as_u16(), "message": message, "title": title } });
                (status, Json(body)).into_response()
            }
            Shape::Gateway { request_id, now } => {
                let body = json!({ "error_msg": message, "error_code": code, "request_id": request_id });
                let mut response = (status, Json(body)).into_response();
                // This time shows a client how far its clock is off, even if the clock for signatures is not
                // the real one.
                response.headers_mut().insert(DATE, http_date(now));
                response
            }
        }
    }
}

/// The member that OpenStack's block storage service uses for the status. The reference shows the first and
/// the third.
fn openstack_name(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "badRequest",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND => "itemNotFound",
        StatusCode::CONFLICT => "conflictingRequest",
        StatusCode::PAYLOAD_TOO_LARGE => "overLimit",
        _ => "computeFault",
    }
}
