#![allow(clippy::panic, clippy::unwrap_used)]

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::certificate_problem;
use crate::test_server::{answer_and_close, read_head};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    Authority::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn for_names(names: &[&str]) -> CertificateParams {
    CertificateParams::new(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()).unwrap()
}

/// The outcome of a request to a server whose certificate `authority` issued, if `trusted` is the trusted authority.
async fn problem(params: CertificateParams, authority: &Authority, trusted: &Authority) -> Option<String> {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    connect(certificate.der().clone(), &key, &trusted.pem()).await
}

/// The outcome if the authority is trusted.
async fn problem_of(params: CertificateParams) -> Option<String> {
    let authority = authority();
    problem(params, &authority, &authority).await
}

/// The outcome if the server's certificate is self-signed, and is trusted itself.
async fn problem_of_self_signed(params: CertificateParams) -> Option<String> {
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    connect(certificate.der().clone(), &key, &certificate.pem()).await
}

/// The problem with the certificate of a server at `localhost`. `None` if it answers.
async fn connect(certificate: CertificateDer<'static>, key: &KeyPair, trusted: &str) -> Option<String> {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    // A build of the whole workspace has ring as well, because of the command, and rustls then chooses neither.
    let _ = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider().install_default();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key);
    let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        if let Ok(mut stream) = acceptor.accept(stream).await {
            read_head(&mut stream).await;
            answer_and_close(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        }
    });
    let root = reqwest::Certificate::from_pem(trusted.as_bytes()).unwrap();
    let builder = reqwest::Client::builder().no_proxy().tls_certs_merge([root]);
    #[cfg(feature = "rustls-no-provider")]
    let builder = builder.tls_backend_rustls();
    #[cfg(not(feature = "rustls-no-provider"))]
    let builder = builder.tls_backend_native();
    let error = builder.build().unwrap().get(format!("https://localhost:{port}")).send().await.err()?;
    Some(certificate_problem(&error, "`cacert`").unwrap_or_else(|| panic!("{error:?}")))
}

/// Only rustls knows the date. Checks that the message has it, and removes it.
fn without(date: &str, problem: Option<String>) -> String {
    let problem = problem.unwrap();
    assert_eq!(problem.contains(date), cfg!(feature = "rustls-no-provider"), "{problem}");
    problem.replace(date, "")
}

#[tokio::test]
async fn good_certificate_has_no_problem() {
    assert_eq!(problem_of(for_names(&["localhost"])).await, None);
}

#[tokio::test]
async fn unknown_issuer_suggests_to_trust_it() {
    let mut stranger = CertificateParams::default();
    stranger.distinguished_name.push(DnType::CommonName, "Stranger");
    stranger.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let stranger = Authority::self_signed(stranger, KeyPair::generate().unwrap()).unwrap();
    assert_eq!(
        problem(for_names(&["localhost"]), &stranger, &authority()).await.unwrap(),
        "its issuer is not trusted; if it should be, add the issuer's certificate to `cacert`"
    );
}

#[tokio::test]
async fn recreated_issuer_of_the_same_name_is_explained() {
    assert_eq!(
        problem(for_names(&["localhost"]), &authority(), &authority()).await.unwrap(),
        "its signature is not its issuer's; if the issuer was recreated under the same name, add the issuer's \
         current certificate to `cacert`"
    );
}

#[tokio::test]
async fn expired_certificate_suggests_renewal() {
    let mut params = for_names(&["localhost"]);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2020, 2, 1);
    assert_eq!(
        without(" on Sat, 01 Feb 2020 00:00:00 GMT", problem_of(params).await),
        "it expired; renew it, or correct this machine's clock if that is wrong"
    );
}

#[tokio::test]
async fn certificate_of_the_future_points_to_the_clock() {
    let mut params = for_names(&["localhost"]);
    params.not_before = date_time_ymd(3000, 1, 1);
    params.not_after = date_time_ymd(3001, 1, 1);
    assert_eq!(
        without(" (its validity begins on Wed, 01 Jan 3000 00:00:00 GMT)", problem_of(params).await),
        "it is not valid yet; correct this machine's clock if that is wrong, or reissue the certificate"
    );
}

#[cfg(feature = "rustls-no-provider")]
#[tokio::test]
async fn wrong_name_lists_the_names_of_the_certificate() {
    assert_eq!(
        problem_of(for_names(&["vbs.example.com", "*.example.org", "10.0.0.1"])).await.unwrap(),
        "it is for vbs.example.com, *.example.org, 10.0.0.1, not for localhost; use one of its names in the URL, or \
         reissue it for localhost"
    );
    let many: Vec<String> = (0..30).map(|number| format!("{number}.example.com")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let problem = problem_of(for_names(&many)).await.unwrap();
    assert!(problem.contains("9.example.com and 20 more, not for localhost"), "{problem}");
}

#[cfg(not(feature = "rustls-no-provider"))]
#[tokio::test]
async fn wrong_name_is_explained() {
    assert_eq!(
        problem_of(for_names(&["vbs.example.com"])).await.unwrap(),
        "it is for another host name; use one of its names in the URL, or reissue it"
    );
}

#[cfg(feature = "rustls-no-provider")]
#[tokio::test]
async fn certificate_without_names_suggests_to_add_them() {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "localhost");
    assert_eq!(
        problem_of(params).await.unwrap(),
        "it has no subjectAltName, and the common name does not count; reissue it, for example with `openssl req … \
         -addext subjectAltName=DNS:localhost`"
    );
}

