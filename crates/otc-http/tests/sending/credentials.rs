//! The credentials of each attempt.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use otc_http::{Authorize, AuthorizeFuture, FixedToken, Layers, Refusal, TransportErrorKind};
use otc_vbs_testing::{Reply, Script, ok, status};
use tokio::time::{Instant, sleep};

use crate::{SECOND, get, immediate, post, retrying, send, status_of, text};

/// Takes this long to authorize a request.
struct Slow(Duration);

impl Authorize for Slow {
    fn authorize<'a>(&'a self, request: &'a mut http::Request<Bytes>) -> AuthorizeFuture<'a, ()> {
        Box::pin(async move {
            sleep(self.0).await;
            request.headers_mut().insert("x-auth-token", "token".parse().unwrap());
            Ok(())
        })
    }

    fn refused<'a>(&'a self, _: Refusal<'a>) -> AuthorizeFuture<'a, bool> {
        Box::pin(async {
            sleep(self.0).await;
            Ok(true)
        })
    }
}

fn slow(seconds: u32) -> Layers {
    retrying(immediate())
        .authorize(Arc::new(Slow(seconds * SECOND)))
        .attempt_timeout(2 * SECOND)
        .timeout(60 * SECOND)
}

#[tokio::test(start_paused = true)]
async fn waiting_for_credentials_does_not_use_up_the_attempts_time() {
    let late = Reply::Late(SECOND, Box::new(ok().into()));
    for request in [get(), post()] {
        let service = Script::new([late.clone()]);
        let answer = send(slow(20), service.clone(), request).await;
        assert_eq!(status_of(&answer), 200);
        assert_eq!(service.times(), [20_000]);
        assert_eq!(service.headers("x-auth-token"), ["token"]);
    }
}

#[tokio::test(start_paused = true)]
async fn renewal_of_refused_credentials_does_not_use_up_the_attempts_time() {
    let service = Script::new([status(401), ok()]);
    let answer = send(slow(10), service.clone(), post()).await;
    assert_eq!(status_of(&answer), 200);
    // Credentials, refusal, renewal, credentials.
    assert_eq!(service.times(), [10_000, 30_000]);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_credentials_ends_with_the_call() {
    let service = Script::always(ok());
    let began = Instant::now();
    let answer = send(slow(3600), service.clone(), get()).await;
    assert_eq!(began.elapsed().as_secs(), 60);
    assert_eq!(answer.as_ref().unwrap_err().kind(), TransportErrorKind::Timeout);
    assert_eq!(
        text(&answer),
        "the call to service.example.com did not end within 60 s, in its first attempt"
    );
    assert_eq!(service.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn attempt_is_still_limited_after_a_wait_for_credentials() {
    let service = Script::new([Reply::Never, ok().into()]);
    let answer = send(slow(20), service.clone(), get()).await;
    assert_eq!(status_of(&answer), 200);
    assert_eq!(service.times(), [20_000, 42_000]);
}

#[tokio::test]
async fn fixed_token_that_is_refused_is_not_sent_again() {
    let service = Script::new([status(401)]);
    let token = FixedToken::new("token").unwrap();
    let answer = send(Layers::new().authorize(Arc::new(token)), service.clone(), get()).await;
    assert_eq!(status_of(&answer), 401);
    assert_eq!(service.headers("x-auth-token"), ["token"]);
}
