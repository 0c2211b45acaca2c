//! Whom the client trusts, and who it says it is.

use otc_vbs::{Client, ClientBuilder};
use otc_vbs_tests::{Authority, PROJECT, TOKEN, TlsServer};

use crate::{NO_POLICIES, at_once};

pub(crate) fn answer(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

/// A server with a good certificate of `authority`.
async fn server(authority: &Authority) -> TlsServer {
    TlsServer::start(authority.issue("localhost"), answer(NO_POLICIES)).await
}

fn builder(server: &TlsServer) -> ClientBuilder {
    Client::builder()
        .endpoint(server.endpoint())
        .project_id(PROJECT)
        .token(TOKEN)
        .retry(at_once())
}

/// The text of the error that comes of a certificate that is not trusted: after one attempt, and without a request.
async fn untrusted(server: &TlsServer, builder: ClientBuilder) -> String {
    let before = server.connections();
    let client = builder.build().unwrap();
    let error = client.policies().list().await.unwrap_err();
    assert!(error.is_untrusted(), "{error}");
    assert!(!error.is_connect() && !error.is_retryable(), "{error}");
    assert_eq!(server.connections() - before, 1, "attempts");
    assert_eq!(server.requests(), 0);
    let text = error.to_string();
    let address = server.endpoint().replace("https://", "");
    let begin = format!("listBackupPolicies: the certificate of {address} is not trusted: ");
    let problem = text.strip_prefix(&begin);
    problem.unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_gets_no_token() {
    let server = server(&Authority::called("A name")).await;
    let stranger = builder(&server).root_certificate_pem(Authority::new().pem());
    let namesake = builder(&server).root_certificate_pem(Authority::called("A name").pem());
    let trust = "to `.root_certificate_pem(…)` of the builder, `cacert` in clouds.yaml or `OS_CACERT`";
    let unknown = format!("its issuer is not trusted; if it should be, add the issuer's certificate {trust}");
    let other_key = format!(
        "its signature is not its issuer's; if the issuer was recreated under the same name, add the issuer's current \
         certificate {trust}"
    );
    for (builder, problem) in [
        (builder(&server), &unknown),
        (stranger, &unknown),
        (namesake, &other_key),
    ] {
        assert_eq!(untrusted(&server, builder).await, *problem);
    }
}

#[tokio::test]
async fn a_certificate_out_of_its_time() {
    let authority = Authority::new();
    for (certificate, problem) in [
        (
            authority.issue_expired("localhost"),
            "it expired on Sat, 01 Feb 2020 00:00:00 GMT; renew it, or correct this machine's clock if that is wrong",
        ),
        (
            authority.issue_for_later("localhost"),
            "it is not valid yet (its validity begins on Wed, 01 Jan 3000 00:00:00 GMT); correct this machine's clock if \
             that is wrong, or reissue the certificate",
        ),
    ] {
        let server = TlsServer::start(certificate, answer(NO_POLICIES)).await;
        let builder = builder(&server).root_certificate_pem(authority.pem());
        assert_eq!(untrusted(&server, builder).await, problem);
    }
}

#[tokio::test]
async fn a_certificate_of_another_host() {
    let authority = Authority::new();
    let certificate = authority.issue("vbs.example.com");
    let server = TlsServer::start(certificate, answer(NO_POLICIES)).await;
    let builder = builder(&server).root_certificate_pem(authority.pem());
    let text = untrusted(&server, builder).await;
    // Not every library reports the names.
    let of_rustls = "it is for vbs.example.com, not for localhost; use one of its names in the URL, or reissue it for localhost";
    assert!(text == of_rustls || !cfg!(feature = "rustls"), "{text}");
}

#[tokio::test]
async fn any_certificate_where_none_is_checked() {
    let server = server(&Authority::new()).await;
    let client = builder(&server).verify(false).build().unwrap();
    assert_eq!(client.policies().list().await.unwrap(), []);
    assert_eq!(server.requests(), 1);
    untrusted_after_all(builder(&server).verify(true)).await;
}

async fn untrusted_after_all(builder: ClientBuilder) {
    let error = builder.build().unwrap().policies().list().await;
    assert!(error.unwrap_err().is_untrusted());
}

#[tokio::test]
async fn roots_of_ones_own() {
    let authority = Authority::new();
    let server = server(&authority).await;
    // Of several, each is trusted, in one text or apart.
    let others = format!("{}{}", Authority::new().pem(), authority.pem());
    for builder in [
        builder(&server).root_certificate_pem(authority.pem()),
        builder(&server).root_certificate_pem(others),
        builder(&server)
            .root_certificate_pem(Authority::new().pem())
            .root_certificate_pem(authority.pem()),
    ] {
        let client = builder.build().unwrap();
        assert_eq!(client.policies().list().await.unwrap(), []);
    }
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a_certificate_of_the_client() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let certificate = authority.issue("localhost");
    let server = TlsServer::start_for(&clients, certificate, answer(NO_POLICIES)).await;
    let builder = || builder(&server).root_certificate_pem(authority.pem());
    let identity = clients.issue("reports").pem;
    let client = builder().client_identity_pem(identity).build().unwrap();
    assert_eq!(client.policies().list().await.unwrap(), []);
    assert_eq!(server.requests(), 1);

    let strange = Authority::new().issue("reports").pem;
    for builder in [builder(), builder().client_identity_pem(strange)] {
        let error = builder.build().unwrap().policies().list().await;
        let error = error.unwrap_err();
        assert!(error.is_retryable() && !error.is_untrusted(), "{error}");
    }
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn certificates_that_can_not_be_read() {
    let authority = Authority::new();
    let server = server(&authority).await;
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for pem in ["", "no PEM", broken] {
        let error = builder(&server).root_certificate_pem(pem).build();
        assert!(error.unwrap_err().is_invalid());
    }
    let certificate = authority.issue("reports");
    for pem in [
        "no PEM".to_owned(),
        certificate.key.serialize_pem(),
        certificate.pem.replace("MII", "xxx"),
    ] {
        let error = builder(&server).client_identity_pem(pem).build();
        let error = error.unwrap_err();
        assert!(error.is_invalid());
        assert!(!format!("{error:?}").contains("PRIVATE"), "{error:?}");
    }
}
