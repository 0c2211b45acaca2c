//! The client: its requests, how it reads responses, and its errors. How requests are sent and
//! retried is tested in otc-http, and the requests themselves in tests/requests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod authorization;
mod errors;
mod limits;
mod outcomes;
mod retries;
mod sessions;
mod settings;
mod sign_in;
mod tls;
mod tolerance;
mod tracing;
mod wait;
mod walks;

use std::time::Duration;

use otc_vbs::transport::RetryPolicy;

/// The list of a project without policies.
const NO_POLICIES: &str = r#"{"backup_policies":[]}"#;

/// Retries without a pause, unless the service asks for one or limits the rate.
fn at_once() -> RetryPolicy {
    RetryPolicy::default().jitter(|_| Duration::ZERO)
}

/// A raw response with this JSON.
fn raw_response(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}
