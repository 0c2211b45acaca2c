//! What to do about each error.

use std::borrow::Cow;

use otc_http::TransportErrorKind;
use otc_vbs_api::ErrorCode;

use super::{Error, Kind};

impl Error {
    /// What to do about it, in a sentence for a person.
    ///
    /// If the reference lists the service's error code, it is the reference's advice. If the identity service is the cause, it
    /// fits the credentials in use.
    pub fn advice(&self) -> Cow<'static, str> {
        Cow::Borrowed(match &self.0.kind {
            _ if self.started_job_id().is_some() => "wait for the job instead of sending the request again",
            Kind::Invalid(_) => "fix the argument or setting that the text names; nothing was sent",
            Kind::Transport(error) => match self.identity() {
                Some(error) => return error.advice(),
                None => transport_advice(error.kind()),
            },
            Kind::Service { error, .. } => ErrorCode::of(error)
                .and_then(|code| code.action())
                .unwrap_or_else(|| self.status_advice()),
            Kind::Unexpected { .. } => {
                "the response is not as documented: check for a proxy in between, or report it with the request id"
            }
            Kind::Identity(error) => return error.advice(),
            Kind::Paging(_) => "request single pages instead of a stream, and report it",
            Kind::WaitTimedOut(_) => "the job continues; wait again with its identifier",
            Kind::JobFailed(job) => job
                .failure()
                .and_then(|failure| failure.action())
                .unwrap_or("fix the cause, then start it again"),
        })
    }

    fn status_advice(&self) -> &'static str {
        match self.status().map_or(0, |status| status.as_u16()) {
            _ if self.is_auth() => "get a new token, or check the access key and the clock",
            _ if self.is_rate_limited() => {
                "wait as long as the service asks for, or a minute; then send fewer requests"
            }
            _ if self.is_retryable() => "try again later; check first whether a change was made",
            300..400 => {
                "set the final address as the endpoint: redirects are not followed, because the token would be sent along"
            }
            407 => "add the user name and the password of the proxy to its address",
            408 => "try again; check first whether a change was made",
            400 | 405 | 406 | 422 => "fix what the service's message names",
            403 => "check the project, or ask its administrator for the permission",
            404 => "check the identifier, the project and the endpoint",
            409 => "check the state of the resource, and wait until it allows the change",
            _ => "report it to the service's support, with the request id",
        }
    }
}

fn transport_advice(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Refused => "fix the argument or setting that the text names; nothing was sent",
        TransportErrorKind::Connect => "check the endpoint, the network and the proxy, then try again",
        TransportErrorKind::Proxy => "correct the user name and the password of the proxy, as the text says",
        TransportErrorKind::Untrusted => {
            "trust the certificate's authority or replace the certificate, as the text says"
        }
        TransportErrorKind::Timeout => "try again, or allow more time; check first whether a change was made",
        TransportErrorKind::Interrupted => "try again; check first whether a change was made",
        TransportErrorKind::TooLarge => "request smaller pages, or raise `max_body`",
        TransportErrorKind::Unreadable => "check for a proxy in between that changes responses",
        TransportErrorKind::Credentials => "fix the credentials; nothing was sent",
        _ => UNKNOWN,
    }
}

/// For kinds that a later version of otc-http may add.
const UNKNOWN: &str = "see the text of the error";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_transport_error_has_advice_of_its_own() {
        use TransportErrorKind::*;

        for kind in [
            Refused,
            Connect,
            Proxy,
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
