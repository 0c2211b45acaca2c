//! For tests without a network: a [`MockTransport`] with prepared replies and recorded requests. Needs the feature `testing`.
//!
//! ```
//! use http::{Method, StatusCode};
//! use otc_http::testing::{MockTransport, Reply};
//! use otc_http::{Layers, Transport, TransportErrorKind};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let service = MockTransport::new()
//!     .on(Method::GET, "/v2/*/jobs/job-1", [
//!         Reply::json(StatusCode::OK, r#"{"status":"RUNNING"}"#),
//!         Reply::json(StatusCode::OK, r#"{"status":"SUCCESS"}"#),
//!     ])
//!     .in_turn([Reply::error(StatusCode::CONFLICT, "AutoBackup.0064", "the disk is being backed up")])
//!     .always(TransportErrorKind::Timeout);
//!
//! let transport = Layers::new().around(std::sync::Arc::new(service.clone()))?;
//! let request = http::Request::get("https://vbs.example.com/v2/p1/jobs/job-1").body(bytes::Bytes::new())?;
//! let response = transport.send(request).await?;
//! assert_eq!(response.body(), r#"{"status":"RUNNING"}"#);
//!
//! let requests = service.requests();
//! assert_eq!(requests[0].path_and_query(), "/v2/p1/jobs/job-1");
//! assert_eq!(requests[0].header("user-agent"), Some(concat!("otc-http/", env!("CARGO_PKG_VERSION"))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The failures of a transport are made by [`TransportError::new`](crate::TransportError::new), those of a service by
//! [`ServiceError::new`](crate::ServiceError::new) or, as a response, by [`Reply::error`].

mod recorded;
mod reply;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Method, Request};
use tokio::time::Instant;

pub use recorded::RecordedRequest;
pub use reply::Reply;

use crate::{Transport, TransportError, TransportErrorKind, TransportFuture};

type Respond = Arc<dyn Fn(&Request<Bytes>) -> Reply + Send + Sync>;

/// A transport that returns prepared replies and records the requests. Clones share both.
///
/// A request gets the first of these:
///
/// 1. a reply for its method and path ([`on`](Self::on)),
/// 2. the next reply for any request ([`in_turn`](Self::in_turn)),
/// 3. the reply for all other requests ([`always`](Self::always), [`respond`](Self::respond)),
/// 4. a [`Refused`](TransportErrorKind::Refused) error that says that there is no reply for it.
#[derive(Clone)]
pub struct MockTransport(Arc<Mutex<State>>);

struct State {
    routes: Vec<Route>,
    replies: VecDeque<Reply>,
    others: Option<Respond>,
    began: Instant,
    requests: Vec<RecordedRequest>,
}

struct Route {
    method: Method,
    path: String,
    replies: VecDeque<Reply>,
}

impl Default for MockTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl MockTransport {
    /// A transport without replies.
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            routes: Vec::new(),
            replies: VecDeque::new(),
            others: None,
            began: Instant::now(),
            requests: Vec::new(),
        })))
    }

    /// Answers requests with this method and this path, in turn. The last reply is repeated. The path has no query, and `*`
    /// stands for one segment: `/v2/*/backuppolicy`.
    #[must_use]
    pub fn on<R: Into<Reply>>(
        self,
        method: Method,
        path: impl Into<String>,
        replies: impl IntoIterator<Item = R>,
    ) -> Self {
        let route =
            Route { method, path: path.into(), replies: replies.into_iter().map(Into::into).collect() };
        self.state().routes.push(route);
        self
    }

    /// Answers the next requests in turn. Each reply is used once.
    #[must_use]
    pub fn in_turn<R: Into<Reply>>(self, replies: impl IntoIterator<Item = R>) -> Self {
        self.state().replies.extend(replies.into_iter().map(Into::into));
        self
    }

    /// Answers all other requests with this reply.
    #[must_use]
    pub fn always(self, reply: impl Into<Reply>) -> Self {
        let reply = reply.into();
        self.respond(move |_| reply.clone())
    }

    /// Answers all other requests with what `respond` returns.
    #[must_use]
    pub fn respond(self, respond: impl Fn(&Request<Bytes>) -> Reply + Send + Sync + 'static) -> Self {
        self.state().others = Some(Arc::new(respond));
        self
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state().requests.clone()
    }

    /// The number of replies of [`in_turn`](Self::in_turn) that were not used yet.
    pub fn unused(&self) -> usize {
        self.state().replies.len()
    }

    /// Records the request, and chooses its reply.
    fn reply_to(&self, request: &Request<Bytes>) -> Reply {
        let others = {
            let mut state = self.state();
            let at = state.began.elapsed();
            state.requests.push(RecordedRequest::new(at, request.clone()));
            if let Some(reply) = state.prepared(request) {
                return reply;
            }
            state.others.clone()
        };
        // Not while the lock is held, so that the function may read the requests.
        match others {
            Some(respond) => respond(request),
            None => Reply::Failure(TransportError::new(
                TransportErrorKind::Refused,
                format!(
                    "the mock transport has no reply for {} {}; prepare one for it",
                    request.method(),
                    request.uri().path()
                ),
            )),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held, and every change is complete.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn prepared(&mut self, request: &Request<Bytes>) -> Option<Reply> {
        let matching = self.routes.iter_mut().filter(|route| route.matches(request));
        matching.filter_map(Route::next).next().or_else(|| self.replies.pop_front())
    }
}

impl Route {
    fn matches(&self, request: &Request<Bytes>) -> bool {
        let mut segments = request.uri().path().split('/');
        let mut pattern = self.path.split('/');
        let fits = pattern
            .by_ref()
            .all(|expected| segments.next().is_some_and(|segment| expected == "*" || expected == segment));
        fits && segments.next().is_none() && self.method == *request.method()
    }

    fn next(&mut self) -> Option<Reply> {
        match self.replies.len() {
            0 | 1 => self.replies.front().cloned(),
            _ => self.replies.pop_front(),
        }
    }
}

impl Transport for MockTransport {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        let reply = self.reply_to(&request);
        Box::pin(reply.arrive())
    }
}

impl fmt::Debug for MockTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("MockTransport")
            .field("requests", &state.requests)
            .field("unused", &state.replies.len())
            .finish_non_exhaustive()
    }
}