#[cfg(feature = "rustls-no-provider")]
#[tokio::test]
async fn self_signed_ca_certificate_of_a_server_says_how_to_recreate_it() {
    let mut params = for_names(&["localhost"]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    assert_eq!(
        problem_of_self_signed(params).await.unwrap(),
        "it is a CA certificate (`openssl req -x509` creates those by default), which a server can't use; recreate it with \
         `-addext basicConstraints=critical,CA:FALSE` and add it to `cacert`, or issue a server certificate with it"
    );
}

#[cfg(not(feature = "rustls-no-provider"))]
#[tokio::test]
async fn self_signed_ca_certificate_of_a_server_is_trusted() {
    let mut params = for_names(&["localhost"]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    assert_eq!(problem_of_self_signed(params).await, None);
}

/// The fix that the text about CA certificates recommends.
#[tokio::test]
async fn self_signed_server_certificate_is_trusted() {
    let mut params = for_names(&["localhost"]);
    params.is_ca = IsCa::ExplicitNoCa;
    assert_eq!(problem_of_self_signed(params).await, None);
}

#[tokio::test]
async fn client_certificate_does_not_identify_a_server() {
    let mut params = for_names(&["localhost"]);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    assert_eq!(
        problem_of(params).await.unwrap(),
        "it was not issued for servers; reissue it with extendedKeyUsage=serverAuth"
    );
}

#[test]
fn other_errors_have_no_certificate_problem() {
    let error = std::io::Error::other("the network is down");
    assert_eq!(certificate_problem(&error, "`cacert`"), None);
}

#[cfg(feature = "rustls-no-provider")]
#[test]
fn version_1_certificate_suggests_to_reissue_it() {
    use rustls::pki_types::pem::PemObject;
    use rustls::server::ParsedCertificate;

    /// Made by `openssl x509 -req -signkey`.
    const VERSION_1: &[u8] = b"\
-----BEGIN CERTIFICATE-----\n\
MIIBJDCBywIUcslCwhf8/8NvyG+ILFHRrNdaRCgwCgYIKoZIzj0EAwIwFDESMBAG\n\
A1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjE4MjUzNVoYDzIxMjYxMTAyMTgyNTM1\n\
WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n\
AASneD02CX9IVuQArfHPN4T2C4AFKmKcQ7E1j1b6ajUOFa5umIXJpZU5GP0G655O\n\
AiJ43jBxK1jDt/YIHl9PC4lsMAoGCCqGSM49BAMCA0gAMEUCIQD31Pfn5DGmjoTO\n\
pdA8Gexl7viPOqNsYsl5obwihemKVQIgFHo3qQ3dOl3lG4iyNBh1vEL9kxu8dORd\n\
7c2YwSSbG+I=\n\
-----END CERTIFICATE-----";
    let certificate = CertificateDer::from_pem_slice(VERSION_1).unwrap();
    let error = ParsedCertificate::try_from(&certificate).err().unwrap();
    assert_eq!(
        certificate_problem(&error, "`cacert`").unwrap(),
        "it is an X.509 version 1 certificate; reissue it as version 3, with a subjectAltName"
    );
}

#[cfg(feature = "rustls-no-provider")]
#[test]
fn missing_ip_address_suggests_to_add_it() {
    let error = rustls::CertificateError::NotValidForNameContext {
        expected: "10.0.0.1".try_into().unwrap(),
        presented: Vec::new(),
    };
    let problem = certificate_problem(&rustls::Error::from(error), "`cacert`").unwrap();
    assert!(problem.ends_with(" subjectAltName=IP:10.0.0.1`"), "{problem}");
}

#[cfg(feature = "native-tls")]
#[test]
fn texts_of_system_libraries_are_recognized() {
    use super::Problem;

    let openssl = |reason: &str| {
        Problem::of_text(&format!("error:0A000086:SSL routines::certificate verify failed: ({reason})"))
    };
    for (reason, problem) in [
        ("unable to get local issuer certificate", Problem::Issuer),
        ("self-signed certificate in certificate chain", Problem::Issuer),
        ("self signed certificate", Problem::Issuer),
        ("certificate signature failure", Problem::IssuerSignature),
        ("certificate has expired", Problem::Expired(None)),
        ("certificate is not yet valid", Problem::NotYetValid(None)),
        ("hostname mismatch", Problem::Name(None)),
        ("IP address mismatch", Problem::Name(None)),
        ("unsuitable certificate purpose", Problem::Purpose),
        ("certificate revoked", Problem::Revoked),
        ("EE certificate key too weak", Problem::Algorithm),
        ("CA md too weak", Problem::Algorithm),
        ("something else", Problem::Other),
    ] {
        assert_eq!(openssl(reason), Some(problem), "{reason}");
    }
    let schannel = "A certificate chain processed, but terminated in a root certificate which is not trusted by the trust \
                    provider.";
    assert_eq!(Problem::of_text(schannel), Some(Problem::Issuer));
    let schannel = "The certificate's CN name does not match the passed value.";
    assert_eq!(Problem::of_text(schannel), Some(Problem::Name(None)));
    for other in ["the handshake failed", "error:0A000412:SSL routines::ssl/tls alert bad certificate"] {
        assert_eq!(Problem::of_text(other), None, "{other}");
    }
}
