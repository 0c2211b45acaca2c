//! Each kind of credentials against a sandbox.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use otc_auth::{Config, ServiceQuery, Session};
use otc_vbs::transport::{HttpTransport, RetryPolicy};
use otc_vbs::{Client, ClientBuilder};
use otc_vbs_sandbox::{Fault, Sandbox};
use otc_vbs_testing::{Fault as Broken, Faulty};

use crate::Run;
use crate::faults::faults;
use crate::kinds::{KINDS, Kind, Secrets};
use otc_vbs_testing::Canaries;

const SHORT: Duration = Duration::from_millis(50);

/// What sends, made once: reading the roots of the system takes longer than any scenario.
struct Network {
    http: Arc<HttpTransport>,
}

impl Network {
    fn new() -> Self {
        Self { http: Arc::new(HttpTransport::builder().no_proxy().build().unwrap()) }
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder().transport(Arc::clone(&self.http)).retry(one_repeat())
    }
}

/// Repeats once, without a wait, and not after a rate limit.
fn one_repeat() -> RetryPolicy {
    let policy = RetryPolicy::default().jitter(|_| Duration::ZERO);
    policy.max_attempts(2).rate_limit_patience(Duration::ZERO)
}

async fn sandbox() -> Sandbox {
    let builder = Sandbox::builder().record_requests(true);
    builder.start().await.unwrap()
}

fn config(kind: Kind, sandbox: &Sandbox, secrets: Secrets) -> otc_auth::ConfigBuilder {
    let builder =
        Config::builder().auth_url(sandbox.identity_endpoint()).region(sandbox.region()).retry(one_repeat());
    kind.settings(builder, sandbox, secrets)
}

pub(crate) async fn run(run: &mut Run, canaries: &mut Canaries) {
    let of_all = sandbox().await;
    for (name, secret) in [
        ("the password", of_all.password()),
        ("the password of who has a passcode", of_all.totp_password()),
        ("the secret of the passcodes", of_all.totp_secret()),
        ("the passcode", &of_all.totp_passcode()),
        ("the secret key", of_all.secret_key()),
        ("the temporary secret key", of_all.temporary_secret_key()),
        ("the security token", of_all.security_token()),
        ("the token", of_all.token()),
        // Every token that a sandbox gives out begins so.
        ("a token for a project", "sandbox-token-project-"),
        ("a token for a domain", "sandbox-token-domain-"),
        ("a token without a scope", "sandbox-token-unscoped-"),
        ("the token of the tests", otc_vbs_testing::TOKEN),
    ] {
        canaries.add(name, secret.as_bytes());
    }
    run.value("a sandbox", &of_all);
    run.value("a builder of a sandbox", &Sandbox::builder());

    let network = Network::new();
    run.value("a transport", &*network.http);
    for kind in KINDS {
        succeeds(run, &network, kind).await;
        is_refused(run, &network, kind).await;
        for (name, fault) in faults() {
            meets(run, &network, kind, name, fault).await;
        }
        is_repeated(run, &network, kind).await;
    }
    without_secrets(run, &network).await;
}

/// The addresses of all requests.
fn end(run: &mut Run, place: &str, sandbox: &Sandbox) {
    for request in sandbox.requests() {
        run.text(place, request.uri);
    }
    run.end_heard(place, &["hyper_util", "reqwest"]);
}

async fn succeeds(run: &mut Run, network: &Network, kind: Kind) {
    let place = &format!("{kind:?}, success");
    let sandbox = sandbox().await;
    let kept = tempfile::tempdir().unwrap();
    let builder = config(kind, &sandbox, Secrets::Right).token_cache(kept.path());
    run.value(place, &builder);
    let config = builder.build().unwrap();
    run.value(place, &config);
    for _ in 0..2 {
        // The second finds the token that the first kept.
        let session = Session::new(config.clone(), Arc::clone(&network.http)).unwrap();
        run.value(place, &session);
        let query = ServiceQuery::new(["vbs"]);
        run.text(place, session.endpoint(&query).await.unwrap());
        run.text(place, session.project_id().await.unwrap());
        let mut request = http::Request::get("https://vbs.example.com/v2?x=y").body(Bytes::new()).unwrap();
        let authorization = session.authorize(&mut request).await.unwrap();
        run.value(place, &request);
        run.value(place, &authorization);

        let builder = network.builder();
        run.value(place, &builder);
        let client = builder.connect(session.clone()).await.unwrap();
        run.value(place, &client);
        let policies = client.policies().list().send().await.unwrap();
        run.value(place, &policies);
        // The agency is for another project than the sandbox's own, with other policies.
        let policy = client.policy(&policies.items[0].backup_policy_id);
        let jobs = policy.backup_jobs().limit(5).items();
        let jobs: Vec<_> = jobs.try_collect().await.unwrap();
        assert!(!jobs.is_empty());
        run.value(place, &jobs);
        sandbox.expire_tokens();
        let again = client.policies().list().send().await;
        // A passcode and a token that was given are good for once.
        let is_over = matches!(kind, Kind::Totp | Kind::Token | Kind::TokenForToken | Kind::AgencyByToken);
        let error = run.ended(place, again);
        assert_eq!(error.is_some(), is_over, "{kind:?} {error:?}");
        if is_over {
            break;
        }
    }
    for file in std::fs::read_dir(kept.path()).unwrap() {
        let file = file.unwrap().path();
        run.text(place, file.display());
        readable_by_others(run, place, &file, network, &config).await;
    }
    end(run, place, &sandbox);
}

