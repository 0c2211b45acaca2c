//! How often, and after how long.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::RetryBudget;

type Jitter = dyn Fn(Duration) -> Duration + Send + Sync;
pub(super) type Clock = dyn Fn() -> SystemTime + Send + Sync;

/// How often something is repeated, and after how long.
///
/// Before the first repeat it waits a random time between nothing and 250 ms, before the second between nothing and 500 ms,
/// and so on, so that many clients that failed at the same moment do not come back at the same moment. Where the response
/// has a `Retry-After`, in seconds or as a date, that much is waited first.
///
/// Clones share the budget.
///
/// ```
/// # use std::time::Duration;
/// use otc_vbs::transport::RetryPolicy;
///
/// let policy = RetryPolicy::default().max_attempts(6).cap(Duration::from_secs(5));
/// ```
#[derive(Clone)]
pub struct RetryPolicy {
    pub(super) max_attempts: u32,
    base: Duration,
    cap: Duration,
    pub(super) retry_after_ceiling: Duration,
    pub(super) budget: RetryBudget,
    jitter: Arc<Jitter>,
    pub(super) clock: Arc<Clock>,
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wait(pub(super) Duration);

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            base: Duration::from_millis(250),
            cap: Duration::from_secs(20),
            retry_after_ceiling: Duration::from_secs(60),
            budget: RetryBudget::default(),
            jitter: Arc::new(|longest| longest.mul_f64(fastrand::f64())),
            clock: Arc::new(SystemTime::now),
        }
    }
}

impl RetryPolicy {
    /// Repeats nothing.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// How many attempts there are at most, the first one counted. 4 where it is not set; 0 counts as 1.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The longest wait before the first repeat; it doubles with each. 250 ms where it is not set.
    #[must_use]
    pub fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// The longest wait before any repeat, where the service does not ask for a longer one. 20 s where it is not set.
    #[must_use]
    pub fn cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// How long the service may ask to wait (`Retry-After`). Where it asks for more, its answer is returned at once, and
    /// says so. 60 s where it is not set.
    #[must_use]
    pub fn retry_after_ceiling(mut self, ceiling: Duration) -> Self {
        self.retry_after_ceiling = ceiling;
        self
    }

    /// What limits the repeats of all calls together. See [`RetryBudget`] for what holds where it is not set.
    #[must_use]
    pub fn budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// How to choose how long to wait, given the longest. Where it is not set, any time up to that is as likely as another.
    #[must_use]
    pub fn jitter(mut self, jitter: impl Fn(Duration) -> Duration + Send + Sync + 'static) -> Self {
        self.jitter = Arc::new(jitter);
        self
    }

    /// What time it is, for a `Retry-After` that is a date in a response that has no `date`. The system's clock where it is
    /// not set.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// How long to wait after this attempt, the first being 1, failed, and the service asked for this.
    pub(super) fn wait(&self, attempt: u32, asked: Option<Duration>) -> Wait {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let longest = self.base.saturating_mul(doubled).min(self.cap);
        Wait((self.jitter)(longest).saturating_add(asked.unwrap_or_default()))
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryPolicy")
            .field("max_attempts", &self.max_attempts)
            .field("base", &self.base)
            .field("cap", &self.cap)
            .field("retry_after_ceiling", &self.retry_after_ceiling)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}
