//! Whom the client trusts, and who it says it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use otc_vbs::{Client, ClientBuilder};
use otc_vbs_tests::{PROJECT, TOKEN};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::{NO_POLICIES, at_once};

struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate, and its key.
struct Certificate {
    der: CertificateDer<'static>,
    key: KeyPair,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    fn issue(&self, name: &str) -> Certificate {
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let pem = format!("{}{}", certificate.pem(), key.serialize_pem());
        Certificate {
            der: certificate.der().clone(),
            key,
            pem,
        }
    }
}

/// Named, since a build with more than one has no default.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// A server that answers each request with an empty list, by TLS.
struct Server {
    port: u16,
    requests: Arc<AtomicUsize>,
}

impl Server {
    /// With a certificate of `authority`; where `clients` is something, only for those who have a certificate of it.
    async fn start(authority: &Authority, clients: Option<&Authority>) -> Self {
        let Certificate { der, key, .. } = authority.issue("localhost");
        let builder = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = match clients {
            Some(clients) => {
                let mut roots = RootCertStore::empty();
                roots.add(clients.0.der().clone()).unwrap();
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
                        .build();
                builder.with_client_cert_verifier(verifier.unwrap())
            }
            None => builder.with_no_client_auth(),
        };
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = builder.with_single_cert(vec![der], key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    continue;
                };
                let mut seen = Vec::new();
                while !seen.ends_with(b"\r\n\r\n") {
                    match stream.read_u8().await {
                        Ok(byte) => seen.push(byte),
                        Err(_) => break,
                    }
                }
                if seen.is_empty() {
                    continue;
                }
                counted.fetch_add(1, Ordering::SeqCst);
                let length = NO_POLICIES.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{NO_POLICIES}"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { port, requests }
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .endpoint(format!("https://localhost:{}", self.port))
            .project_id(PROJECT)
            .token(TOKEN)
            .retry(at_once())
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_gets_no_token() {
    let authority = Authority::new();
    let server = Server::start(&authority, None).await;
    for builder in [
        server.builder(),
        server
            .builder()
            .root_certificate_pem(Authority::new().pem()),
    ] {
        let client = builder.build().unwrap();
        let error = client.policies().list().await.unwrap_err();
        assert!(error.is_connect(), "{error}");
        assert!(error.to_string().contains("certificate"), "{error}");
    }
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn roots_of_ones_own() {
    let authority = Authority::new();
    let server = Server::start(&authority, None).await;
    // Of several, each is trusted, in one text or apart.
    let others = format!("{}{}", Authority::new().pem(), authority.pem());
    for builder in [
        server.builder().root_certificate_pem(authority.pem()),
        server.builder().root_certificate_pem(others),
        server
            .builder()
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
    let server = Server::start(&authority, Some(&clients)).await;
    let builder = || server.builder().root_certificate_pem(authority.pem());
    let identity = clients.issue("reports").pem;
    let client = builder().client_identity_pem(identity).build().unwrap();
    assert_eq!(client.policies().list().await.unwrap(), []);
    assert_eq!(server.requests(), 1);

    let strange = Authority::new().issue("reports").pem;
    for builder in [builder(), builder().client_identity_pem(strange)] {
        let error = builder.build().unwrap().policies().list().await;
        assert!(error.unwrap_err().is_retryable());
    }
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn certificates_that_can_not_be_read() {
    let authority = Authority::new();
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for pem in ["", "no PEM", broken] {
        let builder = Server::start(&authority, None).await.builder();
        let error = builder.root_certificate_pem(pem).build().unwrap_err();
        assert!(error.is_invalid());
    }
    let Certificate { key, pem, .. } = authority.issue("reports");
    for pem in [
        "no PEM".to_owned(),
        key.serialize_pem(),
        pem.replace("MII", "xxx"),
    ] {
        let builder = Server::start(&authority, None).await.builder();
        let error = builder
            .client_identity_pem(pem.as_str())
            .build()
            .unwrap_err();
        assert!(error.is_invalid());
        assert!(!format!("{error:?}").contains("PRIVATE"), "{error:?}");
    }
}
