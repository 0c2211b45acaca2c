//! A client without a network and constructors of errors, for tests of services. Needs the feature `testing`.
//!
//! A client of a [`MockTransport`] sends and decodes like every other client. Only the last step, the network, is replaced:
//!
//! ```
//! use otc_vbs::http::{Method, StatusCode};
//! use otc_vbs::testing::{self, MockTransport, Reply};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let policies = r#"{ "backup_policies": [{ "backup_policy_id": "p1", "backup_policy_name": "nightly" }] }"#;
//! let service = MockTransport::new()
//!     .on(Method::GET, "/v2/*/backuppolicy", [Reply::json(StatusCode::OK, policies)])
//!     .always(Reply::error(StatusCode::NOT_FOUND, "AutoBackup.1100", "no such policy"));
//! let vbs = testing::client(&service)?;
//!
//! let policies = vbs.policies().list().send().await?;
//! assert_eq!(policies.items[0].backup_policy_name.as_deref(), Some("nightly"));
//! let error = vbs.policy(&policies.items[0].backup_policy_id).delete().send().await.unwrap_err();
//! assert!(error.is_not_found());
//! assert_eq!(service.requests()[1].path_and_query(), "/v2/project/backuppolicy/p1");
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! If a service calls the client through its own trait, its tests need only values: the wire types have
//! constructors for their required members, and public fields ([`types`](crate::types)), and this module
//! creates errors of each kind.
//!
//! For workflows, use the crate `otc-vbs-sandbox`.

pub use otc_http::testing::{MockTransport, RecordedRequest, Reply};

use http::StatusCode;
use otc_http::{RetryPolicy, ServiceError, TransportError, TransportErrorKind};

use crate::error::Cause;
use crate::types::{Job, JobId};
use crate::{Client, Error, Result};

/// The project of the client: the requests of [`client`] go to paths such as `/v2/project/backuppolicy`.
pub const PROJECT_ID: &str = "project";

/// A client that sends its requests to this transport. It does not retry requests, so each call sends one.
///
/// # Errors
///
/// Does not fail: the settings are fixed.
pub fn client(transport: &MockTransport) -> Result<Client> {
    Client::builder()
        .endpoint("https://vbs.example.com")
        .project_id(PROJECT_ID)
        .token("token")
        .retry(RetryPolicy::never())
        .transport(transport.clone())
        .build()
}

/// The error of a request that the service answered with this status, code and message.
pub fn service_error(status: StatusCode, code: &str, message: &str) -> Error {
    let error = ServiceError::new(status).with_code(code).with_message(message);
    Error::of_cause(Cause::Service { error, note: None, retry_after: None })
}

/// The error of a request without a complete response.
pub fn transport_error(kind: TransportErrorKind) -> Error {
    Error::of_cause(Cause::transport(TransportError::new(kind, "made for a test")))
}

/// The error of a wait for a job that failed.
pub fn job_failed(job: Job) -> Error {
    Error::job_failed("get_job", job)
}

/// The error of a wait that ended before the job.
pub fn wait_timed_out(job: JobId) -> Error {
    let problem = format!("job {job} has not ended in time");
    Error::wait_timed_out("get_job", job, problem)
}
