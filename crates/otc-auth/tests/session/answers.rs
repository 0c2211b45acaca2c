//! An identity service with prepared answers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use otc_auth::otc_http::{RetryPolicy, Transport, TransportError, TransportFuture};
use otc_auth::{Config, ConfigBuilder, Session};
use serde_json::Value;

type Answer = Result<http::Response<Bytes>, TransportError>;

/// Answers in the given order, and records the requests as `METHOD path` with their bodies.
#[derive(Clone, Default)]
pub(crate) struct Answers(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    answers: VecDeque<Answer>,
    requests: Vec<(String, Value)>,
}

impl Answers {
    pub(crate) fn json(self, status: u16, body: impl Into<Value>) -> Self {
        self.headers(status, &[], body)
    }

    pub(crate) fn headers(self, status: u16, headers: &[(&str, &str)], body: impl Into<Value>) -> Self {
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        self.answer(Ok(response.body(body.into().to_string().into()).unwrap()))
    }

    /// A token: the body of its answer.
    pub(crate) fn token(self, secret: &str, body: impl Into<Value>) -> Self {
        self.headers(201, &[("x-subject-token", secret)], body)
    }

    /// These answers, and then the others.
    pub(crate) fn then(self, others: Self) -> Self {
        let others = std::mem::take(&mut others.0.lock().unwrap().answers);
        self.0.lock().unwrap().answers.extend(others);
        self
    }

    pub(crate) fn answer(self, answer: Answer) -> Self {
        self.0.lock().unwrap().answers.push_back(answer);
        self
    }

    /// A session that repeats nothing.
    pub(crate) fn session(&self, config: ConfigBuilder) -> Session {
        self.repeating_session(config.retry(RetryPolicy::never()))
    }

    /// A session that repeats what its configuration says.
    pub(crate) fn repeating_session(&self, config: ConfigBuilder) -> Session {
        Session::new(config.build().unwrap(), self.clone()).unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        let state = self.0.lock().unwrap();
        state
            .requests
            .iter()
            .map(|(request, _)| request.clone())
            .collect()
    }

    pub(crate) fn last_body(&self) -> Value {
        self.0.lock().unwrap().requests.last().unwrap().1.clone()
    }
}

impl Transport for Answers {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            let mut state = self.0.lock().unwrap();
            let line = format!("{} {}", request.method(), request.uri().path_and_query().unwrap());
            let body = serde_json::from_slice(request.body()).unwrap_or_default();
            state.requests.push((line.clone(), body));
            let answer = state.answers.pop_front();
            answer.unwrap_or_else(|| panic!("no answer is prepared for {line}"))
        })
    }
}

/// The token that a session puts into a request.
pub(crate) async fn authorize(session: &Session) -> otc_auth::Result<String> {
    let request = http::Request::get("https://vbs.example.com/v2/p1/backuppolicy");
    let mut request = request.body(Bytes::new()).unwrap();
    session.authorize(&mut request).await?;
    let token = request.headers().get("x-auth-token");
    Ok(token.map_or("", |token| token.to_str().unwrap()).to_owned())
}

pub(crate) fn by_password() -> ConfigBuilder {
    Config::builder()
        .region("eu-de")
        .username("backup")
        .user_domain_name("OTC-1")
        .password("hunter2-secret")
}
