//! Which answers may be repeated.

use http::StatusCode;
use http::header::RETRY_AFTER;

use super::Answer;
use crate::{ServiceError, TransportErrorKind};

/// The gateway's code for too many requests, which it may send with status 403.
const GATEWAY_RATE_LIMIT: &str = "APIGW.0308";

/// What an answer means for a repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retryability {
    /// A repeat would get the same answer, or the answer is a success.
    Final,
    /// The cause may pass, and a repeat does no harm.
    MayPass,
    /// The request was turned away because there were too many.
    RateLimited,
    /// The cause may pass, but the service may have acted on a request that must not be carried out twice.
    MayHaveActed,
}

impl Retryability {
    pub(super) fn of(idempotent: bool, answer: &Answer) -> Self {
        let when_unsure = match idempotent {
            true => Self::MayPass,
            false => Self::MayHaveActed,
        };
        match answer {
            Ok(response) => match response.status() {
                StatusCode::TOO_MANY_REQUESTS => Self::RateLimited,
                StatusCode::PAYLOAD_TOO_LARGE if response.headers().contains_key(RETRY_AFTER) => {
                    Self::RateLimited
                }
                StatusCode::FORBIDDEN
                    if ServiceError::from_response(response).code.as_deref() == Some(GATEWAY_RATE_LIMIT) =>
                {
                    Self::RateLimited
                }
                StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
                    when_unsure
                }
                _ => Self::Final,
            },
            Err(error) => match error.kind() {
                TransportErrorKind::Connect => Self::MayPass,
                TransportErrorKind::Timeout | TransportErrorKind::Interrupted => when_unsure,
                _ => Self::Final,
            },
        }
    }
}
