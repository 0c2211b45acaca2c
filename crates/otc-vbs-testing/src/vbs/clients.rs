//! Clients whose requests go to the servers and transports of this crate.

use otc_vbs::transport::RetryPolicy;
use otc_vbs::{Client, ClientBuilder};

use super::{PROJECT, TOKEN};
use crate::{Faulty, MockTransport, Script, Socket};

/// Clients whose requests go here.
pub trait TestService {
    /// The builder of a client with the project and the token of the tests.
    fn builder(&self) -> ClientBuilder;

    /// A client that retries nothing.
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
    Client::builder().endpoint(endpoint).project_id(PROJECT).token(TOKEN)
}
