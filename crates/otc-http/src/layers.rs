//! Builds the layers of a client around a transport.

use std::sync::Arc;
use std::time::Duration;

use crate::{
    AuthTransport, Authorize, ConcurrencyTransport, InvalidSetting, RateLimit, RateLimitTransport,
    RedactTransport, RetryPolicy, RetryTransport, TimeoutTransport, TracingTransport, Transport,
    UserAgentTransport,
};

const TIMEOUT: Duration = Duration::from_secs(120);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const CONCURRENCY: usize = 64;

/// The settings of the layers around a transport. See the [front page](crate) for their order and defaults.
#[derive(Default)]
#[must_use = "the layers do nothing until `around` is called"]
pub struct Layers {
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    concurrency: Option<usize>,
    retry: Option<RetryPolicy>,
    rate_limit: Option<RateLimit>,
    user_agent: Option<String>,
    authorize: Option<Arc<dyn Authorize>>,
    refusal_codes: &'static [&'static str],
}

impl Layers {
    /// All layers with their default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits a call: its attempts, the pauses between them, and the wait for its turn. Defaults to 120 s.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Limits an attempt, from sending the request to the end of the response. Defaults to 30 s.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// Limits how many calls run at the same time. Defaults to 64; 0 counts as 1.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = Some(calls);
        self
    }

    /// Sets which requests are retried, how often and when. Defaults to 3 retries. A
    /// rate-limited request is retried for up to 90 s.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Limits the request rate. Unlimited by default.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// The value of the header `user-agent`, usually `name/version`. Defaults to this crate's.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// Authorizes each attempt. Without it, requests are sent with the credentials they already have.
    pub fn authorize(mut self, authorize: Arc<dyn Authorize>) -> Self {
        self.authorize = Some(authorize);
        self
    }

    /// The service's error codes that mean the same as status 401: see [`AuthTransport::refusal_codes`].
    pub fn refusal_codes(mut self, codes: &'static [&'static str]) -> Self {
        self.refusal_codes = codes;
        self
    }

    /// Puts the layers around the transport that sends.
    ///
    /// # Errors
    ///
    /// If a setting can't be used.
    pub fn around(self, sender: Arc<dyn Transport>) -> Result<Arc<dyn Transport>, InvalidSetting> {
        let product = self.user_agent.as_deref().unwrap_or(concat!("otc-http/", env!("CARGO_PKG_VERSION")));
        let sender = RedactTransport::new(UserAgentTransport::new(sender, product)?);
        let limited = TimeoutTransport::per_attempt(sender, self.attempt_timeout.unwrap_or(ATTEMPT_TIMEOUT));
        let authorized: Arc<dyn Transport> = match self.authorize {
            Some(authorize) => {
                Arc::new(AuthTransport::new(limited, authorize).refusal_codes(self.refusal_codes))
            }
            None => Arc::new(limited),
        };
        let attempt = TracingTransport::attempts(authorized);
        let attempt: Arc<dyn Transport> = match self.rate_limit {
            Some(limit) => Arc::new(RateLimitTransport::new(attempt, limit)),
            None => Arc::new(attempt),
        };
        let retry = RetryTransport::new(attempt, self.retry.unwrap_or_default());
        let concurrency = ConcurrencyTransport::new(retry, self.concurrency.unwrap_or(CONCURRENCY));
        let call = TimeoutTransport::per_call(concurrency, self.timeout.unwrap_or(TIMEOUT));
        Ok(Arc::new(TracingTransport::calls(call)))
    }
}
