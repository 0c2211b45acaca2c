//! Clients whose requests go to the servers and transports of otc-vbs-testing.

use otc_vbs::transport::RetryPolicy;
use otc_vbs::{Client, ClientBuilder};
use otc_vbs_testing::{Faulty, MockTransport, Script, Socket};

use crate::{PROJECT, TOKEN, prism, refusal_by_prism};

/// Clients whose requests go here.
pub trait TestService {
    /// The builder of a client with the project and the token of the tests.
    fn builder(&self) -> ClientBuilder;

    /// A client that repeats nothing.
    fn client(&self) -> Client {
        let builder = self.builder().retry(RetryPolicy::never());
        builder.build().expect("a client of the tests")
    }
}

impl TestService for Script {
    fn builder(&self) -> ClientBuilder {
        builder_for("https://vbs.example.com".to_owned()).transport(self.clone())
    }
}

impl TestService for MockTransport {
    fn builder(&self) -> ClientBuilder {
        builder_for("https://vbs.example.com".to_owned()).transport(self.clone())
    }
}

impl TestService for Faulty {
    fn builder(&self) -> ClientBuilder {
        builder_for(format!("http://{}", self.address()))
    }
}

impl TestService for Socket {
    fn builder(&self) -> ClientBuilder {
        builder_for(format!("http://{}", self.address()))
    }
}

fn builder_for(endpoint: String) -> ClientBuilder {
    Client::builder()
        .endpoint(endpoint)
        .project_id(PROJECT)
        .token(TOKEN)
}

/// Runs `call`, answers its one request with `response` (raw HTTP), and returns the request. If Prism is running, it checks
/// the request.
///
/// Redacted are the port, which differs from run to run, the version in the user agent, which every release changes, and
/// the token, which no snapshot may show.
pub async fn see(socket: &Socket, response: &str, call: impl Future) -> String {
    let request = socket.receive(response, call).await;
    if let Some(prism) = prism() {
        let refusal = refusal_by_prism(&prism, request.as_bytes()).await;
        assert_eq!(refusal, None, "Prism objects to\n{request}");
    }
    assert!(request.contains(TOKEN), "the token was not sent");
    request
        .replace("\r\n", "\n")
        .replace(&socket.address().to_string(), "[host]")
        .replace(TOKEN, "[token]")
        .replace(
            concat!("otc-vbs/", env!("CARGO_PKG_VERSION")),
            "otc-vbs/[version]",
        )
}
