//! Decides which responses may be retried.

use http::StatusCode;

use super::Answer;
use crate::{ServiceError, TransportErrorKind};

/// Whether and why a request may be retried after a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retryability {
    /// A retry would get the same answer, or the answer is a success.
    Final,
    /// The cause may pass, and a retry does no harm.
    MayPass,
    /// The request was refused because there were too many.
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
            Ok(response) if ServiceError::is_rate_limit(response) => Self::RateLimited,
            Ok(response) => match response.status() {
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
