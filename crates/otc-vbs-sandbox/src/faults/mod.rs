//! Faults to inject. Nothing here knows the server.

pub(crate) mod alteration;
pub(crate) mod cut;
pub(crate) mod effect;
mod named;
mod notation;
mod parameters;
mod pattern;
mod rules;

use std::time::Duration;

use axum::body::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};

use self::effect::{Answer, Effect};
pub(crate) use self::named::{NAMED, Named};
pub use self::parameters::InvalidFault;
use self::pattern::Pattern;
pub(crate) use self::rules::{Faults, Pending};
use crate::faults::cut::Cut;

/// A fault that is injected into the next request, or the next few: see
/// [`Sandbox::fault`](crate::Sandbox::fault).
///
/// Most faults have a name and are parsed from a text, which is the same for tests in Rust, for the command
/// line, for the admin route and for the header.
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use http::header::{HeaderValue, RETRY_AFTER};
/// use otc_vbs_sandbox::{Fault, Sandbox};
///
/// let sandbox = Sandbox::builder().start().await?;
/// sandbox.fault("GET /v2/*/backuppolicy: 429; retry-after=3; times=2".parse()?);
///
/// let busy = Fault::answer(http::StatusCode::TOO_MANY_REQUESTS);
/// sandbox.fault(busy.header(RETRY_AFTER, HeaderValue::from(1)).on("/v2/").times(2));
/// # Ok(())
/// # }
/// ```
///
#[doc = include_str!("notation.md")]
#[derive(Clone, Debug)]
#[must_use = "a fault happens once `Sandbox::fault` has it"]
pub struct Fault {
    /// The fault as text.
    pub(crate) text: String,
    pattern: Pattern,
    /// The number of requests that it hits. `None` is always.
    times: Option<u64>,
    /// The number of matching requests that pass first.
    skip: u64,
    /// The share of the requests that it hits. `None` is all.
    rate: Option<f64>,
    /// The region whose projects it hits. `None` is all.
    region: Option<String>,
    pub(crate) delay: Duration,
    pub(crate) effect: Effect,
    /// Whether it selects requests, so that it can't be requested for a single one.
    pub(crate) is_rule: bool,
}

impl Fault {
    fn new(effect: Effect) -> Self {
        Self {
            text: "a fault without a name".to_owned(),
            pattern: Pattern::prefix("/"),
            times: Some(1),
            skip: 0,
            rate: None,
            region: None,
            delay: Duration::ZERO,
            effect,
            is_rule: false,
        }
    }

    /// A response with this status. The request is not processed, and its token is not checked.
    pub fn answer(status: StatusCode) -> Self {
        Self::new(Effect::Answer(Answer::new(status)))
    }

    /// The connection is reset without a response.
    pub fn reset() -> Self {
        Self::new(Effect::Cut(Cut::InHead(0)))
    }

    /// The request is processed after this time.
    pub fn delay(delay: Duration) -> Self {
        Self::new(Effect::Nothing).after(delay)
    }

    /// Adds a header to the response. Has no effect on faults without their own response.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let Effect::Answer(answer) = &mut self.effect {
            answer.headers.append(name, value);
        }
        self
    }

    /// The body of the response. Defaults to none. Has no effect on faults without their own response.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        if let Effect::Answer(answer) = &mut self.effect {
            answer.body = body.into();
        }
        self
    }

    /// Closes the connection after the body, before the response is complete.
    pub fn cut_off(mut self) -> Self {
        if let Effect::Answer(answer) = &mut self.effect {
            answer.cut_off = true;
        }
        self
    }

    /// Hits only requests whose path begins with this text, for example `/v2/`. Defaults to all requests.
    pub fn on(mut self, path_prefix: impl Into<String>) -> Self {
        self.pattern = Pattern::prefix(path_prefix);
        self
    }

    /// The number of requests that it hits. Defaults to 1.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// The time to wait before the fault.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}
