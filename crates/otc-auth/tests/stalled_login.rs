//! Logins that hang, callers that give up, runtimes that end: what the other callers see. In virtual time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use otc_auth::otc_http::{Transport, TransportFuture};
use otc_auth::{Config, ConfigBuilder, Session};
use tokio::time::{Instant, sleep, sleep_until, timeout};

const SECOND: Duration = Duration::from_secs(1);
/// The default limits, scaled 1:10.
const ATTEMPT: Duration = Duration::from_secs(3);
const IDENTITY_REQUEST: Duration = Duration::from_secs(2);
const LOGIN: Duration = Duration::from_millis(1500);

/// An identity service whose logins take a while. Some of them hang.
#[derive(Clone)]
struct Keystone(Arc<State>);

struct State {
    logins: AtomicUsize,
    hanging: BTreeSet<usize>,
}

impl Keystone {
    fn hanging(logins: impl IntoIterator<Item = usize>) -> Self {
        Self(Arc::new(State { logins: AtomicUsize::new(0), hanging: logins.into_iter().collect() }))
    }

    fn logins(&self) -> usize {
        self.0.logins.load(Ordering::SeqCst)
    }

    fn session(&self) -> Session {
        let config = Config::builder().user_id("u1").password("hunter2").project_id("p1");
        self.session_of(config)
    }

    fn session_of(&self, config: ConfigBuilder) -> Session {
        let config = config.region("eu-de").timeout(IDENTITY_REQUEST).build();
        Session::new(config.unwrap(), self.clone()).unwrap()
    }
}

impl Transport for Keystone {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            let number = self.0.logins.fetch_add(1, Ordering::SeqCst) + 1;
            if self.0.hanging.contains(&number) {
                std::future::pending::<()>().await;
            }
            sleep(LOGIN).await;
            let response = http::Response::builder()
                .status(201)
                .header("x-subject-token", format!("token-{number}"))
                .body(body(request.uri().path()).into());
            Ok(response.unwrap())
        })
    }
}

fn body(path: &str) -> &'static str {
    match path {
        "/v3/auth/tokens" => {
            r#"{"token":{"expires_at":"2999-01-01T00:00:00.000000Z","project":{"id":"p1","name":"eu-de"}}}"#
        }
        "/v3/auth/catalog" => {
            r#"{"catalog":[{"type":"vbs","endpoints":[{"interface":"public","url":"https://vbs.example.com"}]}]}"#
        }
        "/v3/projects" => r#"{"projects":[{"id":"p1","name":"eu-de"}]}"#,
        "/v3/auth/domains" => r#"{"domains":[{"id":"d1","name":"OTC-1"}]}"#,
        other => panic!("{other}"),
    }
}

async fn authorize(session: &Session) -> otc_auth::Result<String> {
    let mut request = http::Request::get("https://vbs.example.com/").body(Bytes::new()).unwrap();
    session.authorize(&mut request).await?;
    let token = request.headers().get("x-auth-token");
    Ok(token.map_or("", |token| token.to_str().unwrap()).to_owned())
}

/// One call per second, each with the time of one attempt. The result of each call.
async fn one_call_per_second(session: &Session, calls: u32) -> Vec<Result<String, String>> {
    let start = Instant::now();
    let calls = (0..calls).map(async |number| {
        sleep_until(start + SECOND * number).await;
        match timeout(ATTEMPT, authorize(session)).await {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(_) => Err("the attempt's time is over".to_owned()),
        }
    });
    join_all(calls).await
}

#[tokio::test(start_paused = true)]
async fn client_recovers_within_one_login_after_a_stalled_one() {
    let keystone = Keystone::hanging([1]);
    let session = keystone.session();
    let results = one_call_per_second(&session, 280).await;
    let failures: Vec<_> = (0..).zip(&results).filter(|(_, result)| result.is_err()).collect();
    assert_eq!(keystone.logins(), 2, "{} failures", failures.len());
    // The calls of the first two seconds share the timeout of the stalled request.
    assert!(failures.iter().all(|(number, _)| *number <= 2), "{failures:?}");
}

