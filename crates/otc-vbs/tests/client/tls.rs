//! TLS settings of a cloud, for the identity service and for VBS.

use std::path::Path;

use otc_vbs::Client;
use otc_vbs::auth::{Config, ConfigBuilder, Environment, Session};
use otc_vbs_testing::{Authority, PROJECT, TOKEN, TlsServer};

use crate::{NO_POLICIES, at_once, raw_response};

/// Keystone's response for a token: its project and its catalog.
fn token_facts(vbs: &TlsServer) -> String {
    let url = format!("{}/v2/{PROJECT}", vbs.endpoint());
    raw_response(&format!(
        r#"{{"token":{{"expires_at":"2999-01-01T00:00:00.000000Z","project":{{"id":"{PROJECT}","name":"eu-de"}},
        "catalog":[{{"type":"vbs","endpoints":[{{"interface":"public","region":"eu-de","url":"{url}"}}]}}]}}}}"#
    ))
}

struct Cloud {
    vbs: TlsServer,
    identity: TlsServer,
    files: tempfile::TempDir,
}

impl Cloud {
    async fn start(clients: Option<&Authority>) -> Self {
        let authority = Authority::new();
        let (one, other) = (authority.issue("localhost"), authority.issue("localhost"));
        let vbs = match clients {
            Some(clients) => TlsServer::start_for(clients, one, raw_response(NO_POLICIES)).await,
            None => TlsServer::start(one, raw_response(NO_POLICIES)).await,
        };
        let identity = TlsServer::start(other, token_facts(&vbs)).await;
        let files = tempfile::tempdir().unwrap();
        std::fs::write(files.path().join("ca.pem"), authority.pem()).unwrap();
        Self { vbs, identity, files }
    }

    /// The session of a cloud with these settings in addition to the credentials.
    fn session(&self, settings: &str) -> otc_vbs::auth::Result<Session> {
        let clouds = format!(
            "clouds:\n  c:\n    auth: {{auth_url: '{}/v3', token: {TOKEN}}}\n    region_name: eu-de\n    {settings}\n",
            self.identity.endpoint()
        );
        std::fs::write(self.path().join("clouds.yaml"), clouds).unwrap();
        let environment = Environment::empty().working_directory(self.path());
        Session::connect(Config::from_cloud("c", &environment)?)
    }

    fn path(&self) -> &Path {
        self.files.path()
    }

    async fn client(&self, settings: &str) -> otc_vbs::Result<Client> {
        let session = self.session(settings)?;
        Client::builder().retry(at_once()).connect(session).await
    }
}

#[tokio::test]
async fn untrusted_identity_service_gets_no_credentials() {
    let cloud = Cloud::start(None).await;
    let error = cloud.session("").unwrap().project_id().await.unwrap_err();
    assert!(error.is_untrusted() && !error.is_connect() && !error.is_retryable());
    let address = cloud.identity.endpoint().replace("https://", "");
    assert_eq!(
        error.to_string(),
        format!(
            "the identity service at localhost (GET /v3/auth/tokens): the certificate of {address} is not trusted: its \
             issuer is not trusted; if it should be, add the issuer's certificate to `cacert` in clouds.yaml, `OS_CACERT`, \
             or `.cacert(…)` of the builder"
        )
    );
    assert_eq!((cloud.identity.connections(), cloud.identity.requests()), (1, 0));
    let error = cloud.client("").await.unwrap_err();
    assert!(error.is_untrusted() && !error.is_auth() && !error.is_retryable());
}

#[tokio::test]
async fn error_names_the_problem_of_the_certificate() {
    let authority = Authority::new();
    let root = tempfile::tempdir().unwrap();
    let ca = root.path().join("ca.pem");
    std::fs::write(&ca, authority.pem()).unwrap();
    // Not every TLS library reports the name.
    let other_name = match cfg!(feature = "rustls") {
        true => "it is for iam.example.com, not for localhost",
        false => "it is for another host name",
    };
    for (certificate, problem) in [
        (authority.issue_expired("localhost"), "it expired"),
        (authority.issue("iam.example.com"), other_name),
    ] {
        let server = TlsServer::start(certificate, raw_response("{}")).await;
        let config: ConfigBuilder = Config::builder()
            .auth_url(format!("{}/v3", server.endpoint()))
            .token(TOKEN)
            .cacert(ca.to_string_lossy());
        let session = Session::connect(config.build().unwrap()).unwrap();
        let error = session.project_id().await.unwrap_err();
        assert!(error.is_untrusted() && !error.is_retryable(), "{error}");
        let text = error.to_string();
        assert!(text.contains(problem), "{text}");
        assert_eq!((server.connections(), server.requests()), (1, 0));
    }
}

#[tokio::test]
async fn authorities_of_a_cloud_are_trusted_for_vbs() {
    let cloud = Cloud::start(None).await;
    for settings in ["cacert: ca.pem", "verify: false", "insecure: true"] {
        let client = cloud.client(settings).await.unwrap();
        assert_eq!(client.policies().list().send().await.unwrap().items, [], "{settings}");
    }
    assert_eq!(cloud.vbs.requests(), 3);

    // The setting of the builder takes precedence.
    let session = cloud.session("verify: false").unwrap();
    let builder = Client::builder().verify(true);
    let client = builder.connect(session).await.unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    assert!(error.is_untrusted(), "{error}");
}

#[tokio::test]
async fn client_certificate_of_a_cloud_is_presented_to_vbs() {
    let clients = Authority::new();
    let cloud = Cloud::start(Some(&clients)).await;
    let identity = clients.issue("reports");
    let key = identity.key.serialize_pem();
    std::fs::write(cloud.path().join("key.pem"), &key).unwrap();
    std::fs::write(cloud.path().join("cert.pem"), identity.pem.replace(&key, "")).unwrap();
    std::fs::write(cloud.path().join("both.pem"), &identity.pem).unwrap();
    for settings in ["cert: cert.pem\n    key: key.pem", "cert: both.pem"] {
        let settings = format!("cacert: ca.pem\n    {settings}");
        let client = cloud.client(&settings).await.unwrap();
        assert_eq!(client.policies().list().send().await.unwrap().items, [], "{settings}");
    }
    assert_eq!(cloud.vbs.requests(), 2);
}
