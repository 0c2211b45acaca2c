//! Certificate authorities, the certificates that they issue, and a TLS server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
    date_time_ymd,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// A certificate authority that is not trusted by default.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate with its private key.
pub struct Certificate {
    der: CertificateDer<'static>,
    /// The certificate and its private key as PEM.
    pub pem: String,
    /// The private key.
    pub key: KeyPair,
}

impl Authority {
    /// An authority with a unique name.
    pub fn new() -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let number = MADE.fetch_add(1, Ordering::SeqCst);
        Self::called(&format!("Authority {number}"))
    }

    /// An authority with this name. Two with the same name have different keys.
    pub fn called(name: &str) -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.distinguished_name = named(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    /// The authority's certificate as PEM.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Issues a certificate for this host name.
    pub fn issue(&self, name: &str) -> Certificate {
        self.issue_with(name, |_| {})
    }

    /// Issues a certificate that has expired.
    pub fn issue_expired(&self, name: &str) -> Certificate {
        self.issue_with(name, |params| {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2020, 2, 1);
        })
    }

    /// Issues a certificate that is not valid yet.
    pub fn issue_for_later(&self, name: &str) -> Certificate {
        self.issue_with(name, |params| {
            params.not_before = date_time_ymd(3000, 1, 1);
            params.not_after = date_time_ymd(3001, 1, 1);
        })
    }

    fn issue_with(&self, name: &str, set: impl FnOnce(&mut CertificateParams)) -> Certificate {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name = named(name);
        set(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let pem = format!("{}{}", certificate.pem(), key.serialize_pem());
        Certificate { der: certificate.der().clone(), pem, key }
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

/// A TLS server that gives every request the same answer.
pub struct TlsServer {
    port: u16,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl TlsServer {
    /// Starts a server with this certificate that accepts every client.
    pub async fn start(certificate: Certificate, answer: String) -> Self {
        Self::listen(certificate, None, answer).await
    }

    /// Starts a server that accepts only clients with a certificate issued by `clients`.
    pub async fn start_for(clients: &Authority, certificate: Certificate, answer: String) -> Self {
        Self::listen(certificate, Some(clients), answer).await
    }

    async fn listen(certificate: Certificate, clients: Option<&Authority>, answer: String) -> Self {
        let Certificate { der, key, .. } = certificate;
        // A build of the whole workspace has ring as well, because of the command, and rustls then chooses neither.
        let _ = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider().install_default();
        let builder = match clients {
            Some(clients) => {
                let mut roots = RootCertStore::empty();
                roots.add(clients.0.der().clone()).unwrap();
                let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build();
                ServerConfig::builder().with_client_cert_verifier(verifier.unwrap())
            }
            None => ServerConfig::builder().with_no_client_auth(),
        };
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = builder.with_single_cert(vec![der], key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            connections: Arc::default(),
            requests: Arc::default(),
        };
        let (connections, requests) = (Arc::clone(&server.connections), Arc::clone(&server.requests));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.fetch_add(1, Ordering::SeqCst);
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
                requests.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        server
    }

    /// The URL of the server, with the host name `localhost`.
    pub fn endpoint(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// The number of connections, including those whose handshake failed.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The number of requests that arrived.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}
