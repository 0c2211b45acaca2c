//! Sessions of the identity service whose tokens and signatures the service does not accept, with both played by a sandbox:
//! what the caller gets, and how many requests that takes.

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
use otc_vbs::{Client, Error, Transport, TransportFuture};
use otc_vbs_sandbox::{Fault, Sandbox, SandboxBuilder};
use tokio::sync::Semaphore;
use tokio::task::yield_now;

use crate::at_once;

const EXPIRED: &str = r#"{"error":{"code":"AutoBackup.0003","message":"the token has expired"}}"#;

fn sandbox() -> SandboxBuilder {
    Sandbox::builder().record_requests(true)
}

/// Where to log in, and for which project.
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

/// A client that knows where the service is, so that nothing is sent before the first call.
async fn client(sandbox: &Sandbox, session: &Session) -> Client {
    let builder = Client::builder()
        .endpoint(sandbox.endpoint())
        .project_id(sandbox.project_id())
        .retry(at_once());
    builder.connect(session.clone()).await.unwrap()
}

/// How many tokens were asked for, and how many requests went to the service.
fn requests(sandbox: &Sandbox) -> (usize, usize) {
    let requests = sandbox.requests();
    let logins = requests.iter().filter(|request| request.is_login());
    let service = requests
        .iter()
        .filter(|request| request.uri.path().starts_with("/v2/"));
    (logins.count(), service.count())
}

/// Waits until the requests are as many as that.
async fn until(sandbox: &Sandbox, enough: impl Fn((usize, usize)) -> bool) {
    while !enough(requests(sandbox)) {
        yield_now().await;
    }
}

#[tokio::test]
async fn a_token_that_ends_between_two_calls_is_renewed_once() {
    for end in [Sandbox::revoke_tokens, Sandbox::expire_tokens] {
        let sandbox = sandbox().start().await.unwrap();
        let client = client(&sandbox, &by_password(&sandbox)).await;
        client.policies().list().await.unwrap();
        assert_eq!(requests(&sandbox), (1, 1));
        end(&sandbox);
        client.policies().list().await.unwrap();
        assert_eq!(requests(&sandbox), (2, 3));
        client.policies().list().await.unwrap();
        assert_eq!(requests(&sandbox), (2, 4));
    }
}

#[tokio::test]
async fn a_token_that_is_never_accepted_is_renewed_once() {
    let sandbox = sandbox().start().await.unwrap();
    let refuse = Fault::answer(StatusCode::UNAUTHORIZED).on("/v2/");
    sandbox.fault(refuse.times(u64::MAX));
    let client = client(&sandbox, &by_password(&sandbox)).await;
    let error = client.policies().list().await.unwrap_err();
    assert!(error.is_auth() && !error.is_retryable());
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert!(
        error
            .to_string()
            .starts_with("listBackupPolicies: HTTP 401 Unauthorized (request req-"),
        "{error}"
    );
    assert_eq!(requests(&sandbox), (2, 2));
}

#[tokio::test]
async fn auto_backup_0003_for_an_expired_token_is_a_reason_to_renew_it_with_any_status() {
    for status in [400, 401, 403, 500] {
        let sandbox = sandbox().start().await.unwrap();
        let client = client(&sandbox, &by_password(&sandbox)).await;
        let status = StatusCode::from_u16(status).unwrap();
        sandbox.fault(Fault::answer(status).body(EXPIRED).on("/v2/"));
        client.policies().list().await.unwrap();
        assert_eq!(requests(&sandbox), (2, 2), "{status}");

        let always = Fault::answer(status).body(EXPIRED).on("/v2/");
        sandbox.fault(always.times(u64::MAX));
        let error = client.policies().list().await.unwrap_err();
        assert!(error.is_auth(), "{error}");
        let code = &error.service().unwrap().code;
        assert_eq!(code.as_deref(), Some("AutoBackup.0003"));
        assert_eq!(requests(&sandbox), (3, 4), "{status}");
    }
}

#[tokio::test]
async fn a_given_token_that_has_expired_has_no_other() {
    let sandbox = sandbox().start().await.unwrap();
    let config = config(&sandbox).token(sandbox.token()).build().unwrap();
    let client = client(&sandbox, &Session::connect(config).unwrap()).await;
    client.policies().list().await.unwrap();
    sandbox.expire_tokens();
    let error = client.policies().list().await.unwrap_err();
    assert!(error.is_auth());
    assert!(
        error
            .to_string()
            .contains("AutoBackup.0003: the token has expired; ask the identity service for a new one"),
        "{error}"
    );
    assert_eq!(requests(&sandbox), (0, 2));
}

/// Brings answers when they are let go.
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
async fn a_refusal_that_comes_after_the_renewal_costs_no_login() {
    let sandbox = sandbox().start().await.unwrap();
    let session = by_password(&sandbox);
    let client = client(&sandbox, &session).await;
    client.policies().list().await.unwrap();
    sandbox.revoke_tokens();
    let go = Arc::new(Semaphore::new(0));
    let http = HttpTransport::builder().no_proxy().build().unwrap();
    let builder = Client::builder().endpoint(sandbox.endpoint());
    let builder = builder.transport(Late(http, Arc::clone(&go)));
    let late = builder.connect(session).await.unwrap().policies();
    let renewal = async {
        client.policies().list().await.unwrap();
        assert_eq!(requests(&sandbox).0, 2);
        go.add_permits(2);
    };
    let (refused, ()) = tokio::join!(late.list(), renewal);
    refused.unwrap();
    assert_eq!(requests(&sandbox), (2, 5));
}

