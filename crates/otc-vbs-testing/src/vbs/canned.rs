//! A transport that answers from memory.

use crate::{MockTransport, RecordedRequest};
use bytes::Bytes;
use otc_vbs::Client;
use otc_vbs::transport::RetryPolicy;

use super::{PROJECT, TOKEN};

/// Answers requests with canned responses, in turn, and keeps the requests.
#[derive(Clone, Default)]
pub struct Canned(MockTransport);

impl Canned {
    /// Answers with these, in turn. A further request is an error.
    pub fn new(responses: impl IntoIterator<Item = http::Response<Bytes>>) -> Self {
        Self(MockTransport::new().in_turn(responses))
    }

    /// The path and query of each request so far.
    pub fn requested(&self) -> Vec<String> {
        self.each(|request| request.path_and_query().to_owned())
    }

    /// The scheme and host of each request so far.
    pub fn hosts(&self) -> Vec<String> {
        self.each(|request| {
            let uri = request.request().uri();
            format!("{}://{}", uri.scheme().unwrap(), uri.authority().unwrap())
        })
    }

    /// The value of a header in each request so far, empty if it was not sent.
    pub fn headers(&self, name: &str) -> Vec<String> {
        self.each(|request| request.header(name).unwrap_or_default().to_owned())
    }

    /// The JSON of each request so far.
    pub fn bodies(&self) -> Vec<serde_json::Value> {
        self.each(|request| request.json().expect("JSON"))
    }

    fn each<T>(&self, part: impl Fn(&RecordedRequest) -> T) -> Vec<T> {
        self.0.requests().iter().map(part).collect()
    }

    /// A client whose requests come here. It repeats none.
    pub fn client(&self) -> Client {
        Client::builder()
            .endpoint("https://vbs.example.com")
            .project_id(PROJECT)
            .token(TOKEN)
            .transport(self.0.clone())
            .retry(RetryPolicy::never())
            .build()
            .expect("a client over a canned transport")
    }
}

/// A client that gets these answers, in turn.
pub fn client_answered_by(responses: impl IntoIterator<Item = http::Response<Bytes>>) -> Client {
    Canned::new(responses).client()
}
