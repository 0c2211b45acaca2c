//! A token and an endpoint, without an identity service.

use std::process::Command;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::support::{Server, output_text, vbs};

const NO_POLICIES: &str = r#"{"backup_policies":[]}"#;

/// An https server for `localhost` that answers every request with an empty list of policies.
struct HttpsServer {
    port: u16,
    certificate: String,
    _runtime: tokio::runtime::Runtime,
}

impl HttpsServer {
    fn start() -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = certificate.self_signed(&key).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    continue;
                };
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                let length = NO_POLICIES.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
                     connection: close\r\n\r\n{NO_POLICIES}"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
                let _ = stream.shutdown().await;
            }
        });
        Self { port, certificate: certificate.pem(), _runtime: runtime }
    }

    fn tasks(&self) -> Command {
        let mut command = vbs("tasks --project-id p1 --endpoint");
        command.arg(format!("https://localhost:{}", self.port));
        command.env("OS_TOKEN", "secret-token");
        command
    }
}

fn run_to_text(command: &mut Command) -> String {
    output_text(&command.output().unwrap())
}

#[test]
fn os_insecure_disables_certificate_checks() {
    let server = HttpsServer::start();
    for on in ["true", "1", "yes", "on", "True"] {
        let text = run_to_text(server.tasks().env("OS_INSECURE", on));
        assert!(text.starts_with("exit code: 0\n"), "{on}: {text}");
    }
    for off in ["false", "0", ""] {
        let text = run_to_text(server.tasks().env("OS_INSECURE", off));
        assert!(text.starts_with("exit code: 5\n"), "{off}: {text}");
    }
    let text = run_to_text(server.tasks().env("OS_INSECURE", "maybe"));
    assert!(text.starts_with("exit code: 2\n"), "{text}");
    assert!(text.contains("OS_INSECURE"), "{text}");
}

#[test]
fn tilde_in_os_cacert_is_the_home_directory() {
    let server = HttpsServer::start();
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("ca.pem"), &server.certificate).unwrap();
    let text = run_to_text(server.tasks().env("HOME", home.path()).env("OS_CACERT", "~/ca.pem"));
    assert!(text.starts_with("exit code: 0\n"), "{text}");
}

#[test]
fn token_may_begin_with_a_byte_order_mark_and_end_with_a_line_end() {
    let server = Server::start("");
    let token = server.variable("OS_TOKEN");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    for text in [format!("\u{feff}{token}"), format!("{token}\r\n"), format!("\u{feff}{token}\n\n")] {
        std::fs::write(&file, &text).unwrap();
        let mut command = server.vbs("tasks nightly --limit 1 -o csv --token-file");
        let from_file = run_to_text(command.arg(&file).env_remove("OS_TOKEN"));
        assert!(from_file.starts_with("exit code: 0\n"), "{text:?}: {from_file}");
        let mut command = server.vbs("tasks nightly --limit 1 -o csv");
        let from_variable = run_to_text(command.env("OS_TOKEN", &text));
        assert!(from_variable.starts_with("exit code: 0\n"), "{text:?}: {from_variable}");
    }
}

#[test]
fn project_name_and_region_need_an_identity_service() {
    let server = Server::start("");
    for option in ["--project eu-de_other", "--region eu-de"] {
        let text = run_to_text(&mut server.vbs(&format!("tasks {option}")));
        assert!(text.starts_with("exit code: 2\n"), "{option}: {text}");
        let name = option.split_once(' ').unwrap().0;
        assert!(text.contains(name), "{option}: {text}");
        assert!(text.contains("OS_AUTH_URL"), "{option}: {text}");
    }
}

#[test]
fn project_option_with_an_id_works_without_an_identity_service() {
    let server = Server::start("");
    let project_id = server.variable("OS_PROJECT_ID").to_owned();
    let mut command = server.vbs(&format!("tasks nightly --limit 1 -o csv --project {project_id}"));
    let text = run_to_text(command.env_remove("OS_PROJECT_ID"));
    assert!(text.starts_with("exit code: 0\n"), "{text}");
}

#[test]
fn token_is_read_from_each_of_its_variables() {
    let server = Server::start("");
    let token = server.variable("OS_TOKEN");
    for name in ["OS_AUTH_TOKEN", "OS_TOKEN_ID"] {
        let mut command = server.vbs("tasks nightly --limit 1 -o csv");
        let output = run_to_text(command.env_remove("OS_TOKEN").env(name, token));
        assert!(output.starts_with("exit code: 0\n"), "{name}: {output}");
    }
}