#[tokio::test]
async fn a_password_that_is_not_accepted_any_more_says_so() {
    let sandbox = sandbox().start().await.unwrap();
    let client = client(&sandbox, &by_password(&sandbox)).await;
    client.policies().list().await.unwrap();
    sandbox.revoke_tokens();
    let refuse = Fault::answer(StatusCode::UNAUTHORIZED).on("/v3/auth/tokens");
    sandbox.fault(refuse);
    let error = client.policies().list().await.unwrap_err();
    assert!(error.is_auth() && !error.is_retryable());
    assert!(
        error
            .to_string()
            .contains("(POST /v3/auth/tokens) refused the credentials: 401 Unauthorized"),
        "{error}"
    );
    assert_eq!(requests(&sandbox), (2, 2));
}

/// A sandbox whose clock, as far as signatures go, is off from this machine's.
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
async fn a_clock_that_is_20_minutes_off_is_set_by_the_service() {
    for minutes in [20, -20] {
        let sandbox = sandbox_ahead_by(minutes).await;
        let session = by_access_key(&sandbox, config(&sandbox));
        let client = client(&sandbox, &session).await;
        client.policies().list().await.unwrap();
        assert_eq!(requests(&sandbox), (0, 2), "{minutes}");
        // What was learned is kept.
        client.policies().list().await.unwrap();
        assert_eq!(requests(&sandbox), (0, 3), "{minutes}");
    }
}

#[tokio::test]
async fn a_clock_that_is_20_minutes_off_is_set_by_the_identity_service() {
    let sandbox = sandbox_ahead_by(20).await;
    let config = Config::builder()
        .auth_url(sandbox.identity_endpoint())
        .region(sandbox.region())
        .project_name(sandbox.project());
    let session = by_access_key(&sandbox, config);
    let client = Client::builder().connect(session).await.unwrap();
    client.policies().list().await.unwrap();
    let paths: Vec<_> = sandbox
        .requests()
        .iter()
        .map(|request| request.uri.path().replace(sandbox.project_id(), "p"))
        .collect();
    let expected = [
        "/v3/projects",
        "/v3/projects",
        "/v3/auth/catalog",
        "/v2/p/backuppolicy",
    ];
    assert_eq!(paths, expected);
}

#[tokio::test]
async fn a_service_that_tells_no_time_leaves_a_clock_that_is_off_to_its_owner() {
    let sandbox = sandbox_ahead_by(20).await;
    let refused = r#"{"error_msg":"Incorrect IAM authentication information: x-sdk-date expired","error_code":"APIGW.0301"}"#;
    // The time in this header is no time, so that there is nothing to learn from it.
    let refused = Fault::answer(StatusCode::UNAUTHORIZED).body(refused);
    sandbox.fault(refused.header(DATE, HeaderValue::from_static("now")));
    let session = by_access_key(&sandbox, config(&sandbox));
    let client = client(&sandbox, &session).await;
    let error = client.policies().list().await.unwrap_err();
    assert!(error.is_auth() && !error.is_retryable());
    assert!(error.to_string().contains("x-sdk-date expired"), "{error}");
    assert_eq!(requests(&sandbox), (0, 1));
}

/// Walks over all jobs of the first policy, and how many there were.
async fn walk(client: &Client, sandbox: &Sandbox) -> Result<usize, Error> {
    let policy = sandbox.policy_ids().next().unwrap().clone();
    let jobs = client.policy(policy).tasks().limit(25).stream();
    jobs.try_fold(0, async |jobs, _| Ok(jobs + 1)).await
}

async fn sandbox_with_100_jobs() -> Sandbox {
    let sandbox = sandbox().policies(1).disks(1).jobs(100);
    sandbox.start().await.unwrap()
}

#[tokio::test]
async fn a_hundred_walks_at_once_are_one_login() {
    let sandbox = sandbox_with_100_jobs().await;
    let client = client(&sandbox, &by_password(&sandbox)).await;
    let walks = join_all((0..100).map(|_| walk(&client, &sandbox))).await;
    assert!(walks.into_iter().all(|jobs| jobs.unwrap() == 100));
    let (logins, pages) = requests(&sandbox);
    assert_eq!(logins, 1);
    assert_eq!(pages % 100, 0, "a page was asked for again: {pages}");
}

#[tokio::test]
async fn a_hundred_connections_at_once_are_one_login() {
    let sandbox = sandbox().start().await.unwrap();
    let session = by_password(&sandbox);
    let connect = || Client::builder().connect(session.clone());
    let clients = join_all((0..100).map(|_| connect())).await;
    assert!(clients.iter().all(Result::is_ok));
    assert_eq!(requests(&sandbox), (1, 0));
}

#[tokio::test]
async fn a_hundred_walks_whose_token_ends_midway_are_one_login_more() {
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
async fn an_identity_service_that_is_down_says_nothing_of_the_credentials() {
    for (fault, status) in [
        (Fault::answer(StatusCode::SERVICE_UNAVAILABLE), 503),
        (Fault::answer(StatusCode::TOO_MANY_REQUESTS), 429),
    ] {
        let sandbox = sandbox().start().await.unwrap();
        // Without patience, or the sign-in would wait for the end of the rate limit, and the sandbox is a real server.
        let impatient = at_once().rate_limit_patience(Duration::ZERO);
        let session = by_password_with(&sandbox, impatient);
        let client = client(&sandbox, &session).await;
        client.policies().list().await.unwrap();
        sandbox.expire_tokens();
        sandbox.fault(fault.on("/v3/auth/tokens").times(u64::MAX));
        let error = client.policies().list().await.unwrap_err();
        assert!(!error.is_auth(), "{status}: {error}");
        assert!(error.is_retryable(), "{status}: {error}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(error.operation(), Some("listBackupPolicies"));
        assert_eq!(error.is_rate_limited(), status == 429);
    }
}
