//! The predicates of errors, each for one kind.

use super::{Cause, Error, ErrorKind};

impl Error {
    /// An argument or a setting was refused in this process. Nothing was sent. Fix the argument or setting
    /// that the text names.
    pub fn is_invalid(&self) -> bool {
        self.kind() == ErrorKind::Invalid
    }

    /// The service has no such resource. Fix the id or the project.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// The state of the resource does not allow the request. Wait, or change the state.
    pub fn is_conflict(&self) -> bool {
        self.kind() == ErrorKind::Conflict
    }

    /// The credentials do not have the permission. Check the project, or ask its administrator.
    pub fn is_forbidden(&self) -> bool {
        self.kind() == ErrorKind::Forbidden
    }

    /// No response came in time. The service may have acted on the request: a read may be retried; check
    /// before you retry a change. Also returned if the time limit of a wait for a job passed: the job
    /// continues, and can be waited for again.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// No connection was made, so nothing was sent. Check the endpoint, the network and the proxy, then
    /// retry.
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// The proxy refused to forward the request, for example because it needs a user name and a password (407). Nothing was sent
    /// to the service. Do what the text says.
    pub fn is_proxy_refusal(&self) -> bool {
        self.kind() == ErrorKind::Proxy
    }

    /// The certificate of the server is not trusted: for example, its authority is unknown, it is for another
    /// name, or it has expired. Nothing was sent, and a retry would fail too. Do what the text says.
    pub fn is_untrusted(&self) -> bool {
        self.kind() == ErrorKind::Untrusted
    }

    /// The credentials are missing, or were not accepted: for example, the token has expired. Get new ones.
    pub fn is_auth(&self) -> bool {
        self.kind() == ErrorKind::Auth
    }

    /// The service, or the gateway in front of it, accepts no more requests for now. Wait for
    /// [`retry_after`](Self::retry_after), or for a minute, and send fewer requests
    /// ([`rate_limit`](crate::ClientBuilder::rate_limit)).
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// The service, the identity service or a gateway is down for now (502, 503, 504). Retry a read; check
    /// before you retry a change.
    pub fn is_unavailable(&self) -> bool {
        self.kind() == ErrorKind::Unavailable
    }

    /// The same request may succeed later.
    ///
    /// That does not mean that it is safe to send it again: if there was no response, a change may already have been made.
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            ErrorKind::Connect | ErrorKind::Interrupted | ErrorKind::RateLimited | ErrorKind::Unavailable => {
                true
            }
            // The request may succeed later; the wait for a job is over.
            ErrorKind::Timeout => !matches!(self.0.cause, Cause::WaitTimedOut(_)),
            _ => false,
        }
    }
}
