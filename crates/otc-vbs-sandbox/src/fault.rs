//! What goes wrong on demand.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::world::World;

/// Something that goes wrong with the next request, or with the next few: see
/// [`Sandbox::fault`](crate::Sandbox::fault).
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use http::header::{HeaderValue, RETRY_AFTER};
/// use otc_vbs_sandbox::{Fault, Sandbox};
///
/// let sandbox = Sandbox::builder().start().await?;
/// let busy = Fault::answer(http::StatusCode::TOO_MANY_REQUESTS);
/// sandbox.fault(busy.header(RETRY_AFTER, HeaderValue::from(1)).on("/v2/").times(2));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a fault happens once `Sandbox::fault` has it"]
pub struct Fault {
    prefix: String,
    times: u64,
    delay: Duration,
    effect: Effect,
}

#[derive(Clone, Debug)]
enum Effect {
    Nothing,
    Answer(Answer),
    Reset,
}

#[derive(Clone, Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    cut_off: bool,
}

impl Fault {
    fn new(effect: Effect) -> Self {
        Self {
            prefix: "/".to_owned(),
            times: 1,
            delay: Duration::ZERO,
            effect,
        }
    }

    /// The request is answered with this status, and otherwise not looked at: nobody checks its token.
    pub fn answer(status: StatusCode) -> Self {
        Self::new(Effect::Answer(Answer {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            cut_off: false,
        }))
    }

    /// The connection is closed without an answer.
    pub fn reset() -> Self {
        Self::new(Effect::Reset)
    }

    /// The request waits so long, then goes its usual way.
    pub fn delay(delay: Duration) -> Self {
        Self::new(Effect::Nothing).after(delay)
    }

    /// Adds a header to the answer. Faults without an answer have no use for it.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let Effect::Answer(answer) = &mut self.effect {
            answer.headers.append(name, value);
        }
        self
    }

    /// The body of the answer: none by default. Faults without an answer have no use for it.
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
        self.prefix = path_prefix.into();
        self
    }

    /// How many requests it happens to: one by default.
    pub fn times(mut self, times: u64) -> Self {
        self.times = times;
        self
    }

    /// It happens after so long only.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// What is still to go wrong, in the order in which it was asked for.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<VecDeque<Fault>>);

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.push_back(fault);
    }

    /// What happens to a request now.
    fn take(&self, path: &str) -> Option<Fault> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.retain(|fault| fault.times > 0);
        let mut matching = faults.iter_mut();
        let fault = matching.find(|fault| path.starts_with(&fault.prefix))?;
        fault.times -= 1;
        Some(fault.clone())
    }
}

/// Lets happen what is to go wrong.
pub(crate) async fn inject(
    State(world): State<Arc<World>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(fault) = world.faults.take(request.uri().path()) else {
        return next.run(request).await;
    };
    if !fault.delay.is_zero() {
        tokio::time::sleep(fault.delay).await;
    }
    match fault.effect {
        Effect::Nothing => next.run(request).await,
        Effect::Answer(answer) => {
            let body = match answer.cut_off {
                true => broken_off(answer.body),
                false => Body::from(answer.body),
            };
            (answer.status, answer.headers, body).into_response()
        }
        // The server closes the connection, having sent nothing, when the first piece of a body is an error.
        Effect::Reset => {
            Body::from_stream(stream::iter([Err::<Bytes, _>(broken())])).into_response()
        }
    }
}

fn broken_off(body: Bytes) -> Body {
    let end = stream::once(async {
        // What was written so far is sent only when the next piece is not there yet.
        tokio::task::yield_now().await;
        Err(broken())
    });
    Body::from_stream(stream::iter([Ok(body)]).chain(end))
}

fn broken() -> io::Error {
    io::Error::other("the sandbox was told to break this connection off")
}
