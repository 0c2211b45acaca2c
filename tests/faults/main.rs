//! What can go wrong between the client and the service, each with the error that comes of it and the number of requests
//! that were sent: no panic, a typed error, and nothing sent twice that must not be.

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
mod cancelled;
mod connections;
mod identity;
mod limits;
mod methods;
mod network;
mod pages;
mod redirects;
mod retry_after;
mod started_jobs;
mod time;
mod tls;
mod tls_of_a_cloud;

use std::time::Duration;

use otc_vbs::transport::RetryPolicy;

/// The policies of a project that has none.
const NO_POLICIES: &str = r#"{"backup_policies":[]}"#;

/// Repeats without a pause, unless the service asks for one.
fn at_once() -> RetryPolicy {
    RetryPolicy::default().jitter(|_| Duration::ZERO)
}
