//! A transport that answers from a script.

use bytes::Bytes;
use http::{Method, Response};
use otc_http::testing::{MockTransport, RecordedRequest, Reply};
use otc_http::{Transport, TransportFuture};

use crate::counted::{Counted, Counting};

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

/// A [`MockTransport`] that also counts the requests in flight, with the look-ups that the tests need. Clones share the script.
#[derive(Clone, Debug)]
pub struct Script {
    mock: MockTransport,
    counting: Counting<MockTransport>,
    counted: Counted,
}

impl Script {
    /// Answers with these replies in turn. A further request is an error.
    pub fn new<R: Into<Reply>>(replies: impl IntoIterator<Item = R>) -> Self {
        Self::over(MockTransport::new().in_turn(replies))
    }

    /// Answers every request with this reply.
    pub fn always(reply: impl Into<Reply>) -> Self {
        Self::over(MockTransport::new().always(reply))
    }

    fn over(mock: MockTransport) -> Self {
        let (counting, counted) = Counted::around(mock.clone());
        Self { mock, counting, counted }
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<RecordedRequest> {
        self.mock.requests()
    }

    /// The number of requests so far.
    pub fn requests(&self) -> usize {
        self.counted.requests()
    }

    /// The methods of the requests so far.
    pub fn methods(&self) -> Vec<Method> {
        let seen = self.seen();
        seen.iter().map(|seen| seen.method().clone()).collect()
    }

    /// The time of each request since the script was made, in milliseconds.
    pub fn times(&self) -> Vec<u128> {
        self.seen().iter().map(|seen| seen.at().as_millis()).collect()
    }

    /// The value of a header in each request so far, empty if it was not sent.
    pub fn headers(&self, name: &str) -> Vec<String> {
        let seen = self.seen();
        seen.iter().map(|seen| seen.header(name).unwrap_or_default().to_owned()).collect()
    }

    /// The number of requests that wait for their reply now.
    pub fn in_flight(&self) -> usize {
        self.counted.in_flight()
    }

    /// The highest number of requests that waited at the same time.
    pub fn most_in_flight(&self) -> usize {
        self.counted.most_in_flight()
    }
}

impl Transport for Script {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        self.counting.send(request)
    }
}
