//! Requests whose token or signature is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use http::{Response, StatusCode};
use otc_vbs::transport::{Authorize, AuthorizeFuture, Refusal};
use otc_vbs::transport::{TransportError, TransportErrorKind};
use otc_vbs::{Client, ClientBuilder};
use otc_vbs_testing::{POLICY, PROJECT, Reply, Script, TestService as _, json, status};
use tokio::sync::Mutex;
use tokio::time::sleep;

use crate::{NO_POLICIES, at_once};

/// Issues tokens `token-1`, `token-2`, …. Each login takes a second.
#[derive(Default)]
struct Tokens {
    current: AtomicU32,
    logging_in: Mutex<()>,
    logins: AtomicU32,
    /// Counts the requests, because each signature differs.
    signed: AtomicU32,
    exhausted: bool,
}

impl Tokens {
    fn token(&self) -> String {
        format!("token-{}", self.current.load(Ordering::SeqCst))
    }
}

#[derive(Clone, Default)]
struct Shared(Arc<Tokens>);

impl Authorize for Shared {
    fn authorize<'a>(&'a self, request: &'a mut http::Request<Bytes>) -> AuthorizeFuture<'a, ()> {
        let number = self.0.signed.fetch_add(1, Ordering::SeqCst);
        let headers = request.headers_mut();
        assert!(!headers.contains_key("x-auth-token"), "authorized twice");
        headers.insert("x-auth-token", self.0.token().parse().unwrap());
        headers.insert("x-signed", number.to_string().parse().unwrap());
        Box::pin(async { Ok(()) })
    }

    fn refused<'a>(&'a self, refusal: Refusal<'a>) -> AuthorizeFuture<'a, bool> {
        Box::pin(async move {
            if self.0.exhausted {
                let problem = "the password was changed";
                let kind = TransportErrorKind::Credentials;
                return Err(TransportError::new(kind, problem));
            }
            let _turn = self.0.logging_in.lock().await;
            let refused = refusal.request.headers()["x-auth-token"].to_str().unwrap();
            if refused == self.0.token() {
                self.0.logins.fetch_add(1, Ordering::SeqCst);
                sleep(Duration::from_secs(1)).await;
                self.0.current.fetch_add(1, Ordering::SeqCst);
            }
            Ok(true)
        })
    }
}

fn builder(service: &Script, tokens: &Shared) -> ClientBuilder {
    Client::builder()
        .endpoint("https://vbs.example.com")
        .project_id(PROJECT)
        .authorize(tokens.clone())
        .transport(service.clone())
        .retry(at_once())
}

