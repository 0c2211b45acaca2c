//! Sessions whose tokens or signatures are refused, with both services in a sandbox: the errors, and the number of requests.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use futures_util::future::join_all;
use http::StatusCode;
use http::header::{DATE, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use otc_auth::{Config, ConfigBuilder, Session};
use otc_vbs::transport::{HttpTransport, RetryPolicy};
use otc_vbs::transport::{Transport, TransportFuture};
use otc_vbs::{Client, Error, ErrorKind};
use otc_vbs_sandbox::{Fault, Sandbox, SandboxBuilder};
use tokio::sync::Semaphore;
use tokio::task::yield_now;

use crate::at_once;

const EXPIRED: &str = r#"{"error":{"code":"AutoBackup.0003","message":"the token has expired"}}"#;

fn sandbox() -> SandboxBuilder {
    Sandbox::builder().record_requests(true)
}

/// The identity service and the project of the sandbox.
fn config(sandbox: &Sandbox) -> ConfigBuilder {
    Config::builder()
        .auth_url(sandbox.identity_endpoint())
        .region(sandbox.region())
        .project_id(sandbox.project_id())
}

fn by_password(sandbox: &Sandbox) -> Session {
    by_password_with(sandbox, RetryPolicy::default())
}

fn by_password_with(sandbox: &Sandbox, retry: RetryPolicy) -> Session {
    let config = config(sandbox).user_id(sandbox.user_id());
    let config = config.password(sandbox.password()).retry(retry).build();
    Session::connect(config.unwrap()).unwrap()
}

/// A client with an endpoint, so that nothing is sent before the first call.
async fn client(sandbox: &Sandbox, session: &Session) -> Client {
    let builder =
        Client::builder().endpoint(sandbox.endpoint()).project_id(sandbox.project_id()).retry(at_once());
    builder.connect(session.clone()).await.unwrap()
}

/// The number of logins, and the number of requests to the service.
fn requests(sandbox: &Sandbox) -> (usize, usize) {
    let requests = sandbox.requests();
    let logins = requests.iter().filter(|request| request.is_login());
    let service = requests.iter().filter(|request| request.uri.path().starts_with("/v2/"));
    (logins.count(), service.count())
}

/// Waits until there are enough requests.
async fn until(sandbox: &Sandbox, enough: impl Fn((usize, usize)) -> bool) {
    while !enough(requests(sandbox)) {
        yield_now().await;
    }
}

#[tokio::test]
async fn token_that_ends_between_two_calls_is_renewed_once() {
    for end in [Sandbox::revoke_tokens, Sandbox::expire_tokens] {
        let sandbox = sandbox().start().await.unwrap();
        let client = client(&sandbox, &by_password(&sandbox)).await;
        client.policies().list().send().await.unwrap();
        assert_eq!(requests(&sandbox), (1, 1));
        end(&sandbox);
        client.policies().list().send().await.unwrap();
        assert_eq!(requests(&sandbox), (2, 3));
        client.policies().list().send().await.unwrap();
        assert_eq!(requests(&sandbox), (2, 4));
    }
}

#[tokio::test]
async fn token_that_is_always_refused_is_renewed_once() {
    let sandbox = sandbox().start().await.unwrap();
    let refuse = Fault::answer(StatusCode::UNAUTHORIZED).on("/v2/");
    sandbox.fault(refuse.times(u64::MAX));
    let client = client(&sandbox, &by_password(&sandbox)).await;
    let error = client.policies().list().send().await.unwrap_err();
    assert!(error.is_auth() && !error.is_retryable());
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert!(
        error.to_string().starts_with("listBackupPolicies: HTTP 401 Unauthorized (request req-"),
        "{error}"
    );
    assert_eq!(requests(&sandbox), (2, 2));
}

#[tokio::test]
async fn auto_backup_0003_renews_the_token_with_any_status() {
    for status in [400, 401, 403, 500] {
        let sandbox = sandbox().start().await.unwrap();
        let client = client(&sandbox, &by_password(&sandbox)).await;
        let status = StatusCode::from_u16(status).unwrap();
        sandbox.fault(Fault::answer(status).body(EXPIRED).on("/v2/"));
        client.policies().list().send().await.unwrap();
        assert_eq!(requests(&sandbox), (2, 2), "{status}");

        let always = Fault::answer(status).body(EXPIRED).on("/v2/");
        sandbox.fault(always.times(u64::MAX));
        let error = client.policies().list().send().await.unwrap_err();
        assert!(error.is_auth(), "{error}");
        let code = &error.service().unwrap().code;
        assert_eq!(code.as_deref(), Some("AutoBackup.0003"));
        assert_eq!(requests(&sandbox), (3, 4), "{status}");
    }
}

#[tokio::test]
async fn given_token_is_not_renewed() {
    let sandbox = sandbox().start().await.unwrap();
    let config = config(&sandbox).token(sandbox.token()).build().unwrap();
    let client = client(&sandbox, &Session::connect(config).unwrap()).await;
    client.policies().list().send().await.unwrap();
    sandbox.expire_tokens();
    let error = client.policies().list().send().await.unwrap_err();
    assert!(error.is_auth());
    assert!(
        error
            .to_string()
            .contains("AutoBackup.0003: the token has expired; ask the identity service for a new one"),
        "{error}"
    );
    assert_eq!(requests(&sandbox), (0, 2));
}

/// Holds responses back until a permit is added.
struct Late(HttpTransport, Arc<Semaphore>);

impl Transport for Late {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            let answer = self.0.send(request).await;
            self.1.acquire().await.unwrap().forget();
            answer
        })
    }
}

