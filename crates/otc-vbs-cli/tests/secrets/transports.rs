//! A client with a token, servers that break or repeat what they are sent, proxies, and settings that can't be used.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use otc_auth::{Config, ConfigBuilder, Environment, Session};
use otc_vbs::transport::{
    AuthTransport, Authorize, AuthorizeFuture, FixedToken, HttpTransport, Refusal, RetryPolicy,
    RetryTransport, UserAgentTransport,
};
use otc_vbs::{Client, ClientBuilder, Error, Schedule};
use otc_vbs_testing::{BACKUP, DISK, Fault, Faulty, JOB, POLICY, PROJECT};

use crate::Run;
use otc_vbs_testing::{canary, plain_canary};

pub(crate) async fn run(run: &mut Run) {
    transports_are_printed(run);
    servers_break(run).await;
    refusals_are_shown_to_authorize(run).await;
    proxies(run).await;
    settings_of_the_client(run);
    settings_of_the_session(run).await;
}

fn builder(endpoint: String) -> ClientBuilder {
    let retry = RetryPolicy::default().jitter(|_| Duration::ZERO);
    Client::builder()
        .endpoint(endpoint)
        .project_id(PROJECT)
        .token(canary("given-token"))
        .retry(retry.max_attempts(2).rate_limit_patience(Duration::ZERO))
}

fn transports_are_printed(run: &mut Run) {
    let place = "transports";
    let token = FixedToken::new(&canary("given-token")).unwrap();
    run.value(place, &token);
    let builder = HttpTransport::builder()
        .proxy(format!("http://me:{}@proxy", plain_canary("proxy-password")))
        .client_identity_pem(canary("client-key"));
    run.value(place, &builder);
    let builder = HttpTransport::builder();
    let builder = builder.proxy(format!("http://me:{}@proxy", plain_canary("proxy-password")));
    let http = builder.build().unwrap();
    run.value(place, &http);
    let stack = RetryTransport::new(
        AuthTransport::new(UserAgentTransport::new(http, "secrets").unwrap(), token),
        RetryPolicy::default(),
    );
    run.value(place, &stack);
    run.end(place);
}

/// Calls of each kind: reads, changes, walks, waits.
async fn calls(run: &mut Run, place: &str, client: &Client) {
    let mut ended = |result: Result<String, Error>| {
        run.ended(place, result);
    };
    let text = |value: &dyn std::fmt::Debug| format!("{value:?}");
    let policy = client.policy(POLICY);
    let schedule = Schedule::builder().at([1]).every_days(1).keep_backups(5);
    ended(client.policies().list().send().await.map(|value| text(&value)));
    ended(policy.backup_jobs().send().await.map(|value| text(&value)));
    ended(policy.run().send().await.map(|value| text(&value)));
    ended(policy.add_tag("key", "value").send().await.map(|value| text(&value)));
    ended(policy.delete().send().await.map(|value| text(&value)));
    let create = client.policies().create("name", &schedule.build().unwrap());
    ended(create.send().await.map(|value| text(&value)));
    let backup = client.backups().create(DISK, "name").send().await;
    ended(backup.map(|value| text(&value)));
    ended(client.backup(BACKUP).restore(DISK).send().await.map(|value| text(&value)));
    ended(client.shares().list().send().await.map(|value| text(&value)));
    ended(client.quotas().list().send().await.map(|value| text(&value)));
    ended(client.job(JOB).get().send().await.map(|value| text(&value)));
    ended(client.job(JOB).wait().timeout(Duration::ZERO).await.map(|value| text(&value)));
}

