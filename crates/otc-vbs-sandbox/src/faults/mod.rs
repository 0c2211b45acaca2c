//! What goes wrong on demand.

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

/// Something that goes wrong with the next request, or with the next few: see
/// [`Sandbox::fault`](crate::Sandbox::fault).
///
/// Most have a name, by which they are read from a text. The text is the same for tests in Rust, for the command line,
/// for the admin route and for the header.
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
    /// As it was asked for.
    pub(crate) text: String,
    pattern: Pattern,
    /// How often it happens, or nothing where it always does.
    times: Option<u64>,
    /// How many requests it lets go before it happens.
    skip: u64,
    /// To which share of the requests it happens, or nothing where to all.
    rate: Option<f64>,
    /// The region whose projects it is for, or nothing where it is for all.
    region: Option<String>,
    pub(crate) delay: Duration,
    pub(crate) effect: Effect,
    /// Whether it says which requests are meant, or how many of them.
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

    /// The request is answered with this status, and otherwise not looked at: nobody checks its token.
    pub fn answer(status: StatusCode) -> Self {
        Self::new(Effect::Answer(Answer::new(status)))
    }

    /// The connection is reset without an answer.
    pub fn reset() -> Self {
        Self::new(Effect::Cut(Cut::InHead(0)))
    }

    /// The request waits so long, then goes its usual way.
    pub fn delay(delay: Duration) -> Self {
        Self::new(Effect::Nothing).after(delay)
    }

    /// Adds a header to the answer. Faults without an answer of their own have no use for it.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let Effect::Answer(answer) = &mut self.effect {
            answer.headers.append(name, value);
        }
        self
    }

    /// The body of the answer: none by default. Faults without an answer of their own have no use for it.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        if let Effect::Answer(answer) = &mut self.effect {
            answer.body = body.into();
        }
        self
    }

    /// The connection is closed behind the body, before the answer has its end.
    pub fn cut_off(mut self) -> Self {
        if let Effect::Answer(answer) = &mut self.effect {
            answer.cut_off = true;
        }
        self
    }

    /// Only for requests whose path begins so, for example `/v2/`. For all by default.
    pub fn on(mut self, path_prefix: impl Into<String>) -> Self {
        self.pattern = Pattern::prefix(path_prefix);
        self
    }

    /// How many requests it happens to: one by default.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// It happens after so long only.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}