fn expired(status: u16) -> Response<Bytes> {
    let mut response = json(r#"{"error":{"code":"AutoBackup.0003","message":"expired"}}"#);
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

#[tokio::test(start_paused = true)]
async fn token_is_renewed_after_status_401() {
    let service = Script::new([status(401), json(NO_POLICIES)]);
    let tokens = Shared::default();
    let client = builder(&service, &tokens).build().unwrap();
    client.policies().list().send().await.unwrap();
    assert_eq!(service.headers("x-auth-token"), ["token-0", "token-1"]);
    assert_eq!(tokens.0.logins.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn token_is_renewed_once_per_call() {
    let service = Script::always(status(401));
    let tokens = Shared::default();
    let client = builder(&service, &tokens).build().unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    assert!(error.is_auth() && !error.is_retryable());
    assert_eq!(service.requests(), 2);
    assert_eq!(tokens.0.logins.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn refused_post_is_sent_again() {
    let service = Script::new([status(401), status(204)]);
    let tokens = Shared::default();
    let client = builder(&service, &tokens).build().unwrap();
    client.policy(POLICY).run().send().await.unwrap();
    assert_eq!(service.headers("x-auth-token"), ["token-0", "token-1"]);
}

#[tokio::test(start_paused = true)]
async fn auto_backup_0003_renews_the_token_with_any_status() {
    for code in [200, 400, 401, 403, 500, 503] {
        let service = Script::new([expired(code), status(204)]);
        let client = builder(&service, &Shared::default()).build().unwrap();
        client.policy(POLICY).run().send().await.unwrap();
        assert_eq!(service.headers("x-auth-token"), ["token-0", "token-1"]);
    }
    let service = Script::always(expired(403));
    let client = builder(&service, &Shared::default()).build().unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    assert!(error.is_auth());
    assert_eq!(error.to_string(), "listBackupPolicies: HTTP 403 Forbidden, AutoBackup.0003: expired");
    assert_eq!(service.requests(), 2);
}

#[tokio::test]
async fn status_403_does_not_renew_the_token() {
    let service = Script::new([status(403)]);
    let tokens = Shared::default();
    let client = builder(&service, &tokens).build().unwrap();
    client.policies().list().send().await.unwrap_err();
    assert_eq!(service.requests(), 1);
    assert_eq!(tokens.0.logins.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn fixed_token_that_is_refused_is_not_sent_again() {
    for answer in [status(401), expired(403)] {
        let service = Script::new([answer]);
        let client = service.builder().build().unwrap();
        assert!(client.policies().list().send().await.unwrap_err().is_auth());
        assert_eq!(service.requests(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_is_authorized_again() {
    let replies: [Reply; 4] = [
        status(503).into(),
        TransportErrorKind::Interrupted.into(),
        status(401).into(),
        json(NO_POLICIES).into(),
    ];
    let service = Script::new(replies);
    let client = builder(&service, &Shared::default()).build().unwrap();
    client.policies().list().send().await.unwrap();
    assert_eq!(service.headers("x-signed"), ["0", "1", "2", "3"]);
    assert_eq!(service.headers("x-auth-token"), ["token-0", "token-0", "token-0", "token-1"]);
}

#[tokio::test(start_paused = true)]
async fn hundred_refused_calls_log_in_once() {
    let refused = std::iter::repeat_n(status(401), 100);
    let accepted = std::iter::repeat_n(json(NO_POLICIES), 100);
    let service = Script::new(refused.chain(accepted));
    let tokens = Shared::default();
    let client = builder(&service, &tokens).concurrency(100).build().unwrap();
    let policies = client.policies();
    let calls = join_all((0..100).map(|_| policies.list().send())).await;
    assert!(calls.iter().all(Result::is_ok));
    assert_eq!(service.requests(), 200);
    assert_eq!(tokens.0.logins.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn login_is_retried_after_it_was_cancelled() {
    let service = Script::new([status(401), status(401), json(NO_POLICIES)]);
    let tokens = Shared::default();
    let client = builder(&service, &tokens).build().unwrap();
    let policies = client.policies();
    let half = tokio::time::timeout(Duration::from_millis(500), policies.list().send());
    assert!(half.await.is_err());
    policies.list().send().await.unwrap();
    assert_eq!(service.headers("x-auth-token"), ["token-0", "token-0", "token-1"]);
}

#[tokio::test]
async fn error_of_the_renewal_is_the_error_of_the_call() {
    let service = Script::new([status(401)]);
    let tokens = Shared(Arc::new(Tokens { exhausted: true, ..Tokens::default() }));
    let client = builder(&service, &tokens).build().unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    assert!(error.is_auth() && !error.is_retryable());
    assert_eq!(error.to_string(), "listBackupPolicies: the password was changed");
    assert_eq!(service.requests(), 1);
}

/// Signs by its own clock, and sets it by the service's if a signature is refused.
struct Signs {
    ahead: std::sync::Mutex<i64>,
}

const NOW: i64 = 784_111_777; // Sun, 06 Nov 1994 08:49:37 GMT

impl Authorize for Signs {
    fn authorize<'a>(&'a self, request: &'a mut http::Request<Bytes>) -> AuthorizeFuture<'a, ()> {
        let now = NOW + *self.ahead.lock().unwrap();
        let value = now.to_string().parse().unwrap();
        request.headers_mut().insert("x-sdk-date", value);
        Box::pin(async { Ok(()) })
    }

    fn refused<'a>(&'a self, refusal: Refusal<'a>) -> AuthorizeFuture<'a, bool> {
        Box::pin(async move {
            let date = &refusal.response.headers()["date"];
            assert_eq!(date, "Sun, 06 Nov 1994 08:49:37 GMT");
            assert_eq!(refusal.error.code.as_deref(), Some("APIGW.0301"));
            Ok(std::mem::take(&mut *self.ahead.lock().unwrap()) != 0)
        })
    }
}

#[tokio::test]
async fn request_is_signed_again_with_the_time_of_the_service() {
    let mut refused = json(r#"{"error_msg":"signature expired","error_code":"APIGW.0301"}"#);
    *refused.status_mut() = StatusCode::UNAUTHORIZED;
    let date = "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap();
    refused.headers_mut().insert("date", date);
    let service = Script::new([refused, json(NO_POLICIES)]);
    let signs = Signs { ahead: std::sync::Mutex::new(20 * 60) };
    let builder = Client::builder()
        .endpoint("https://vbs.example.com")
        .project_id(PROJECT)
        .authorize(signs)
        .transport(service.clone());
    builder.build().unwrap().policies().list().send().await.unwrap();
    assert_eq!(service.headers("x-sdk-date"), ["784112977", "784111777"]);
}