/// A cached token that others can read is refused.
async fn readable_by_others(
    run: &mut Run,
    place: &str,
    file: &std::path::Path,
    network: &Network,
    config: &Config,
) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let mode = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(file, mode).unwrap();
        let session = Session::new(config.clone(), Arc::clone(&network.http)).unwrap();
        let query = ServiceQuery::new(["vbs"]);
        let error = run.ended(place, session.endpoint(&query).await);
        assert!(error.unwrap().is_config());
    }
}

async fn is_refused(run: &mut Run, network: &Network, kind: Kind) {
    let place = &format!("{kind:?}, refused");
    let sandbox = sandbox().await;
    let builder = config(kind, &sandbox, Secrets::Wrong);
    run.value(place, &builder);
    let config = builder.build().unwrap();
    run.value(place, &config);
    let session = Session::new(config, Arc::clone(&network.http)).unwrap();
    run.value(place, &session);
    let connected = network.builder().connect(session.clone()).await;
    let error = run.ended(place, connected).expect("a refusal");
    assert!(error.is_auth(), "{place}: {error}");
    // Where it need not ask the identity service, it is the service that refuses.
    let builder = network.builder().endpoint(sandbox.endpoint());
    let builder = builder.project_id(sandbox.project_id());
    let client = builder.connect(session).await.unwrap();
    let error = run.ended(place, client.policies().list().send().await);
    assert!(error.expect("a refusal").is_auth());
    end(run, place, &sandbox);
}

/// Everything goes wrong with the identity service, then with the service.
async fn meets(run: &mut Run, network: &Network, kind: Kind, name: &str, fault: Fault) {
    let is_silent = name == "silence";
    for prefix in ["/v3/", "/v2/"] {
        let place = &format!("{kind:?}, {name} on {prefix}");
        let sandbox = sandbox().await;
        let mut config = config(kind, &sandbox, Secrets::Right);
        if is_silent && prefix == "/v3/" {
            config = config.timeout(SHORT);
        }
        let session = Session::new(config.build().unwrap(), Arc::clone(&network.http)).unwrap();
        sandbox.fault(fault.clone().on(prefix));
        let mut builder = network.builder();
        if is_silent {
            builder = builder.attempt_timeout(SHORT);
        }
        let client = builder.connect(session).await;
        let error = match client {
            Ok(client) => {
                assert_eq!(prefix, "/v2/", "{place}");
                run.ended(place, client.policies().list().send().await)
            }
            Err(error) => {
                assert_eq!(prefix, "/v3/", "{place}: {error}");
                run.error(place, &error);
                Some(error)
            }
        };
        assert!(error.is_some(), "{place}: nothing went wrong");
        end(run, place, &sandbox);
    }
}

/// Either service repeats what it is sent, secrets and all.
async fn is_repeated(run: &mut Run, network: &Network, kind: Kind) {
    for secrets in [Secrets::Right, Secrets::Wrong] {
        for status in [200, 302, 400, 401, 403, 500, 503] {
            let place = &format!("{kind:?}, {secrets:?} secrets, repeated with {status}");
            let sandbox = sandbox().await;
            let echo = Faulty::with([Broken::Echo(status)]).await;
            let address = format!("http://{}/v3", echo.address());
            let config = config(kind, &sandbox, secrets).auth_url(address);
            let identity = Arc::clone(&network.http);
            let session = Session::new(config.build().unwrap(), identity).unwrap();
            let connected = network.builder().connect(session).await;
            run.error(place, &connected.expect_err("an echo"));
            run.end_heard(place, &["reqwest"]);
            if secrets == Secrets::Wrong && !matches!(kind, Kind::Token) && !kind.signs() {
                // No token comes of it that a service could repeat.
                continue;
            }
            let config = self::config(kind, &sandbox, secrets).project_id(sandbox.project_id());
            let identity = Arc::clone(&network.http);
            let session = Session::new(config.build().unwrap(), identity).unwrap();
            let address = format!("http://{}", echo.address());
            let builder = network.builder().endpoint(address);
            let builder = builder.project_id(sandbox.project_id());
            let client = builder.connect(session).await.unwrap();
            let error = run.ended(place, client.policies().list().send().await);
            assert!(error.is_some(), "{place}");
            end(run, place, &sandbox);
        }
    }
}

/// What is missing is named, and what is there is not.
async fn without_secrets(run: &mut Run, network: &Network) {
    let place = "a service that nobody knows";
    let sandbox = sandbox().await;
    let config = config(Kind::Password, &sandbox, Secrets::Right);
    let session = Session::new(config.build().unwrap(), Arc::clone(&network.http)).unwrap();
    let error = session.endpoint(&ServiceQuery::new(["nothing"])).await;
    assert!(run.ended(place, error).unwrap().is_endpoint());
    end(run, place, &sandbox);
}
