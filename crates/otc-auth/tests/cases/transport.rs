//! A transport that checks the requests.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use otc_auth::otc_http::{Transport, TransportError, TransportErrorKind, TransportFuture};
use serde_json::Value;

use super::secrets::redact;
use super::traffic::{Answer, Exchanged};

/// Answers as the case says, and notes what the case does not say.
#[derive(Clone, Default)]
pub(crate) struct Expecting(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    expected: VecDeque<Exchanged>,
    problems: Vec<String>,
    addresses: Vec<String>,
}

impl Expecting {
    /// Takes up the requests of the next call.
    pub(crate) fn expect(&self, exchanged: &[Exchanged]) {
        self.0.lock().unwrap().expected.extend(exchanged.iter().cloned());
    }

    /// The addresses that were asked.
    pub(crate) fn addresses(&self) -> Vec<String> {
        self.0.lock().unwrap().addresses.clone()
    }

    /// Whether the requests were as expected, each of them made.
    pub(crate) fn verify(&self) -> Result<(), String> {
        let mut state = self.0.lock().unwrap();
        let missing: Vec<_> = state.expected.drain(..).collect();
        let missing = missing
            .iter()
            .map(|exchanged| format!("not made: {}", exchanged.request));
        let problems: Vec<_> = missing.chain(state.problems.clone()).collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(redact(&problems.join("\n")))
        }
    }

    fn answer(&self, request: &http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let mut state = self.0.lock().unwrap();
        let asked = format!("{} {}", request.method(), request.uri());
        state.addresses.push(request.uri().to_string());
        let Some(expected) = state.expected.pop_front() else {
            state
                .problems
                .push(format!("{asked}: no request was expected here"));
            return Err(TransportError::new(TransportErrorKind::Refused, "unexpected"));
        };
        let mut check = |what: &str, expected: String, got: String| {
            if expected != got {
                let problem = format!("{asked}: {what}\n  expected {expected}\n  got      {got}");
                state.problems.push(problem);
            }
        };
        check("the request", expected.request, asked.clone());
        check(
            "the headers",
            format!("{:?}", expected.headers),
            format!("{:?}", headers(request)),
        );
        let body: Option<Value> = serde_json::from_slice(request.body()).ok();
        let text = |body: Option<Value>| body.map(|body| body.to_string()).unwrap_or_default();
        check("the body", text(expected.body), text(body));
        match expected.answer {
            Answer {
                token: Some(token), ..
            } => Ok(response(token.answer())),
            Answer { none: Some(kind), .. } => Err(TransportError::new(
                match kind.as_str() {
                    "connect" => TransportErrorKind::Connect,
                    "timeout" => TransportErrorKind::Timeout,
                    other => panic!("no answer because of `{other}`"),
                },
                format!("there is no answer ({kind})"),
            )),
            answer => Ok(response(answer)),
        }
    }
}

impl Transport for Expecting {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move { self.answer(&request) })
    }
}

fn response(answer: Answer) -> http::Response<Bytes> {
    let mut response = http::Response::builder().status(answer.status.expect("a status"));
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    let body = match answer.body {
        None => Bytes::new(),
        Some(Value::String(text)) => text.into(),
        Some(json) => json.to_string().into(),
    };
    response.body(body).unwrap()
}

/// Every header but those that all requests have. A signature's value is left out: vectors hold it.
pub(crate) fn headers(request: &http::Request<Bytes>) -> BTreeMap<String, String> {
    let headers = request.headers().iter();
    headers
        .filter(|(name, _)| !matches!(name.as_str(), "accept" | "content-type" | "user-agent"))
        .map(|(name, value)| {
            let value = value.to_str().unwrap();
            let value = match value.split_once("Signature=") {
                Some((before, signature)) if signature.len() == 64 => {
                    format!("{before}Signature=…")
                }
                _ => value.to_owned(),
            };
            (name.to_string(), value)
        })
        .collect()
}