async fn servers_break(run: &mut Run) {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n";
    let mut faults = vec![
        Fault::ResetAtOnce,
        Fault::close("SSH-2.0-OpenSSH_9.2p1\r\n"),
        Fault::Close(vec![]),
        Fault::Reset(head.into()),
        Fault::close(format!("{head}{{\"x\":")),
        Fault::response("200 OK", "content-encoding: gzip\r\n", "x"),
        Fault::response("204 No Content", "", ""),
        Fault::json("{}"),
        Fault::json(format!(r#"{{"backup_policies":"{}"}}"#, plain_canary("in-a-body"))),
        Fault::Endless("HTTP/1.1 200 OK\r\n".into(), b"x: y\r\n".to_vec()),
    ];
    let echoes = [200, 204, 301, 302, 307, 400, 401, 403, 404, 407, 409, 413, 429, 500, 503];
    faults.extend(echoes.map(Fault::Echo));
    for fault in faults {
        let place = format!("a client with a token, {fault:.60?}");
        let server = Faulty::with([fault]).await;
        let client = builder(format!("http://{}", server.address()));
        run.value(&place, &client);
        let client = client.build().unwrap();
        run.value(&place, &client);
        calls(run, &place, &client).await;
        run.end_heard(&place, &["listBackupPolicies", "reqwest"]);
    }
    let place = "a closed port";
    let address = Faulty::with([]).await.address();
    let client = builder(format!("http://{address}")).build().unwrap();
    calls(run, place, &client).await;
    run.end(place);
    let place = "no answer in time";
    let server = Faulty::with([Fault::Silence(vec![])]).await;
    let client = builder(format!("http://{}", server.address()));
    let client = client.timeout(Duration::from_millis(50)).build().unwrap();
    run.ended(place, client.policies().list().send().await);
    run.end(place);
}

/// Prints what it is told of refusals, as somebody would who looks for a mistake.
struct Printing(FixedToken, Arc<Mutex<Vec<String>>>);

impl Authorize for Printing {
    fn authorize<'a>(&'a self, request: &'a mut http::Request<Bytes>) -> AuthorizeFuture<'a, ()> {
        self.0.authorize(request)
    }

    fn refused<'a>(&'a self, refusal: Refusal<'a>) -> AuthorizeFuture<'a, bool> {
        self.1.lock().unwrap().push(format!("{refusal:?}"));
        self.0.refused(refusal)
    }
}

async fn refusals_are_shown_to_authorize(run: &mut Run) {
    let place = "a refusal as Authorize sees it";
    let refused = Fault::response("401 Unauthorized", "", r#"{"error_code":"APIGW.0301"}"#);
    for fault in [refused, Fault::Echo(401)] {
        let printed = Arc::default();
        let token = FixedToken::new(&canary("given-token")).unwrap();
        let server = Faulty::with([fault]).await;
        let client = Client::builder()
            .endpoint(format!("http://{}", server.address()))
            .project_id(PROJECT)
            .authorize(Printing(token, Arc::clone(&printed)));
        let error = client.build().unwrap().policies().list().send().await;
        run.ended(place, error);
        let printed = printed.lock().unwrap();
        assert_eq!(printed.len(), 1);
        run.text(place, &printed[0]);
        run.end(place);
    }
}

async fn proxies(run: &mut Run) {
    let password = plain_canary("proxy-password");
    let refused = "407 Proxy Authentication Required";
    let place = "a proxy of a kind that is not known";
    let client = builder("https://vbs.example.invalid".to_owned());
    let client = client.proxy(format!("nothing://me:{password}@127.0.0.1:1"));
    run.ended(place, client.build());
    run.end(place);
    for fault in [
        Fault::json(r#"{"backup_policies":[]}"#),
        Fault::response(refused, "proxy-authenticate: Basic\r\n", ""),
        Fault::Echo(407),
        Fault::Close(vec![]),
        Fault::ResetAtOnce,
    ] {
        for endpoint in ["http://vbs.example.com", "https://vbs.example.com"] {
            let place = format!("a proxy to {endpoint}, {fault:.60?}");
            let proxy = Faulty::with([fault.clone()]).await;
            let url = format!("http://me:{password}@{}", proxy.address());
            let client = builder(endpoint.to_owned()).allow_http(true).proxy(url);
            run.value(&place, &client);
            let client = client.build().unwrap();
            run.value(&place, &client);
            run.ended(&place, client.policies().list().send().await);
            run.end_heard(&place, &["intercepts"]);
        }
    }
}

fn settings_of_the_client(run: &mut Run) {
    let place = "settings of the client";
    let secret = plain_canary("in-an-address");
    for endpoint in [
        format!("https://me:{secret}@vbs.example.com"),
        format!("http://me:{secret}@vbs.example.com"),
        format!("https://me:{secret}@vbs.example.com:port"),
        format!("https://{secret}@vbs.example.com"),
        format!("https://vbs.example.com/?token={secret}"),
        format!("http://vbs.example.com/?token={secret}"),
        format!("https://vbs.example.com/#{secret}"),
        format!("ftp://me:{secret}@vbs.example.com"),
    ] {
        let builder = builder(endpoint);
        run.value(place, &builder);
        let error = run.ended(place, builder.build());
        assert!(error.unwrap().is_invalid());
    }
    let endpoint = || builder("https://vbs.example.com".to_owned());
    let pem = |what: &str| {
        let body = plain_canary("client-key");
        format!("-----BEGIN {what}-----\n{body}\n-----END {what}-----\n")
    };
    for builder in [
        endpoint().token(format!("two\nlines {}", canary("token"))),
        endpoint().proxy(format!("http://me:{secret}@")),
        endpoint().client_identity_pem(canary("client-key")),
        endpoint().client_identity_pem(pem("PRIVATE KEY")),
        endpoint().client_identity_pem(pem("ENCRYPTED PRIVATE KEY")),
        endpoint().client_identity_pem(pem("CERTIFICATE")),
    ] {
        run.value(place, &builder);
        let error = run.ended(place, builder.build());
        assert!(error.unwrap().is_invalid());
    }
    run.end(place);
}

async fn settings_of_the_session(run: &mut Run) {
    let place = "settings of the session";
    let secret = plain_canary("in-an-address");
    let config = || {
        Config::builder()
            .auth_url("https://iam.example.com/v3")
            .user_id("u1")
            .password(canary("password"))
            .project_id("p1")
    };
    let both = |builder: ConfigBuilder| builder.token(canary("token"));
    for builder in [
        config().auth_url(format!("https://me:{secret}@iam.example.com/v3")),
        config().auth_url(format!("https://me:{secret}@iam.example.com:port/v3")),
        config().auth_url(format!("http://iam.example.com/v3?token={secret}")),
        config().auth_url(format!("https://iam.example.com/v3?token={secret}")),
        config().endpoint_override("vbs", format!("https://me:{secret}@vbs.example.com")),
        config().endpoint_override("vbs", format!("http://vbs.example.com/?token={secret}")),
        both(config()),
        config().auth_type("totp"),
        Config::builder().secret_key(canary("secret-key")),
        Config::builder().password(canary("password")),
    ] {
        run.value(place, &builder);
        let error = run.ended(place, builder.build());
        assert!(error.unwrap().is_config());
    }

    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, text: String| {
        std::fs::write(directory.path().join(name), text).unwrap();
    };
    file("bare", canary("client-key"));
    let key = plain_canary("client-key");
    file("key.pem", format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n"));
    let environment = Environment::empty()
        .working_directory(directory.path())
        .variable("OS_PASSWORD", canary("password"))
        .variable("OS_TOKEN", canary("token"));
    run.value(place, &environment);
    for name in ["bare", "key.pem"] {
        for builder in [config().cert(name), config().cacert(name)] {
            let config = builder.environment(&environment).build().unwrap();
            run.value(place, &config);
            let error = run.ended(place, Session::connect(config));
            assert!(error.unwrap().is_config(), "{name}");
        }
    }
    // A token with characters that are not allowed in a header, and a request that credentials must not be sent with.
    let given = Config::builder().token(format!("{}\n\nx", canary("token")));
    let session = Session::connect(given.project_id("p1").build().unwrap()).unwrap();
    for address in
        ["https://vbs.example.com/v2".to_owned(), format!("http://vbs.example.com/v2?token={secret}")]
    {
        let request = http::Request::get(address).body(Bytes::new());
        let error = session.authorize(&mut request.unwrap()).await;
        assert!(run.ended(place, error).unwrap().is_config());
    }
    run.end(place);
}