#[tokio::test]
async fn late_refusal_of_a_renewed_token_causes_no_login() {
    let sandbox = sandbox().start().await.unwrap();
    let session = by_password(&sandbox);
    let client = client(&sandbox, &session).await;
    client.policies().list().send().await.unwrap();
    sandbox.revoke_tokens();
    let go = Arc::new(Semaphore::new(0));
    let http = HttpTransport::builder().no_proxy().build().unwrap();
    let builder = Client::builder().endpoint(sandbox.endpoint());
    let builder = builder.transport(Late(http, Arc::clone(&go)));
    let late = builder.connect(session).await.unwrap().policies();
    let renewal = async {
        client.policies().list().send().await.unwrap();
        assert_eq!(requests(&sandbox).0, 2);
        go.add_permits(2);
    };
    let (refused, ()) = tokio::join!(late.list().send(), renewal);
    refused.unwrap();
    assert_eq!(requests(&sandbox), (2, 5));
}

#[tokio::test]
async fn refused_password_is_named_in_the_error() {
    let sandbox = sandbox().start().await.unwrap();
    let client = client(&sandbox, &by_password(&sandbox)).await;
    client.policies().list().send().await.unwrap();
    sandbox.revoke_tokens();
    let refuse = Fault::answer(StatusCode::UNAUTHORIZED).on("/v3/auth/tokens");
    sandbox.fault(refuse);
    let error = client.policies().list().send().await.unwrap_err();
    assert!(error.is_auth() && !error.is_retryable());
    assert!(
        error.to_string().contains("(POST /v3/auth/tokens) refused the credentials: 401 Unauthorized"),
        "{error}"
    );
    assert_eq!(requests(&sandbox), (2, 2));
}

/// A sandbox whose clock for signatures differs from that of this machine.
async fn sandbox_ahead_by(minutes: i64) -> Sandbox {
    let skew = SignedDuration::from_mins(minutes);
    let clock = move || Timestamp::now() + skew;
    sandbox().signature_clock(clock).start().await.unwrap()
}

fn by_access_key(sandbox: &Sandbox, config: ConfigBuilder) -> Session {
    let config = config.access_key(sandbox.access_key());
    let config = config.secret_key(sandbox.secret_key()).build();
    Session::connect(config.unwrap()).unwrap()
}

#[tokio::test]
async fn wrong_clock_is_corrected_by_the_service() {
    for minutes in [20, -20] {
        let sandbox = sandbox_ahead_by(minutes).await;
        let session = by_access_key(&sandbox, config(&sandbox));
        let client = client(&sandbox, &session).await;
        client.policies().list().send().await.unwrap();
        assert_eq!(requests(&sandbox), (0, 2), "{minutes}");
        // The correction is kept.
        client.policies().list().send().await.unwrap();
        assert_eq!(requests(&sandbox), (0, 3), "{minutes}");
    }
}

#[tokio::test]
async fn wrong_clock_is_corrected_by_the_identity_service() {
    let sandbox = sandbox_ahead_by(20).await;
    let config = Config::builder()
        .auth_url(sandbox.identity_endpoint())
        .region(sandbox.region())
        .project_name(sandbox.project());
    let session = by_access_key(&sandbox, config);
    let client = Client::builder().connect(session).await.unwrap();
    client.policies().list().send().await.unwrap();
    let paths: Vec<_> = sandbox
        .requests()
        .iter()
        .map(|request| request.uri.path().replace(sandbox.project_id(), "p"))
        .collect();
    let expected = ["/v3/projects", "/v3/projects", "/v3/auth/catalog", "/v2/p/backuppolicy"];
    assert_eq!(paths, expected);
}

