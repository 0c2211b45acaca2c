//! What to do about each error.

use std::borrow::Cow;

use otc_http::TransportErrorKind;
use otc_vbs_api::ErrorCode;

use super::{Error, Kind};

impl Error {
    /// What to do about it, in a sentence for a person. If the reference lists the service's error code, it is the reference's
    /// advice. If the identity service is the cause, it fits the credentials in use.
    pub fn advice(&self) -> Cow<'static, str> {
        Cow::Borrowed(match &self.0.kind {
            _ if self.started_job_id().is_some() => "wait for the job instead of sending the request again",
            Kind::Invalid(_) => "mend what the text names; nothing was sent",
            Kind::Transport(error) => match self.identity() {
                Some(error) => return error.advice(),
                None if self.started_job_id().is_some() => {
                    "wait for the job instead of sending the request again"
                }
                None => transport_advice(error.kind()),
            },
            Kind::Service { error, .. } => ErrorCode::of(error)
                .and_then(|code| code.action())
                .unwrap_or_else(|| self.status_advice()),
            Kind::Unexpected { .. } => {
                "the answer is not what the reference documents; look for what stands between, or report it with the \
                 request id"
            }
            Kind::Identity(error) => return error.advice(),
            Kind::Paging(_) => "ask for single pages instead of a stream, and report it",
            Kind::WaitTimedOut(_) => "the job goes on; wait again with its identifier",
            Kind::JobFailed(job) => job
                .failure()
                .and_then(|failure| failure.action())
                .unwrap_or("see why it failed, mend that, and begin it anew"),
        })
    }

    fn status_advice(&self) -> &'static str {
        match self.status().map_or(0, |status| status.as_u16()) {
            _ if self.is_auth() => "get a new token, or check the access key and the clock",
            _ if self.is_rate_limited() => {
                "wait as long as the service asks to, or a minute; then send fewer requests"
            }
            _ if self.is_retryable() => "try again later; where something was to be changed, look first",
            300..400 => {
                "name the address that is meant; redirects are not followed, since the token would go along"
            }
            407 => "name the proxy with its user and password",
            408 => "try again; where something was to be changed, look first",
            400 | 405 | 406 | 422 => "mend what the service's message names",
            403 => "check the project, or have the right given to the caller",
            404 => "check the identifier, the project and the endpoint",
            409 => "look at the state of what was to be changed, and wait until it is done",
            _ => "report it to the service's support, with the request id",
        }
    }
}

fn transport_advice(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Refused => "mend what the text names; nothing was sent",
        TransportErrorKind::Connect => "check the endpoint, the network and the proxy; then try again",
        TransportErrorKind::Untrusted => {
            "have the authority of the certificate trusted, or the certificate mended, as the text says"
        }
        TransportErrorKind::Timeout => {
            "try again, or allow more time; where something was to be changed, look first whether it was"
        }
        TransportErrorKind::Interrupted => {
            "try again; where something was to be changed, look first whether it was"
        }
        TransportErrorKind::TooLarge => "ask for smaller pages, or allow more by `max_body`",
        TransportErrorKind::Unreadable => {
            "look for what changes answers on the way, such as a proxy that compresses"
        }
        TransportErrorKind::Credentials => "mend the credentials; nothing was sent",
        _ => UNKNOWN,
    }
}

/// For kinds that a later version of otc-vbs-api may add.
const UNKNOWN: &str = "see what the text says";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_transport_error_has_advice_of_its_own() {
        use TransportErrorKind::*;

        for kind in [
            Refused,
            Connect,
            Untrusted,
            Timeout,
            Interrupted,
            TooLarge,
            Unreadable,
            Credentials,
        ] {
            assert_ne!(transport_advice(kind), UNKNOWN, "{kind:?}");
        }
    }
}
