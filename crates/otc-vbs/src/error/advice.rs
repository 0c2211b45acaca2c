//! Advice for each error.

use std::borrow::Cow;

use otc_http::TransportErrorKind;
use otc_vbs_api::ErrorCode;

use super::{Cause, Error, ErrorKind};

impl Error {
    /// Advice on how to fix it, in one sentence.
    ///
    /// If the reference lists the service's error code, this is the reference's advice. If the identity
    /// service is the cause, the advice fits the credentials in use.
    pub fn advice(&self) -> Cow<'static, str> {
        Cow::Borrowed(match &self.0.cause {
            Cause::WaitTimedOut(_) => "the job continues: wait for it again",
            _ if self.job_id().is_some() && self.0.subject.is_some() && self.is_retryable() => {
                "the job continues: wait for it again"
            }
            // The response to the request that started it broke off.
            _ if self.job_id().is_some() && self.0.subject.is_none() => {
                "the job continues: wait for it instead of sending the request again"
            }
            Cause::Identity(error) => return error.advice(),
            Cause::Service { error, .. } => {
                ErrorCode::of(error).and_then(|code| code.action()).unwrap_or_else(|| self.status_advice())
            }
            Cause::JobFailed(job) => job
                .failure()
                .and_then(|failure| failure.action())
                .unwrap_or("fix the cause, then start it again"),
            Cause::Transport(error) if error.kind() == TransportErrorKind::TooLarge => {
                "request smaller pages, or raise `max_body`"
            }
            Cause::Paging(_) => "request single pages instead of a stream, and report it",
            _ => kind_advice(self.kind()),
        })
    }

    fn status_advice(&self) -> &'static str {
        match self.status().map_or(0, |status| status.as_u16()) {
            300..400 => {
                "set the final address as the endpoint: redirects are not followed, because the token would be sent along"
            }
            407 => "add the user name and the password of the proxy to its address",
            408 => "try again; check first whether a change was made",
            _ => kind_advice(self.kind()),
        }
    }
}

fn kind_advice(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Invalid => "fix the argument or setting that the text names; nothing was sent",
        ErrorKind::Auth => "get a new token, or check the access key and the clock",
        ErrorKind::Forbidden => "check the project, or ask its administrator for the permission",
        ErrorKind::NotFound => "check the id, the project and the endpoint",
        ErrorKind::Conflict => "check the state of the resource, and wait until it allows the change",
        ErrorKind::RateLimited => {
            "wait as long as the service asks for, or a minute; then send fewer requests"
        }
        ErrorKind::Unavailable => "try again later; check first whether a change was made",
        ErrorKind::Refused => "fix the problem that the service's message names",
        ErrorKind::Failed => "report it to the service's support, with the request id",
        ErrorKind::Identity => "check the address of the identity service, or try again later",
        ErrorKind::Connect => "check the endpoint, the network and the proxy, then try again",
        ErrorKind::Proxy => "correct the user name and the password of the proxy, as the text says",
        ErrorKind::Untrusted => {
            "trust the certificate's authority or replace the certificate, as the text says"
        }
        ErrorKind::Timeout => "try again, or allow more time; check first whether a change was made",
        ErrorKind::Interrupted => "try again; check first whether a change was made",
        ErrorKind::Unexpected => {
            "the response is not as documented: check for a proxy in between, or report it with the request id"
        }
        ErrorKind::JobFailed => "fix the cause, then start it again",
    }
}
