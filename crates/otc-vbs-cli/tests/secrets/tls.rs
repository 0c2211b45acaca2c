//! TLS with a certificate of the client, and HTTP/2, which no sandbox on this machine speaks.

use std::sync::Arc;

use otc_vbs::Client;
use otc_vbs_testing::PROJECT;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::Run;
use otc_vbs_testing::{Canaries, canary};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Frames of HTTP/2: an empty SETTINGS, and the HEADERS that answer the first request with status 200 and nothing else.
const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
const STATUS_200: [u8; 10] = [0, 0, 1, 1, 5, 0, 0, 0, 1, 0x88];
const HEADERS: u8 = 1;

/// A server that answers each request with status 200, by HTTP/2.
async fn server(authority: &Authority) -> u16 {
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            stream.write_all(&SETTINGS).await.unwrap();
            let mut preface = [0; 24];
            stream.read_exact(&mut preface).await.unwrap();
            let mut head = [0; 9];
            while stream.read_exact(&mut head).await.is_ok() {
                let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
                let mut payload = vec![0; length as usize];
                stream.read_exact(&mut payload).await.unwrap();
                if head[3] == HEADERS {
                    stream.write_all(&STATUS_200).await.unwrap();
                }
            }
        }
    });
    port
}

pub(crate) async fn run(run: &mut Run, canaries: &mut Canaries) {
    let authority = authority();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["reports".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    // Behind what every key of this kind begins with.
    canaries.add("the key of the client", &key.serialize_der()[40..60]);
    let identity = format!("{}{}", certificate.pem(), key.serialize_pem());

    let endpoint = format!("https://localhost:{}", server(&authority).await);
    for (place, roots) in [("HTTP/2", authority.pem()), ("TLS with a stranger", self::authority().pem())] {
        let builder = Client::builder()
            .endpoint(&endpoint)
            .project_id(PROJECT)
            .token(canary("given-token"))
            .root_certificate_pem(roots)
            .client_identity_pem(identity.as_str());
        run.value(place, &builder);
        let client = builder.build().unwrap();
        run.value(place, &client);
        let error = run.ended(place, client.policies().list().send().await).unwrap();
        let targets: &[&str] = match place {
            "HTTP/2" => {
                assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
                &["rustls", "h2::", "Headers"]
            }
            _ => {
                assert!(error.is_untrusted(), "{error}");
                &["rustls"]
            }
        };
        run.end_heard(place, targets);
    }
}
