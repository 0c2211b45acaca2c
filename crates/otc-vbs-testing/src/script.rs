//! A transport that answers from a script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response};
use otc_http::{Transport, TransportError, TransportErrorKind, TransportFuture};
use tokio::time::{Instant, sleep};

/// An answer of a [`Script`].
#[derive(Clone, Debug)]
pub enum Reply {
    /// This response.
    Response(Response<Bytes>),
    /// An error of this kind instead of a response.
    Failure(TransportErrorKind),
    /// Another reply, after this time.
    Late(Duration, Box<Reply>),
    /// No answer at all.
    Never,
}

impl From<Response<Bytes>> for Reply {
    fn from(response: Response<Bytes>) -> Self {
        Self::Response(response)
    }
}

impl From<TransportErrorKind> for Reply {
    fn from(kind: TransportErrorKind) -> Self {
        Self::Failure(kind)
    }
}

/// A response with status 200 and no body.
pub fn ok() -> Response<Bytes> {
    status(200)
}

/// A response with status 200 and this JSON.
pub fn json(body: impl Into<Bytes>) -> Response<Bytes> {
    let response = Response::builder().header("content-type", "application/json");
    response.body(body.into()).expect("a response")
}

/// A response with this status and no body.
pub fn status(status: u16) -> Response<Bytes> {
    let response = Response::builder().status(status).body(Bytes::new());
    response.expect("a response")
}

/// A response with this status and this header, and no body.
pub fn status_with(status: u16, name: &str, value: &str) -> Response<Bytes> {
    let response = Response::builder().status(status).header(name, value);
    response.body(Bytes::new()).expect("a response")
}

/// A transport that gives prepared answers in turn, and records the requests with their times. Clones share the script.
#[derive(Clone, Debug)]
pub struct Script(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    replies: VecDeque<Reply>,
    /// The reply once `replies` are used up.
    rest: Option<Reply>,
    began: Instant,
    seen: Vec<Seen>,
    in_flight: usize,
    most_in_flight: usize,
}

/// A request that was sent to a [`Script`].
#[derive(Clone, Debug)]
pub struct Seen {
    /// The time since the script was made.
    pub at: Duration,
    /// The request.
    pub request: http::Request<Bytes>,
}

impl Script {
    /// Answers with these replies in turn. A further request fails the test.
    pub fn new<R: Into<Reply>>(replies: impl IntoIterator<Item = R>) -> Self {
        Self::with_rest(replies.into_iter().map(Into::into).collect(), None)
    }

    /// Answers every request with this reply.
    pub fn always(reply: impl Into<Reply>) -> Self {
        Self::with_rest(VecDeque::new(), Some(reply.into()))
    }

    fn with_rest(replies: VecDeque<Reply>, rest: Option<Reply>) -> Self {
        Self(Arc::new(Mutex::new(State {
            replies,
            rest,
            began: Instant::now(),
            seen: Vec::new(),
            in_flight: 0,
            most_in_flight: 0,
        })))
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.0.lock().unwrap().seen.clone()
    }

    /// The number of requests so far.
    pub fn requests(&self) -> usize {
        self.0.lock().unwrap().seen.len()
    }

    /// The methods of the requests so far.
    pub fn methods(&self) -> Vec<Method> {
        let seen = self.seen();
        seen.iter().map(|seen| seen.request.method().clone()).collect()
    }

    /// The time of each request since the script was made, in milliseconds.
    pub fn times(&self) -> Vec<u128> {
        self.seen().iter().map(|seen| seen.at.as_millis()).collect()
    }

    /// The value of a header in each request so far, empty if it was not sent.
    pub fn headers(&self, name: &str) -> Vec<String> {
        let seen = self.seen();
        let values = seen.iter().map(|seen| seen.request.headers().get(name));
        values
            .map(|value| value.map_or(String::new(), |value| value.to_str().unwrap().to_owned()))
            .collect()
    }

    /// The number of requests that wait for their reply now.
    pub fn in_flight(&self) -> usize {
        self.0.lock().unwrap().in_flight
    }

    /// The highest number of requests that waited at the same time.
    pub fn most_in_flight(&self) -> usize {
        self.0.lock().unwrap().most_in_flight
    }
}

/// A request that waits for its reply, until it is dropped.
struct InFlight(Script);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().in_flight -= 1;
    }
}

impl Transport for Script {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        let (reply, in_flight) = {
            let mut state = self.0.lock().unwrap();
            let next = state.replies.pop_front().or_else(|| state.rest.clone());
            let reply = next.expect("a request without a reply in the script");
            let at = state.began.elapsed();
            state.seen.push(Seen { at, request });
            state.in_flight += 1;
            state.most_in_flight = state.most_in_flight.max(state.in_flight);
            (reply, InFlight(self.clone()))
        };
        Box::pin(async move {
            let _in_flight = in_flight;
            let mut reply = reply;
            loop {
                match reply {
                    Reply::Response(response) => return Ok(response),
                    Reply::Failure(kind) => {
                        return Err(TransportError::new(kind, format!("scripted: {kind:?}")));
                    }
                    Reply::Late(time, then) => {
                        sleep(time).await;
                        reply = *then;
                    }
                    Reply::Never => std::future::pending().await,
                }
            }
        })
    }
}
