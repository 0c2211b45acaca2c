//! Whom the client trusts, and which certificate it presents.

use otc_http::{HttpTransport, HttpTransportBuilder, TransportErrorKind};
use otc_vbs_testing::{Authority, Certificate, TlsServer};

use crate::{Answer, BODY, immediate, request, retrying, send, status_of};

fn answer() -> String {
    let length = BODY.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{BODY}")
}

async fn serve(certificate: Certificate) -> TlsServer {
    TlsServer::start(certificate, answer()).await
}

fn builder() -> HttpTransportBuilder {
    HttpTransport::builder().no_proxy()
}

async fn get(server: &TlsServer, builder: HttpTransportBuilder) -> Answer {
    let request = request(http::Method::GET, &server.endpoint());
    send(retrying(immediate()), builder.build().unwrap(), request).await
}

/// The error about a certificate that is not trusted, after one attempt and without a request.
async fn problem(server: &TlsServer, builder: HttpTransportBuilder) -> String {
    let before = server.connections();
    let error = get(server, builder).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Untrusted, "{error}");
    assert_eq!(server.connections() - before, 1, "attempts");
    assert_eq!(server.requests(), 0);
    let text = error.to_string();
    let address = server.endpoint().replace("https://", "");
    let begin = format!("the certificate of {address} is not trusted: ");
    let problem = text.strip_prefix(&begin);
    problem.unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[tokio::test]
async fn server_of_an_unknown_issuer_gets_no_request() {
    let server = serve(Authority::called("A name").issue("localhost")).await;
    let stranger = builder().root_certificate_pem(Authority::new().pem());
    let namesake = builder().root_certificate_pem(Authority::called("A name").pem());
    let trust = "to `.root_certificate_pem(…)` of the builder";
    let unknown = format!("its issuer is not trusted; if it should be, add the issuer's certificate {trust}");
    let other_key = format!(
        "its signature is not its issuer's; if the issuer was recreated under the same name, add the issuer's current \
         certificate {trust}"
    );
    for (builder, expected) in [(builder(), &unknown), (stranger, &unknown), (namesake, &other_key)] {
        assert_eq!(problem(&server, builder).await, *expected);
    }
}

#[tokio::test]
async fn expired_and_future_certificates_are_named() {
    let authority = Authority::new();
    let clock = "correct this machine's clock if that is wrong";
    for (certificate, problem, date, advice) in [
        (
            authority.issue_expired("localhost"),
            "it expired",
            " on Sat, 01 Feb 2020 00:00:00 GMT",
            format!("; renew it, or {clock}"),
        ),
        (
            authority.issue_for_later("localhost"),
            "it is not valid yet",
            " (its validity begins on Wed, 01 Jan 3000 00:00:00 GMT)",
            format!("; {clock}, or reissue the certificate"),
        ),
    ] {
        let server = serve(certificate).await;
        let builder = builder().root_certificate_pem(authority.pem());
        let text = self::problem(&server, builder).await;
        // Not every library reports the dates.
        let date = if cfg!(feature = "rustls") { date } else { "" };
        assert_eq!(text, format!("{problem}{date}{advice}"));
    }
}

#[tokio::test]
async fn certificate_of_another_host_is_named() {
    let authority = Authority::new();
    let server = serve(authority.issue("service.example.com")).await;
    let builder = builder().root_certificate_pem(authority.pem());
    let text = problem(&server, builder).await;
    // Not every library reports the names.
    let of_rustls = "it is for service.example.com, not for localhost; use one of its names in the URL, or reissue it for \
                     localhost";
    assert!(text == of_rustls || !cfg!(feature = "rustls"), "{text}");
}

#[tokio::test]
async fn verify_false_accepts_any_certificate() {
    let server = serve(Authority::new().issue("localhost")).await;
    assert_eq!(status_of(&get(&server, builder().verify(false)).await), 200);
    assert_eq!(server.requests(), 1);
    let error = get(&server, builder().verify(true)).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Untrusted);
}

#[tokio::test]
async fn each_of_several_roots_is_trusted() {
    let authority = Authority::new();
    let server = serve(authority.issue("localhost")).await;
    let bundle = format!("{}{}", Authority::new().pem(), authority.pem());
    for builder in [
        builder().root_certificate_pem(authority.pem()),
        builder().root_certificate_pem(bundle),
        builder().root_certificate_pem(Authority::new().pem()).root_certificate_pem(authority.pem()),
    ] {
        assert_eq!(status_of(&get(&server, builder).await), 200);
    }
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn client_certificate_is_presented() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let server = TlsServer::start_for(&clients, authority.issue("localhost"), answer()).await;
    let builder = || builder().root_certificate_pem(authority.pem());
    let identity = clients.issue("reports").pem;
    let answer = get(&server, builder().client_identity_pem(identity)).await;
    assert_eq!(status_of(&answer), 200);
    assert_eq!(server.requests(), 1);

    let strange = Authority::new().issue("reports").pem;
    for builder in [builder(), builder().client_identity_pem(strange)] {
        let error = get(&server, builder).await.unwrap_err();
        let kind = error.kind();
        assert!(matches!(kind, TransportErrorKind::Connect | TransportErrorKind::Interrupted), "{error}");
    }
    assert_eq!(server.requests(), 1);
}

#[test]
fn unusable_certificates_are_refused_without_showing_keys() {
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for pem in ["", "no PEM", broken] {
        let error = builder().root_certificate_pem(pem).build().unwrap_err();
        assert!(error.to_string().starts_with("root_certificate_pem: "), "{error}");
    }
    let certificate = Authority::new().issue("reports");
    for pem in ["no PEM".to_owned(), certificate.key.serialize_pem(), certificate.pem.replace("MII", "xxx")] {
        let error = builder().client_identity_pem(pem).build().unwrap_err();
        assert!(error.to_string().starts_with("client_identity_pem: "), "{error}");
        assert!(!format!("{error} {error:?}").contains("BEGIN PRIVATE KEY-----\nMII"), "{error:?}");
    }
}
