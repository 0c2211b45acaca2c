//! What the service answers to a request that it refuses.

use std::borrow::Cow;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use otc_vbs_api::limit::Violation;
use otc_vbs_api::types::{VbsError, VbsErrorDetail};
use serde_json::json;

use crate::domain::data_error::DataError;
use crate::domain::refusal::{Reason, Refusal};
pub(crate) use crate::text::excerpt;

/// A refused request, answered in the shape that the reference documents for the operation: `{"error":{"code","message"}}`,
/// or, for those of the OpenStack API, a member that is named after the status.
///
/// The codes are those of the reference's table where it has one that fits, otherwise the HTTP status as text. The
/// messages are the sandbox's own: they say what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    code: Cow<'static, str>,
    message: String,
    shape: Shape,
}

/// The code for requests of a wrong format. The reference has none for query parameters.
const MALFORMED: &str = "VolumeBackup.0002";

/// What the body of an answer looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// `{"error":{"code","message"}}`
    Vbs,
    /// `{"badRequest":{"code","message"}}`, `{"itemNotFound":…}` and so on.
    OpenStack,
}

impl Failure {
    /// A failure with a code of the reference's table.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: String) -> Self {
        Self {
            status,
            code: code.into(),
            message,
            shape: Shape::Vbs,
        }
    }

    /// A failure for which the reference has no code.
    pub(crate) fn without_code(status: StatusCode, message: String) -> Self {
        Self {
            status,
            code: status.as_str().to_owned().into(),
            message,
            shape: Shape::Vbs,
        }
    }

    /// A parameter that can't be what it is.
    pub(crate) fn parameter(name: &str, problem: &str) -> Self {
        let message = format!("the query parameter `{name}` {problem}");
        Self::new(StatusCode::BAD_REQUEST, MALFORMED, message)
    }

    /// A parameter that violates a limit of the document.
    pub(crate) fn violation(violation: &Violation) -> Self {
        Self::new(StatusCode::BAD_REQUEST, MALFORMED, violation.to_string())
    }

    /// The same failure as the operations of the OpenStack API answer it.
    pub(crate) fn of_openstack(mut self) -> Self {
        self.shape = Shape::OpenStack;
        self
    }

    pub(crate) fn unknown_policy(policy_id: &str) -> Self {
        if policy_id.is_empty() {
            let message = "the path has no policy identifier behind `backuppolicy/`".to_owned();
            return Self::new(StatusCode::BAD_REQUEST, "AutoBackup.0006", message);
        }
        let message = format!("there is no backup policy `{}`", excerpt(policy_id));
        Self::new(StatusCode::NOT_FOUND, "AutoBackup.1100", message)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.reason {
            Reason::Invalid => StatusCode::BAD_REQUEST,
            Reason::Unknown => StatusCode::NOT_FOUND,
            Reason::Conflict => StatusCode::CONFLICT,
        };
        Self::new(status, refusal.code, refusal.message)
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        let message = format!("the sandbox could not make its data: {error}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "AutoBackup.0009", message)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self.shape {
            Shape::Vbs => self.vbs_response(),
            Shape::OpenStack => self.openstack_response(),
        }
    }
}

impl Failure {
    fn vbs_response(self) -> Response {
        let mut detail = VbsErrorDetail::default();
        detail.code = Some(self.code.as_ref().into());
        detail.message = Some(self.message);
        let mut body = VbsError::default();
        body.error = Some(detail);
        (self.status, Json(body)).into_response()
    }

    /// The reference shows a code of VBS in `badRequest` and the status as a number in `itemNotFound`. It shows no other
    /// of these members; their names are those of OpenStack's block storage service.
    fn openstack_response(self) -> Response {
        let name = match self.status {
            StatusCode::BAD_REQUEST => "badRequest",
            StatusCode::FORBIDDEN => "forbidden",
            StatusCode::NOT_FOUND => "itemNotFound",
            StatusCode::CONFLICT => "conflictingRequest",
            StatusCode::PAYLOAD_TOO_LARGE => "overLimit",
            _ => "computeFault",
        };
        let code = match self.status {
            StatusCode::BAD_REQUEST => json!(self.code),
            status => json!(status.as_u16()),
        };
        let body = json!({ name: { "code": code, "message": self.message } });
        (self.status, Json(body)).into_response()
    }
}
