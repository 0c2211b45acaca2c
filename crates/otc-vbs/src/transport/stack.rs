//! The layers of a client, one in the other.

use std::sync::Arc;
use std::time::Duration;

use otc_vbs_api::Transport;

use super::{
    AuthTransport, Authorize, ConcurrencyTransport, RateLimit, RateLimitTransport, RetryPolicy,
    RetryTransport, TimeoutTransport, TracingTransport, UserAgentTransport,
};
use crate::{Error, Result};

const TIMEOUT: Duration = Duration::from_secs(120);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const CONCURRENCY: usize = 64;

/// What the layers are told. What is not set has the default of the table in the documentation of the module.
#[derive(Default)]
pub(crate) struct Stack {
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) concurrency: Option<usize>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) user_agent: Option<String>,
}

impl Stack {
    /// The layers around what sends.
    pub(crate) fn around(
        self,
        sends: Arc<dyn Transport>,
        authorize: Arc<dyn Authorize>,
    ) -> Result<Arc<dyn Transport>> {
        let user_agent = match self.user_agent.as_deref() {
            Some(suffix) => UserAgentTransport::with_suffix(sends, suffix)
                .map_err(|_| Error::setting("user_agent: it has characters that no header can hold"))?,
            None => UserAgentTransport::new(sends),
        };
        let auth = AuthTransport::new(user_agent, authorize);
        let limit = self.attempt_timeout.unwrap_or(ATTEMPT_TIMEOUT);
        let attempt = TracingTransport::attempts(TimeoutTransport::per_attempt(auth, limit));
        let attempt: Arc<dyn Transport> = match self.rate_limit {
            Some(limit) => Arc::new(RateLimitTransport::new(attempt, limit)),
            None => Arc::new(attempt),
        };
        let retry = RetryTransport::new(attempt, self.retry.unwrap_or_default());
        let concurrency = self.concurrency.unwrap_or(CONCURRENCY);
        let concurrency = ConcurrencyTransport::new(retry, concurrency);
        let limit = self.timeout.unwrap_or(TIMEOUT);
        let call = TimeoutTransport::per_call(concurrency, limit);
        Ok(Arc::new(TracingTransport::calls(call)))
    }
}
