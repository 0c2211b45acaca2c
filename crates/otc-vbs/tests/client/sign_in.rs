//! Signing in, and the project that the client then acts for.

use std::path::PathBuf;
use std::sync::Arc;

use otc_vbs::auth::{Config, Session};
use otc_vbs::{Client, ClientBuilder};
use otc_vbs_sandbox::Sandbox;

/// A sandbox, and the clouds.yaml that leads to it.
struct Clouds {
    sandbox: Sandbox,
    directory: tempfile::TempDir,
}

impl Clouds {
    async fn start() -> Self {
        let sandbox = Sandbox::builder().start().await.unwrap();
        let directory = tempfile::tempdir().unwrap();
        sandbox.write_clouds_yaml(directory.path().join("clouds.yaml")).unwrap();
        Self { sandbox, directory }
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("clouds.yaml")
    }

    fn builder(&self, cloud: &str) -> ClientBuilder {
        Client::builder().cloud(cloud).clouds_file(self.file())
    }

    fn session(&self) -> Session {
        let config = Config::builder()
            .auth_url(self.sandbox.identity_endpoint())
            .username(self.sandbox.user())
            .password(self.sandbox.password())
            .user_domain_name(self.sandbox.domain())
            .project_name(self.sandbox.project());
        Session::connect(config.build().unwrap()).unwrap()
    }
}

type Setter = fn(ClientBuilder) -> ClientBuilder;

/// Asserts that the client acts for a project, and has credentials for it.
async fn assert_acts_for(client: &Client, project_id: &str) {
    assert_eq!(client.project_id().as_str(), project_id);
    assert_eq!(client.policies().list().send().await.unwrap().items.len(), 3);
}

#[tokio::test]
async fn sign_in_acts_for_the_project_of_the_cloud() {
    let clouds = Clouds::start().await;
    let client = clouds.builder("sandbox-password").sign_in().await.unwrap();
    assert_acts_for(&client, clouds.sandbox.project_id()).await;
    let client = clouds.builder("sandbox-other").sign_in().await.unwrap();
    assert_acts_for(&client, clouds.sandbox.second_project_id()).await;
}

#[tokio::test]
async fn sign_in_acts_for_the_project_of_the_builder() {
    let clouds = Clouds::start().await;
    let sandbox = &clouds.sandbox;
    for kind in ["password", "id", "token", "aksk"] {
        let cloud = format!("sandbox-{kind}");
        let by_id = clouds.builder(&cloud).project_id(sandbox.second_project_id());
        let by_name = clouds.builder(&cloud).project_name(sandbox.second_project());
        for builder in [by_id, by_name] {
            let client = builder.sign_in().await.unwrap();
            assert_acts_for(&client, sandbox.second_project_id()).await;
        }
    }
}

/// Adds a warning to the configuration: a setting that is not in a cloud.
fn with_useless_setting(clouds: &Clouds) {
    let text = std::fs::read_to_string(clouds.file()).unwrap();
    std::fs::write(clouds.file(), format!("{text}verify: false\n")).unwrap();
}

#[tokio::test]
async fn sign_in_reports_warnings_to_the_callback() {
    let clouds = Clouds::start().await;
    with_useless_setting(&clouds);
    let (sender, warnings) = std::sync::mpsc::channel();
    let builder = clouds
        .builder("sandbox-password")
        .on_warning(move |warning| sender.send(warning.to_owned()).unwrap());
    builder.sign_in().await.unwrap();
    let warnings: Vec<_> = warnings.iter().collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("`verify` has no effect"), "{warnings:?}");
}

#[tokio::test]
async fn sign_in_reports_warnings_to_tracing_by_default() {
    let clouds = Clouds::start().await;
    with_useless_setting(&clouds);
    let log = clouds.directory.path().join("log");
    let subscriber = tracing_subscriber::fmt()
        .with_writer(Arc::new(std::fs::File::create(&log).unwrap()))
        .with_ansi(false)
        .without_time()
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    clouds.builder("sandbox-password").sign_in().await.unwrap();
    drop(guard);
    let log = std::fs::read_to_string(log).unwrap();
    let mut warnings = log.lines().filter(|line| line.contains("WARN"));
    let warning = warnings.next().unwrap();
    assert!(warning.contains("otc_vbs: "), "{log}");
    assert!(warning.contains("`verify` has no effect"), "{log}");
    assert_eq!(warnings.next(), None);
}

#[tokio::test]
async fn sign_in_looks_up_the_endpoint_in_the_region_of_the_builder() {
    let clouds = Clouds::start().await;
    let client = clouds.builder("sandbox-password").region("eu-de").sign_in().await;
    assert_acts_for(&client.unwrap(), clouds.sandbox.project_id()).await;
    let client = clouds.builder("sandbox-password").region("eu-nl").sign_in().await;
    let error = client.map(drop).unwrap_err().to_string();
    assert!(error.contains("eu-nl"), "{error}");
}

#[tokio::test]
async fn connect_acts_for_the_project_of_the_session() {
    let clouds = Clouds::start().await;
    let client = Client::builder().connect(clouds.session()).await.unwrap();
    assert_acts_for(&client, clouds.sandbox.project_id()).await;
}

#[tokio::test]
async fn connect_acts_for_the_project_of_the_builder() {
    let clouds = Clouds::start().await;
    let session = clouds.session();
    for project_id in [clouds.sandbox.second_project_id(), clouds.sandbox.project_id()] {
        let builder = Client::builder().project_id(project_id);
        let client = builder.connect(session.clone()).await.unwrap();
        assert_acts_for(&client, project_id).await;
    }
}

#[tokio::test]
async fn sign_in_settings_are_refused_by_build_and_connect() {
    let clouds = Clouds::start().await;
    let settings: [(&str, Setter); 4] = [
        ("cloud", |builder| builder.cloud("production")),
        ("clouds_file", |builder| builder.clouds_file("/etc/clouds.yaml")),
        ("project_name", |builder| builder.project_name("eu-de_other")),
        ("region", |builder| builder.region("eu-de")),
    ];
    for (name, set) in settings {
        let builder = Client::builder().endpoint("https://vbs.example").token("t");
        let built = set(builder.project_id("p1")).build();
        let connected = set(Client::builder()).connect(clouds.session()).await;
        for (function, refused) in [("build", built), ("connect", connected)] {
            let error = refused.map(drop).unwrap_err();
            assert!(error.is_invalid());
            let text = error.to_string();
            assert!(text.starts_with(&format!("{name} is set, and `{function}`")), "{text}");
        }
    }
}

#[tokio::test]
async fn project_by_id_and_by_name_is_refused() {
    let clouds = Clouds::start().await;
    let builder = clouds.builder("sandbox-password").project_id("p1");
    let error = builder.project_name("eu-de_other").sign_in().await.map(drop);
    assert!(error.unwrap_err().is_invalid());
}

#[tokio::test]
async fn token_may_have_a_byte_order_mark_and_line_ends() {
    let clouds = Clouds::start().await;
    let sandbox = &clouds.sandbox;
    let client = Client::builder()
        .endpoint(sandbox.endpoint())
        .project_id(sandbox.project_id())
        .token(format!("\u{feff}{}\r\n", sandbox.token()))
        .build()
        .unwrap();
    assert_acts_for(&client, sandbox.project_id()).await;
}
