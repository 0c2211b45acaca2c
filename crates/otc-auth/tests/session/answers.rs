//! An identity service with prepared answers.

use bytes::Bytes;
use otc_auth::otc_http::testing::{MockTransport, Reply};
use otc_auth::otc_http::{RetryPolicy, TransportError};
use otc_auth::{Config, ConfigBuilder, Session};
use serde_json::Value;

type Answer = Result<http::Response<Bytes>, TransportError>;

/// Answers in the given order, and records the requests.
#[derive(Clone, Default)]
pub(crate) struct Answers {
    service: MockTransport,
    /// For [`then`](Self::then).
    prepared: Vec<Reply>,
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
        others.prepared.into_iter().fold(self, Self::reply)
    }

    pub(crate) fn answer(self, answer: Answer) -> Self {
        self.reply(answer.map_or_else(Reply::Failure, Reply::Response))
    }

    fn reply(mut self, reply: Reply) -> Self {
        self.prepared.push(reply.clone());
        self.service = self.service.in_turn([reply]);
        self
    }

    /// A session that retries nothing.
    pub(crate) fn session(&self, config: ConfigBuilder) -> Session {
        self.retrying_session(config.retry(RetryPolicy::never()))
    }

    /// A session that retries what its configuration says.
    pub(crate) fn retrying_session(&self, config: ConfigBuilder) -> Session {
        Session::new(config.build().unwrap(), self.service.clone()).unwrap()
    }

    /// The method and path of each request so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        let requests = self.service.requests();
        requests.iter().map(|request| format!("{} {}", request.method(), request.path_and_query())).collect()
    }

    pub(crate) fn last_body(&self) -> Value {
        self.service.requests().last().unwrap().json().unwrap()
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
    Config::builder().region("eu-de").username("backup").user_domain_name("OTC-1").password("hunter2-secret")
}
