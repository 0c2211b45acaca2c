//! The number of attempts, and the pauses between them.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::RetryBudget;
use super::retryability::Retryability;

type Jitter = dyn Fn(Duration) -> Duration + Send + Sync;
pub(super) type Clock = dyn Fn() -> SystemTime + Send + Sync;

/// The shortest wait after a rate limit, before jitter: a quota is usually per minute.
const RATE_LIMIT_BASE: Duration = Duration::from_secs(1);

/// Limits the attempts of a request and sets the pauses between them.
///
/// The wait before the first retry is a random time of up to 250 ms, before the second of up to 500 ms, and
/// so on, so that clients that failed at the same moment do not return at the same moment. If the response
/// has a `Retry-After`, in seconds or as a date, that time is added.
///
/// A request that was refused because there were too many (for example with 429) is retried until
/// [`rate_limit_patience`](Self::rate_limit_patience) is over, regardless of the number of attempts, because
/// quotas are usually per minute.
///
/// Clones share the budget.
///
/// ```
/// # use std::time::Duration;
/// use otc_http::RetryPolicy;
///
/// let policy = RetryPolicy::default().max_attempts(6).cap(Duration::from_secs(5));
/// ```
#[derive(Clone)]
pub struct RetryPolicy {
    pub(super) max_attempts: u32,
    base: Duration,
    cap: Duration,
    pub(super) retry_after_ceiling: Duration,
    pub(super) rate_limit_patience: Duration,
    pub(super) budget: RetryBudget,
    /// Whether the budget was set explicitly.
    has_own_budget: bool,
    jitter: Arc<Jitter>,
    pub(super) clock: Arc<Clock>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            base: Duration::from_millis(250),
            cap: Duration::from_secs(20),
            retry_after_ceiling: Duration::from_secs(60),
            rate_limit_patience: Duration::from_secs(90),
            budget: RetryBudget::default(),
            has_own_budget: false,
            jitter: Arc::new(|longest| longest.mul_f64(fastrand::f64())),
            clock: Arc::new(SystemTime::now),
        }
    }
}

impl RetryPolicy {
    /// Retries nothing.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// The number of attempts, including the first one. Defaults to 4; 0 counts as 1. 1 disables all retries.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The longest wait before the first retry; it doubles with each retry. Defaults to 250 ms, and to 1 s
    /// after a rate limit.
    #[must_use]
    pub fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// The longest wait before any retry, unless the service asks for a longer one. Defaults to 20 s.
    #[must_use]
    pub fn cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// The longest `Retry-After` that is waited for. If the service asks for more, its answer is returned at
    /// once, with a note. Defaults to 60 s.
    #[must_use]
    pub fn retry_after_ceiling(mut self, ceiling: Duration) -> Self {
        self.retry_after_ceiling = ceiling;
        self
    }

    /// The time for which a rate-limited call is retried. Defaults to 90 s, which outlasts a quota per minute
    /// and ends before the default time limit of a call.
    #[must_use]
    pub fn rate_limit_patience(mut self, patience: Duration) -> Self {
        self.rate_limit_patience = patience;
        self
    }

    /// Limits the retries of all calls together. See [`RetryBudget`] for the default.
    #[must_use]
    pub fn budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self.has_own_budget = true;
        self
    }

    /// The policy of a single request of a client with this policy. It shares the client's budget unless it
    /// has its own.
    pub(super) fn overridden(&self, request: Option<&Self>) -> Self {
        let mut policy = request.unwrap_or(self).clone();
        if !policy.has_own_budget {
            policy.budget = self.budget.clone();
        }
        policy
    }

    /// Chooses how long to wait, given the longest wait. Defaults to a random part of it.
    #[must_use]
    pub fn jitter(mut self, jitter: impl Fn(Duration) -> Duration + Send + Sync + 'static) -> Self {
        self.jitter = Arc::new(jitter);
        self
    }

    /// The clock for a `Retry-After` that is a date, if the response has no `date`. Defaults to the system's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The time to wait after this failed attempt; the first one is 1. `asked` is the wait that the service
    /// asked for.
    pub(super) fn wait(&self, attempt: u32, retryability: Retryability, asked: Option<Duration>) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let asked = asked.unwrap_or_default();
        if retryability != Retryability::RateLimited {
            let longest = self.base.saturating_mul(doubled).min(self.cap);
            return (self.jitter)(longest).saturating_add(asked);
        }
        // At least half of it: the number of attempts is not limited, and an early one is wasted.
        let half = self.base.max(RATE_LIMIT_BASE).saturating_mul(doubled).min(self.cap) / 2;
        (self.jitter)(half).saturating_add(asked.max(half))
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryPolicy")
            .field("max_attempts", &self.max_attempts)
            .field("base", &self.base)
            .field("cap", &self.cap)
            .field("retry_after_ceiling", &self.retry_after_ceiling)
            .field("rate_limit_patience", &self.rate_limit_patience)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}
