//! Retries failed requests.

mod budget;
mod policy;
mod retry_after;
mod retryability;

use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, sleep};

pub use budget::RetryBudget;
pub use policy::RetryPolicy;

use self::retry_after::retry_after;
use self::retryability::Retryability;
use crate::text::seconds;
use crate::{
    CallState, RequestInfo, RequestOptions, ResponseNote, RetryAfter, Transport, TransportError,
    TransportFuture, trace,
};

type Answer = Result<http::Response<Bytes>, TransportError>;

/// Retries requests that failed for a reason that may pass, according to a [`RetryPolicy`].
///
/// | answer | idempotent requests | other requests |
/// |---|---|---|
/// | 429; 413 with `Retry-After`; 403 with the gateway's `APIGW.0308` | retried | retried: the request was refused |
/// | 502, 503, 504 | retried | returned: the service may have acted |
/// | no connection | retried | retried: nothing was sent |
/// | broken connection, time limit of the attempt | retried | returned: the service may have acted |
/// | untrusted certificate, refusal of the proxy (407), everything else | returned | returned |
///
/// GET, HEAD, PUT and DELETE are idempotent, and so is a request that says so ([`RequestInfo::idempotent`]).
/// If the answer to a successful DELETE is lost, the second attempt finds nothing to delete and ends with
/// 404.
///
/// A request may have a policy of its own: see [`RequestOptions`].
///
/// The text of the final error states the number of attempts and why there are no more.
#[derive(Debug)]
pub struct RetryTransport<T> {
    next: T,
    policy: RetryPolicy,
}

/// The progress of a call.
struct Progress {
    attempt: u32,
    began: Instant,
    deadline: Option<Instant>,
}

impl<T: Transport> RetryTransport<T> {
    /// Retries the requests of `next`.
    pub fn new(next: T, policy: RetryPolicy) -> Self {
        Self { next, policy }
    }

    async fn send_with_retries(&self, mut request: http::Request<Bytes>) -> Answer {
        let state = CallState::of(&mut request);
        let policy = self.policy.overridden(RequestOptions::retry_policy(&request));
        let idempotent = RequestInfo::of(&request).is_idempotent(request.method());
        let mut progress = Progress { attempt: 0, began: Instant::now(), deadline: state.ends_at() };
        loop {
            progress.attempt += 1;
            state.begin_attempt();
            let answer = self.next.send(request.clone()).await;
            match verdict(&policy, Retryability::of(idempotent, &answer), &answer, &progress) {
                Verdict::Return(reason) => {
                    return with_note(with_retry_after(answer, &policy), progress.attempt, reason);
                }
                Verdict::Retry(wait) => {
                    trace::retrying(progress.attempt + 1, wait);
                    sleep(wait).await;
                }
            }
        }
    }
}

impl<T: Transport> Transport for RetryTransport<T> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.send_with_retries(request))
    }
}

/// A failure with the time that it asks to wait, for the error made of it.
fn with_retry_after(answer: Answer, policy: &RetryPolicy) -> Answer {
    let mut response = answer?;
    let asked = retry_after(response.headers(), &*policy.clock);
    if let Some(asked) = asked.filter(|_| !response.status().is_success()) {
        response.extensions_mut().insert(RetryAfter(asked));
    }
    Ok(response)
}

fn verdict(
    policy: &RetryPolicy,
    retryability: Retryability,
    answer: &Answer,
    progress: &Progress,
) -> Verdict {
    match retryability {
        Retryability::Final => {
            if answer.is_ok() {
                policy.budget.deposit();
            }
            return Verdict::Return(None);
        }
        _ if policy.max_attempts <= 1 => return Verdict::Return(None),
        Retryability::MayHaveActed => return Verdict::Return(Some(Reason::MayHaveActed)),
        Retryability::MayPass if progress.attempt >= policy.max_attempts => return Verdict::Return(None),
        Retryability::MayPass | Retryability::RateLimited => {}
    }
    let asked = match answer {
        Ok(response) => retry_after(response.headers(), &*policy.clock),
        Err(_) => None,
    };
    let ceiling = policy.retry_after_ceiling;
    if let Some(asked) = asked.filter(|asked| *asked > ceiling) {
        return Verdict::Return(Some(Reason::AskedToWait { asked, ceiling }));
    }
    let wait = policy.wait(progress.attempt, retryability, asked);
    let elapsed = progress.began.elapsed().saturating_add(wait);
    if retryability == Retryability::RateLimited && elapsed > policy.rate_limit_patience {
        // After one attempt, the status says everything.
        let reason = Reason::RateLimited(progress.began.elapsed());
        return Verdict::Return((progress.attempt > 1).then_some(reason));
    }
    let too_late = |deadline| Instant::now().checked_add(wait).is_none_or(|at| at >= deadline);
    if progress.deadline.is_some_and(too_late) {
        return Verdict::Return(Some(Reason::Deadline(wait)));
    }
    // A rate limit is bounded by the patience. With the budget too, a long walk would run out of it.
    let may_retry = retryability == Retryability::RateLimited || policy.budget.withdraw();
    match may_retry {
        true => Verdict::Retry(wait),
        false => Verdict::Return(Some(Reason::Budget)),
    }
}

enum Verdict {
    Return(Option<Reason>),
    Retry(Duration),
}

/// The reason, other than the number of attempts, why a failure that may pass is not retried.
enum Reason {
    MayHaveActed,
    AskedToWait { asked: Duration, ceiling: Duration },
    RateLimited(Duration),
    Deadline(Duration),
    Budget,
}

impl Reason {
    fn text(&self) -> String {
        match self {
            Self::MayHaveActed => "not retried, because the service may have acted on it".to_owned(),
            Self::AskedToWait { asked, ceiling } => format!(
                "not retried, because the service asks to wait {}, which is longer than the limit of {}",
                seconds(*asked),
                seconds(*ceiling)
            ),
            Self::RateLimited(elapsed) => {
                format!("still rate limited after {}", seconds(Duration::from_secs(elapsed.as_secs())))
            }
            Self::Deadline(wait) => format!(
                "not retried, because the time limit of the call ends before the {} until the next attempt",
                seconds(*wait)
            ),
            Self::Budget => "not retried, because too many calls of this client had to be retried".to_owned(),
        }
    }
}

/// The answer with a note about the attempts.
fn with_note(answer: Answer, attempts: u32, reason: Option<Reason>) -> Answer {
    let tried = (attempts > 1).then(|| format!("after {attempts} attempts"));
    let parts: Vec<String> = tried.into_iter().chain(reason.map(|reason| reason.text())).collect();
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
