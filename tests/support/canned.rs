//! A transport that answers from memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use otc_vbs::transport::RetryPolicy;
use otc_vbs::{Client, Transport, TransportFuture};

use crate::{PROJECT, TOKEN};

/// Answers requests with canned responses, in turn, and keeps the requests.
#[derive(Clone, Default)]
pub struct Canned(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    responses: VecDeque<http::Response<Bytes>>,
    requests: Vec<http::Request<Bytes>>,
}

impl Canned {
    /// Answers with these, in turn. A request too many fails the test.
    pub fn new(responses: impl IntoIterator<Item = http::Response<Bytes>>) -> Self {
        let state = State {
            responses: responses.into_iter().collect(),
            requests: Vec::new(),
        };
        Self(Arc::new(Mutex::new(state)))
    }

    /// The path and query of each request so far.
    pub fn requested(&self) -> Vec<String> {
        self.each(|request| request.uri().path_and_query().unwrap().to_string())
    }

    /// Where each request so far went: scheme and host.
    pub fn hosts(&self) -> Vec<String> {
        self.each(|request| {
            let uri = request.uri();
            format!("{}://{}", uri.scheme().unwrap(), uri.authority().unwrap())
        })
    }

    /// A header of each request so far. Empty where it was not sent.
    pub fn headers(&self, name: &str) -> Vec<String> {
        self.each(|request| {
            let value = request.headers().get(name);
            value.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
        })
    }

    /// The JSON of each request so far.
    pub fn bodies(&self) -> Vec<serde_json::Value> {
        self.each(|request| serde_json::from_slice(request.body()).expect("JSON"))
    }

    fn each<T>(&self, part: impl Fn(&http::Request<Bytes>) -> T) -> Vec<T> {
        self.0.lock().unwrap().requests.iter().map(part).collect()
    }

    /// A client whose requests come here. It repeats none.
    pub fn client(&self) -> Client {
        Client::builder()
            .endpoint("https://vbs.example.com")
            .project_id(PROJECT)
            .token(TOKEN)
            .transport(self.clone())
            .retry(RetryPolicy::never())
            .build()
            .expect("a client over a canned transport")
    }
}

impl Transport for Canned {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        let mut state = self.0.lock().unwrap();
        let response = state
            .responses
            .pop_front()
            .unwrap_or_else(|| panic!("one request more than there are answers: {}", request.uri()));
        state.requests.push(request);
        Box::pin(async { Ok(response) })
    }
}

/// A client that gets these answers, in turn.
pub fn client_answered_by(responses: impl IntoIterator<Item = http::Response<Bytes>>) -> Client {
    Canned::new(responses).client()
}
