//! The errors of the client. How requests are sent and repeated is tested in otc-http.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod answers;
mod authorization;
mod bodies;
mod identity;
mod kinds;
mod methods;
mod pages;
mod settings;
mod started_jobs;
mod tls_of_a_cloud;
mod transport_errors;

use std::time::Duration;

use otc_vbs::transport::RetryPolicy;

/// The list of a project without policies.
const NO_POLICIES: &str = r#"{"backup_policies":[]}"#;

/// Repeats without a pause, unless the service asks for one or limits the rate.
fn at_once() -> RetryPolicy {
    RetryPolicy::default().jitter(|_| Duration::ZERO)
}

/// A raw response with this JSON.
fn raw_response(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}
