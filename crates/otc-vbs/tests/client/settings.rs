//! The settings of the client's builder that reach the layers and the transport that sends. What each does is tested in
//! otc-http.

use std::time::Duration;

use futures_util::future::join_all;
use otc_vbs::transport::{HttpTransport, RateLimit};
use otc_vbs::transport::{Transport, TransportError, TransportErrorKind, TransportFuture};
use otc_vbs::{Client, ClientBuilder};
use otc_vbs_testing::{
    Authority, Fault, Faulty, PROJECT, Reply, Script, Socket, TOKEN, TestService as _, TlsServer, json,
};

use crate::{NO_POLICIES, at_once, raw_response};

const SECOND: Duration = Duration::from_secs(1);

fn builder(endpoint: &str) -> ClientBuilder {
    Client::builder().endpoint(endpoint).project_id(PROJECT).token(TOKEN).retry(at_once())
}

async fn lists_policies(builder: ClientBuilder) {
    let client = builder.build().unwrap();
    assert_eq!(client.policies().list().send().await.unwrap().items, []);
}

#[tokio::test(start_paused = true)]
async fn concurrency_and_rate_limit_reach_the_layers() {
    let late = Reply::Late(SECOND, Box::new(json(NO_POLICIES).into()));
    let one_at_a_time = Script::always(late);
    let builder = one_at_a_time.builder().concurrency(1);
    assert_eq!(times_of_three_calls(&one_at_a_time, builder).await, [0, 1000, 2000]);

    let one_per_second = Script::always(json(NO_POLICIES));
    let builder = one_per_second.builder().rate_limit(RateLimit::new(1, SECOND));
    assert_eq!(times_of_three_calls(&one_per_second, builder).await, [0, 1000, 2000]);
}

async fn times_of_three_calls(service: &Script, builder: ClientBuilder) -> Vec<u128> {
    let client = builder.build().unwrap();
    let policies = client.policies();
    let calls = join_all((0..3).map(|_| policies.list().send())).await;
    assert!(calls.iter().all(Result::is_ok));
    service.times()
}

#[tokio::test]
async fn max_body_reaches_the_transport() {
    let server = Faulty::with([Fault::json(NO_POLICIES)]).await;
    lists_policies(server.builder().max_body(NO_POLICIES.len())).await;
    let client = server.builder().max_body(NO_POLICIES.len() - 1).build().unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    assert!(error.to_string().contains("of `max_body`"), "{error}");
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn user_agent_follows_the_name_of_the_client() {
    let service = Script::always(json(NO_POLICIES));
    let own = concat!("otc-vbs/", env!("CARGO_PKG_VERSION"));
    lists_policies(service.builder()).await;
    lists_policies(service.builder().user_agent("report/1.2 (nightly)")).await;
    assert_eq!(service.headers("user-agent"), [own.to_owned(), format!("{own} report/1.2 (nightly)")]);
    let error = service.builder().user_agent("a\nb").build().unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(error.to_string(), "user_agent: it has characters that are not allowed in a header");
}

/// A layer that refuses every call.
struct Refusing;

impl Transport for Refusing {
    fn send(&self, request: http::Request<bytes::Bytes>) -> TransportFuture<'_> {
        assert!(!request.headers().contains_key("x-auth-token"));
        let error = TransportError::new(TransportErrorKind::Connect, "the drill");
        Box::pin(async { Err(error) })
    }
}

#[tokio::test]
async fn layer_of_the_builder_is_outermost() {
    let service = Script::always(json(NO_POLICIES));
    let client = service.builder().layer(|_| Refusing).build().unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    // The layer is outside the retry layer, so the call is not retried.
    assert_eq!(error.to_string(), "listBackupPolicies: the drill");
    assert_eq!(service.requests(), 0);
}

#[test]
fn http_endpoint_is_refused_unless_it_is_allowed_or_local() {
    const ELSEWHERE: &str = "http://vbs.example.com";
    for here in ["http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:1", "http://localhost"] {
        builder(here).build().unwrap();
    }
    for elsewhere in [ELSEWHERE, "http://localhost.example.com", "http://128.0.0.1", "http://[::2]"] {
        assert!(builder(elsewhere).build().unwrap_err().is_invalid());
    }
    builder(ELSEWHERE).allow_http(true).build().unwrap();
}

#[tokio::test]
async fn proxy_reaches_the_transport() {
    let proxy = Socket::listen().await;
    let url = format!("http://operator:open-sesame@{}", proxy.address());
    let elsewhere = || builder("http://vbs.example.com").allow_http(true);
    let call = lists_policies(elsewhere().proxy(url));
    let seen = proxy.receive(&raw_response(NO_POLICIES), call).await;
    let first = format!("GET http://vbs.example.com/v2/{PROJECT}/backuppolicy HTTP/1.1\r\n");
    assert!(seen.starts_with(&first), "{seen}");

    let error = elsewhere().proxy("nothing://a:open-sesame@b").build();
    let error = error.unwrap_err();
    assert!(error.is_invalid());
    assert!(!format!("{error} {error:?}").contains("open-sesame"), "{error:?}");
}

#[tokio::test]
async fn custom_transport_needs_no_allow_http() {
    let server = Faulty::with([Fault::json(NO_POLICIES)]).await;
    let http = HttpTransport::builder().no_proxy().build().unwrap();
    lists_policies(builder(&format!("http://{}", server.address())).transport(http)).await;
}

#[tokio::test]
async fn tls_settings_reach_the_transport() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let certificate = authority.issue("localhost");
    let server = TlsServer::start_for(&clients, certificate, raw_response(NO_POLICIES)).await;
    let identity = clients.issue("reports");
    let with_identity = || builder(&server.endpoint()).client_identity_pem(identity.pem.as_str());
    lists_policies(with_identity().root_certificate_pem(authority.pem())).await;
    lists_policies(with_identity().verify(false)).await;
    assert_eq!(server.requests(), 2);

    let client = with_identity().verify(true).build().unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    assert!(error.is_untrusted() && !error.is_connect() && !error.is_retryable());
    let trust = "to `.root_certificate_pem(…)` of the builder, `cacert` in clouds.yaml or `OS_CACERT`";
    let address = server.endpoint().replace("https://", "");
    assert_eq!(
        error.to_string(),
        format!(
            "listBackupPolicies: the certificate of {address} is not trusted: its issuer is not trusted; if it should be, add \
             the issuer's certificate {trust}"
        )
    );
    for builder in
        [with_identity().root_certificate_pem("no PEM"), with_identity().client_identity_pem("no PEM")]
    {
        assert!(builder.build().unwrap_err().is_invalid());
    }
}