#[tokio::test]
async fn wrong_clock_is_an_error_if_the_service_sends_no_time() {
    let sandbox = sandbox_ahead_by(20).await;
    let refused = r#"{"error_msg":"Incorrect IAM authentication information: x-sdk-date expired","error_code":"APIGW.0301"}"#;
    // The header is not a time, so the clock can't be corrected by it.
    let refused = Fault::answer(StatusCode::UNAUTHORIZED).body(refused);
    sandbox.fault(refused.header(DATE, HeaderValue::from_static("now")));
    let session = by_access_key(&sandbox, config(&sandbox));
    let client = client(&sandbox, &session).await;
    let error = client.policies().list().send().await.unwrap_err();
    assert!(error.is_auth() && !error.is_retryable());
    assert!(error.to_string().contains("x-sdk-date expired"), "{error}");
    assert_eq!(requests(&sandbox), (0, 1));
}

/// The number of jobs of the first policy.
async fn walk(client: &Client, sandbox: &Sandbox) -> Result<usize, Error> {
    let policy = sandbox.policy_ids().next().unwrap().clone();
    let jobs = client.policy(policy).backup_jobs().limit(25).items();
    jobs.try_fold(0, async |jobs, _| Ok(jobs + 1)).await
}

async fn sandbox_with_100_jobs() -> Sandbox {
    let sandbox = sandbox().policies(1).jobs(100);
    sandbox.start().await.unwrap()
}

#[tokio::test]
async fn hundred_lists_at_once_cause_one_login() {
    let sandbox = sandbox_with_100_jobs().await;
    let client = client(&sandbox, &by_password(&sandbox)).await;
    let walks = join_all((0..100).map(|_| walk(&client, &sandbox))).await;
    assert!(walks.into_iter().all(|jobs| jobs.unwrap() == 100));
    let (logins, pages) = requests(&sandbox);
    assert_eq!(logins, 1);
    assert_eq!(pages % 100, 0, "a page was requested twice: {pages}");
}

#[tokio::test]
async fn hundred_clients_at_once_cause_one_login() {
    let sandbox = sandbox().start().await.unwrap();
    let session = by_password(&sandbox);
    let connect = || Client::builder().connect(session.clone());
    let clients = join_all((0..100).map(|_| connect())).await;
    assert!(clients.iter().all(Result::is_ok));
    assert_eq!(requests(&sandbox), (1, 0));
}

#[tokio::test]
async fn hundred_lists_whose_token_ends_cause_one_more_login() {
    for end in [Sandbox::revoke_tokens, Sandbox::expire_tokens] {
        let sandbox = sandbox_with_100_jobs().await;
        let client = client(&sandbox, &by_password(&sandbox)).await;
        let walks = join_all((0..100).map(|_| walk(&client, &sandbox)));
        let midway = async {
            until(&sandbox, |(_, pages)| pages >= 150).await;
            end(&sandbox);
        };
        let (walks, ()) = tokio::join!(walks, midway);
        assert!(walks.into_iter().all(|jobs| jobs.unwrap() == 100));
        assert_eq!(requests(&sandbox).0, 2);
    }
}

#[tokio::test]
async fn unavailable_identity_service_is_not_an_error_of_the_credentials() {
    for (fault, status) in [
        (Fault::answer(StatusCode::SERVICE_UNAVAILABLE), 503),
        (Fault::answer(StatusCode::TOO_MANY_REQUESTS), 429),
    ] {
        let sandbox = sandbox().start().await.unwrap();
        // Without patience, because the sign-in would wait for the end of the rate limit in real time.
        let impatient = at_once().rate_limit_patience(Duration::ZERO);
        let session = by_password_with(&sandbox, impatient);
        let client = client(&sandbox, &session).await;
        client.policies().list().send().await.unwrap();
        sandbox.expire_tokens();
        sandbox.fault(fault.on("/v3/auth/tokens").times(u64::MAX));
        let error = client.policies().list().send().await.unwrap_err();
        assert!(!error.is_auth(), "{status}: {error}");
        assert!(error.is_retryable(), "{status}: {error}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(error.operation(), Some("listBackupPolicies"));
        assert_eq!(error.is_rate_limited(), status == 429);
    }
}

#[tokio::test]
async fn status_404_of_the_identity_service_is_not_about_the_service() {
    let sandbox = sandbox().start().await.unwrap();
    let client = client(&sandbox, &by_password(&sandbox)).await;
    let not_found = Fault::answer(StatusCode::NOT_FOUND).on("/v3/auth/tokens");
    sandbox.fault(not_found);
    let error = client.policies().list().send().await.unwrap_err();
    assert!(!error.is_not_found(), "{error}");
    assert_eq!(error.kind(), ErrorKind::Identity);
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    assert!(error.identity().is_some());
}