#[tokio::test(start_paused = true)]
async fn cancelled_callers_do_not_affect_the_login() {
    for seed in 1..=50_u64 {
        let keystone = Keystone::hanging([]);
        let session = keystone.session();
        let mut random = seed;
        let callers = (0..100).map(|_| {
            // xorshift: the same callers give up in every run.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let patience = (random % 3 != 0).then(|| Duration::from_millis(random / 7 % 1500));
            let session = &session;
            async move {
                let call = authorize(session);
                match patience {
                    Some(patience) => assert!(timeout(patience, call).await.is_err()),
                    None => assert_eq!(call.await.unwrap(), "token-1"),
                }
            }
        });
        join_all(callers).await;
        assert_eq!(authorize(&session).await.unwrap(), "token-1");
        assert_eq!(keystone.logins(), 1, "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn login_finishes_without_any_waiter() {
    let keystone = Keystone::hanging([]);
    let session = keystone.session();
    assert!(timeout(SECOND, authorize(&session)).await.is_err());
    sleep(SECOND).await;
    let start = Instant::now();
    assert_eq!(authorize(&session).await.unwrap(), "token-1");
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(keystone.logins(), 1);
}

#[cfg(feature = "aksk")]
#[tokio::test(start_paused = true)]
async fn look_ups_finish_without_any_waiter() {
    let access_key = || Config::builder().access_key("AK").secret_key("SK");
    for config in [
        Config::builder().token("t"),
        access_key().project_name("eu-de"),
        access_key().project_id("p1"),
        access_key().domain_name("OTC-1"),
    ] {
        let keystone = Keystone::hanging([]);
        let session = keystone.session_of(config);
        let look_up = async || {
            authorize(&session).await.unwrap();
            session.endpoint(&otc_auth::ServiceQuery::new(["vbs"])).await.ok();
        };
        let mut patience = 0;
        while timeout(SECOND, look_up()).await.is_err() {
            patience += 1;
            sleep(SECOND).await;
        }
        assert!(patience > 0);
        assert_eq!(keystone.logins(), patience, "each request is made once");
    }
}

#[test]
fn login_is_restarted_when_its_runtime_is_dropped() {
    let keystone = Keystone::hanging([]);
    let session: &'static Session = Box::leak(Box::new(keystone.session()));
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().start_paused(true).build().unwrap()
    };
    let first = runtime();
    first.block_on(async {
        assert!(timeout(SECOND, authorize(session)).await.is_err());
    });
    drop(first);
    let token = runtime().block_on(authorize(session));
    assert_eq!(token.unwrap(), "token-2");
    assert_eq!(keystone.logins(), 2);
}

#[test]
fn waiters_on_another_runtime_restart_the_login_when_its_runtime_is_dropped() {
    let keystone = Keystone::hanging([]);
    let session = keystone.session();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let first = runtime().unwrap();
    first.block_on(async {
        assert!(timeout(SECOND, authorize(&session)).await.is_err());
    });
    let tokens = runtime().unwrap().block_on(async {
        let waiters = join_all((0..10).map(|_| authorize(&session)));
        let end = async {
            tokio::task::yield_now().await;
            // A runtime can only be dropped where blocking is allowed.
            first.shutdown_background();
        };
        tokio::join!(waiters, end).0
    });
    assert!(tokens.into_iter().all(|token| token.unwrap() == "token-2"));
    assert_eq!(keystone.logins(), 2);
}

/// A runtime that is kept but no longer driven: its login can't go on, and its timers don't fire.
#[test]
fn login_on_an_idle_runtime_is_restarted_after_its_budget() {
    let keystone = Keystone::hanging([]);
    let session = keystone.session();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let idle = runtime().unwrap();
    idle.block_on(async {
        assert!(timeout(SECOND, authorize(&session)).await.is_err());
    });
    let token = runtime().unwrap().block_on(authorize(&session));
    assert_eq!(token.unwrap(), "token-2");
}

#[test]
fn no_tokio_runtime_is_an_error() {
    let keystone = Keystone::hanging([]);
    let session = keystone.session();
    let mut authorize = Box::pin(authorize(&session));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(result) = authorize.as_mut().poll(&mut context) else {
        panic!("the login waits for a runtime");
    };
    let error = result.unwrap_err();
    assert!(error.is_config(), "{error}");
    assert!(error.to_string().contains("Tokio runtime"), "{error}");
    assert_eq!(keystone.logins(), 0);
}

#[test]
fn joining_a_login_outside_of_a_runtime_is_an_error() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let session = Keystone::hanging([1]).session();
    runtime.block_on(async {
        let _ = timeout(Duration::from_millis(1), authorize(&session)).await;
    });
    let mut joining = Box::pin(authorize(&session));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = joining.as_mut().poll(&mut context) else {
        panic!("the caller waits");
    };
    assert!(error.to_string().contains("Tokio runtime"), "{error}");
}
