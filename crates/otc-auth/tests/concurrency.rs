//! Many calls at once: how many tokens are asked for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::future::{join_all, poll_immediate};
use otc_auth::otc_http::{Transport, TransportFuture};
use otc_auth::{Config, Session};
use tokio::sync::Semaphore;

/// An identity service that numbers its tokens, and answers when it is let.
#[derive(Clone)]
struct Keystone(Arc<State>);

struct State {
    asked: AtomicUsize,
    gate: Semaphore,
    status: u16,
}

impl Keystone {
    fn new(status: u16) -> Self {
        Self(Arc::new(State { asked: AtomicUsize::new(0), gate: Semaphore::new(0), status }))
    }

    fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }

    fn session(&self) -> Session {
        let config = Config::builder().region("eu-de").user_id("u1").password("hunter2").project_id("p1");
        Session::new(config.build().unwrap(), self.clone()).unwrap()
    }
}

impl Transport for Keystone {
    fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async {
            let number = self.0.asked.fetch_add(1, Ordering::SeqCst) + 1;
            self.0.gate.acquire().await.unwrap().forget();
            let response = http::Response::builder()
                .status(self.0.status)
                .header("x-subject-token", format!("token-{number}"))
                .body(r#"{"token":{"expires_at":"2999-01-01T00:00:00.000000Z"}}"#.into());
            Ok(response.unwrap())
        })
    }
}

async fn token(session: &Session) -> otc_auth::Result<String> {
    let mut request = http::Request::get("https://vbs.example.com/").body(Bytes::new()).unwrap();
    session.authorize(&mut request).await?;
    Ok(request.headers()["x-auth-token"].to_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_hundred_calls_make_one_token_request() {
    let keystone = Keystone::new(201);
    let session = keystone.session();
    let calls = join_all((0..100).map(|_| token(&session)));
    let (tokens, ()) = tokio::join!(calls, async { keystone.0.gate.add_permits(100) });
    assert!(tokens.into_iter().all(|token| token.unwrap() == "token-1"));
    assert_eq!(keystone.asked(), 1);
}

#[tokio::test]
async fn a_hundred_refusals_make_one_token_request() {
    let keystone = Keystone::new(201);
    keystone.0.gate.add_permits(100);
    let session = keystone.session();
    let calls = (0..100).map(async |_| {
        let mut request = http::Request::get("https://vbs.example.com/").body(Bytes::new()).unwrap();
        let authorization = session.authorize(&mut request).await.unwrap();
        tokio::task::yield_now().await;
        assert!(session.refused(&authorization));
        token(&session).await.unwrap()
    });
    let tokens = join_all(calls).await;
    assert!(tokens.iter().all(|token| token == "token-2"), "{tokens:?}");
    assert_eq!(keystone.asked(), 2);
}

#[tokio::test]
async fn a_hundred_calls_with_a_wrong_password_are_one_failed_login() {
    let keystone = Keystone::new(401);
    let session = keystone.session();
    let calls = join_all((0..100).map(|_| token(&session)));
    let (tokens, ()) = tokio::join!(calls, async { keystone.0.gate.add_permits(100) });
    assert!(tokens.into_iter().all(|token| token.unwrap_err().is_auth()));
    assert_eq!(keystone.asked(), 1);
}

#[tokio::test]
async fn dropped_call_leaves_its_login_to_the_others() {
    let keystone = Keystone::new(201);
    let session = keystone.session();
    let mut dropped = Box::pin(token(&session));
    assert!(poll_immediate(&mut dropped).await.is_none());
    let mut waiting = Box::pin(token(&session));
    assert!(poll_immediate(&mut waiting).await.is_none());

    drop(dropped);
    keystone.0.gate.add_permits(1);
    assert_eq!(waiting.await.unwrap(), "token-1");
    assert_eq!(token(&session).await.unwrap(), "token-1");
    assert_eq!(keystone.asked(), 1);
}

#[test]
fn sessions_and_their_futures_go_between_threads() {
    fn is_send<T: Send>(_: &T) {}

    let session = Keystone::new(201).session();
    let mut request = http::Request::new(Bytes::new());
    is_send(&session.authorize(&mut request));
    is_send(&session.project_id());
    is_send(&session.endpoint(&otc_auth::ServiceQuery::new(["vbs"])));
}
