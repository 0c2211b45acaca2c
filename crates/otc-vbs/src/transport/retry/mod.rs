//! What is repeated, and when.

mod budget;
mod policy;
mod retry_after;

use bytes::Bytes;
use http::{Method, StatusCode};
use otc_vbs_api::{
    Operation, ResponseNote, RetryAfter, Transport, TransportError, TransportErrorKind, TransportFuture,
};
use tokio::time::{Instant, sleep};

pub use budget::RetryBudget;
pub use policy::RetryPolicy;

use self::policy::Wait;
use self::retry_after::retry_after;
use super::text::seconds;
use super::{CallState, trace};

type Answer = Result<http::Response<Bytes>, TransportError>;

/// Repeats what failed for a reason that may pass, as a [`RetryPolicy`] says.
///
/// | what came | GET, HEAD, PUT, DELETE | POST and others |
/// |---|---|---|
/// | 429 | repeated | repeated: the request was turned away |
/// | 502, 503, 504 | repeated | returned: the service may have acted |
/// | no connection was made | repeated | repeated: nothing was sent |
/// | the connection broke, or the attempt took too long | repeated | returned: the service may have acted |
/// | the certificate is not trusted, and anything else | returned | returned |
///
/// A DELETE whose first attempt was carried out, and whose answer was lost, finds nothing to delete in its second: it then
/// ends with 404, after 2 attempts.
///
/// What is returned after all says in its text how often it was tried, and why no more.
#[derive(Debug)]
pub struct RetryTransport<T> {
    next: T,
    policy: RetryPolicy,
}

impl<T: Transport> RetryTransport<T> {
    /// Repeats what `next` sends.
    pub fn new(next: T, policy: RetryPolicy) -> Self {
        Self { next, policy }
    }

    async fn repeated(&self, operation: &'static Operation, mut request: http::Request<Bytes>) -> Answer {
        let state = CallState::of(&mut request);
        let mut attempt = 0;
        loop {
            attempt += 1;
            state.begin_attempt();
            let answer = self.next.send(operation, request.clone()).await;
            match self.verdict(request.method(), &answer, attempt, state.ends_at()) {
                Verdict::Return(reason) => {
                    return noted(self.with_retry_after(answer), attempt, reason);
                }
                Verdict::Repeat(wait) => {
                    trace::repeating(attempt + 1, wait.0);
                    sleep(wait.0).await;
                }
            }
        }
    }

    /// A failure with what it asks to wait, for the error that comes of it.
    fn with_retry_after(&self, answer: Answer) -> Answer {
        let mut response = answer?;
        let asked = retry_after(response.headers(), &*self.policy.clock);
        if let Some(asked) = asked.filter(|_| !response.status().is_success()) {
            response.extensions_mut().insert(RetryAfter(asked));
        }
        Ok(response)
    }

    fn verdict(&self, method: &Method, answer: &Answer, attempt: u32, deadline: Option<Instant>) -> Verdict {
        match Meaning::of(method, answer) {
            Meaning::Final => {
                if answer.is_ok() {
                    self.policy.budget.deposit();
                }
                return Verdict::Return(None);
            }
            Meaning::MayHaveActed if self.policy.max_attempts > 1 => {
                return Verdict::Return(Some(Reason::MayHaveActed));
            }
            Meaning::MayHaveActed => return Verdict::Return(None),
            Meaning::MayPass => {}
        }
        if attempt >= self.policy.max_attempts {
            return Verdict::Return(None);
        }
        let asked = match answer {
            Ok(response) => retry_after(response.headers(), &*self.policy.clock),
            Err(_) => None,
        };
        let ceiling = self.policy.retry_after_ceiling;
        if let Some(asked) = asked.filter(|asked| *asked > ceiling) {
            return Verdict::Return(Some(Reason::AskedToWait { asked, ceiling }));
        }
        let wait = self.policy.wait(attempt, asked);
        let too_late = |deadline| Instant::now().checked_add(wait.0).is_none_or(|at| at >= deadline);
        if deadline.is_some_and(too_late) {
            return Verdict::Return(Some(Reason::Deadline(wait)));
        }
        match self.policy.budget.withdraw() {
            true => Verdict::Repeat(wait),
            false => Verdict::Return(Some(Reason::Budget)),
        }
    }
}

impl<T: Transport> Transport for RetryTransport<T> {
    fn send(&self, operation: &'static Operation, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.repeated(operation, request))
    }
}

/// What an answer means for a repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// The same would come again.
    Final,
    /// It may pass, and a repeat does no harm.
    MayPass,
    /// It may pass, but the service may have acted on what can't be done twice.
    MayHaveActed,
}

impl Meaning {
    fn of(method: &Method, answer: &Answer) -> Self {
        let when_unsure = match *method {
            Method::GET | Method::HEAD | Method::PUT | Method::DELETE => Self::MayPass,
            _ => Self::MayHaveActed,
        };
        match answer {
            Ok(response) => match response.status() {
                StatusCode::TOO_MANY_REQUESTS => Self::MayPass,
                StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
                    when_unsure
                }
                _ => Self::Final,
            },
            Err(error) => match error.kind() {
                TransportErrorKind::Connect => Self::MayPass,
                TransportErrorKind::Timeout | TransportErrorKind::Interrupted => when_unsure,
                _ => Self::Final,
            },
        }
    }
}

enum Verdict {
    Return(Option<Reason>),
    Repeat(Wait),
}

/// Why something that may pass is not repeated, where it is not that it was tried often enough.
enum Reason {
    MayHaveActed,
    AskedToWait {
        asked: std::time::Duration,
        ceiling: std::time::Duration,
    },
    Deadline(Wait),
    Budget,
}

impl Reason {
    fn text(&self) -> String {
        match self {
            Self::MayHaveActed => "not repeated, since the service may have acted on it".to_owned(),
            Self::AskedToWait { asked, ceiling } => format!(
                "not repeated, since the service asks to wait {}, and no more than {} is waited",
                seconds(*asked),
                seconds(*ceiling)
            ),
            Self::Deadline(wait) => format!(
                "not repeated, since the time allowed for the call ends before the {} until then",
                seconds(wait.0)
            ),
            Self::Budget => "not repeated, since too many calls of this client had to be repeated".to_owned(),
        }
    }
}

/// The answer, with what is to be said of the attempts.
fn noted(answer: Answer, attempts: u32, reason: Option<Reason>) -> Answer {
    let tried = (attempts > 1).then(|| format!("after {attempts} attempts"));
    let parts: Vec<String> = tried
        .into_iter()
        .chain(reason.map(|reason| reason.text()))
        .collect();
    if parts.is_empty() {
        return answer;
    }
    let note = parts.join("; ");
    match answer {
        Ok(mut response) => {
            response.extensions_mut().insert(ResponseNote(note));
            Ok(response)
        }
        Err(error) => Err(error.with_note(note)),
    }
}
