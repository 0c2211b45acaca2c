//! Client for the Open Telekom Cloud Volume Backup Service (VBS).
//!
//! [`Client::from_env`] signs in with the credentials that a service already has: the cloud of clouds.yaml that `OS_CLOUD` names,
//! or the `OS_*` variables. [`ClientBuilder`] has all settings.
//!
//! # List backup jobs
//!
//! ```no_run
//! use otc_vbs::Client;
//! use otc_vbs::types::BackupJobStatus;
//!
//! # async fn f() -> otc_vbs::Result<()> {
//! let vbs = Client::from_env().await?;
//! let mut failed = vbs.backup_jobs().each(|jobs| jobs.status(BackupJobStatus::ExecuteFail)).items();
//! while let Some(found) = failed.try_next().await? {
//!     println!("{:?}: {} {:?}", found.policy.backup_policy_name, found.job.created_at, found.job.failure());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! These are the jobs of all policies. [`PolicyHandle::backup_jobs`] lists those of one policy. Every list
//! has the same functions: setters for its filters, `items()` for a stream of all items, and `send()` for a
//! single page. Lists with pages also have `pages()`, a stream of pages, each with the marker of the next
//! one.
//!
//! # Back up a disk and wait
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use otc_vbs::types::DiskId;
//!
//! # async fn f(vbs: otc_vbs::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let disk = DiskId::new("f47a4ab5-11f5-4509-97f5-80ce0dd74e37")?;
//! let job = vbs.backups().create(disk, "before-update").send().await?;
//! println!("started job {}", job.id()); // store it, to wait again with `vbs.job(id)`
//! let done = job.wait().timeout(Duration::from_secs(4 * 3600)).await?;
//! println!("{:?}", done.backup_id());
//! # Ok(())
//! # }
//! ```
//!
//! # Manage policies
//!
//! ```no_run
//! use otc_vbs::Schedule;
//! use otc_vbs::types::DiskId;
//!
//! # async fn f(vbs: otc_vbs::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let schedule = Schedule::builder().at([1]).every_days(1).keep_backups(14).build()?;
//! let id = vbs.policies().create("nightly", &schedule).tags([("team", "db")]).send().await?;
//! let disk = DiskId::new("f47a4ab5-11f5-4509-97f5-80ce0dd74e37")?;
//! let outcome = vbs.policy(&id).associate([disk]).send().await?;
//! // The service responds with success even if it failed for every disk.
//! assert!(outcome.is_complete(), "{:?}", outcome.failed());
//! # Ok(())
//! # }
//! ```
//!
//! # Handle errors
//!
//! ```no_run
//! use otc_vbs::ErrorKind;
//!
//! # async fn f(vbs: otc_vbs::Client, policy: otc_vbs::types::PolicyId) -> otc_vbs::Result<()> {
//! match vbs.policy(&policy).run().send().await {
//!     Ok(()) => println!("started"),
//!     Err(error) => match error.kind() {
//!         ErrorKind::NotFound => println!("there is no such policy"),
//!         ErrorKind::Conflict => println!("it is running"),
//!         ErrorKind::RateLimited => println!("wait for {:?}", error.retry_after()),
//!         ErrorKind::Unavailable => println!("the service is down"),
//!         _ => return Err(error),
//!     },
//! }
//! # Ok(())
//! # }
//! ```
//!
//! There is one error type, [`Error`]: [`kind`](Error::kind) classifies every error,
//! [`advice`](Error::advice) says what to do, and [`service`](Error::service) returns the service's error.
//! Requests that fail for a reason that may pass are retried first, if that is safe.
//!
//! # Testing
//!
//! The feature `testing` has a transport with prepared responses, so that a service's unit tests need no socket:
//!
//! ```no_run
//! # #[cfg(feature = "testing")]
//! # async fn f() -> Result<(), Box<dyn std::error::Error>> {
//! use otc_vbs::http::{Method, StatusCode};
//! use otc_vbs::testing::{self, MockTransport, Reply};
//!
//! let none = Reply::json(StatusCode::OK, r#"{ "backup_policies": [] }"#);
//! let service = MockTransport::new().on(Method::GET, "/v2/*/backuppolicy", [none]);
//! let vbs = testing::client(&service)?;
//! assert!(vbs.policies().list().send().await?.items.is_empty());
//! assert_eq!(service.requests().len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! For tests of whole workflows, the crate `otc-vbs-sandbox` runs the service and its identity service inside
//! the test, on a local port: with policies, backups, jobs that take some time, faults to inject, and a clock
//! to advance.
//!
//! # Responses that are not as documented
//!
//! - A status that the reference does not list is `Other`, with its text. An unknown member is ignored, and a
//!   null is `None`.
//! - An optional member that can't be decoded is `None`, with a warning through `tracing` that names the operation and the member
//!   but no value. Numbers that are sent as text are accepted.
//! - An item without a usable id is an error of this item. The other items are returned.
//! - An HTML page with status 503 is an [`Error`] with that status.
//!
//! # Requests
//!
//! Each operation has a type in [`request`], with a setter for each parameter. All of them have `timeout`, `retry` and `header`
//! for this one call, and `response` to get the status, the headers and the request id with the result.
//!
//! Between a call and the network are layers for retries, limits of time, rate and concurrency, tracing and authorization. Each
//! has defaults that can be set, disabled or replaced: [`transport`] lists them. They need a Tokio runtime with time
//! and I/O enabled.
//!
//! # Features
//!
//! | feature | default | |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls |
//! | `rustls-no-provider` | | the same with the process's default crypto provider |
//! | `native-tls` | | TLS by the system's library, unless rustls is enabled |
//! | `native-tls-vendored` | | the same with a bundled OpenSSL, for systems without its headers |
//! | `clouds-yaml` | yes | credentials of clouds.yaml |
//! | `token-cache` | yes | tokens are stored in a file, for the next process |
//! | `aksk` | yes | access keys and secret keys |
//! | `gzip` | yes | compressed responses |
//! | `testing` | | the module `testing` |
//! | `schemars` | | JSON schemas of the wire types |

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod all_backup_jobs;
mod backups;
mod builder;
mod call;
mod client;
mod endpoint;
mod error;
mod generated;
mod jobs;
mod paging;
mod policies;
mod quotas;
mod response;
mod schedule_builder;
mod session;
mod shares;
mod task;
#[cfg(feature = "testing")]
pub mod testing;
pub mod v2;

pub use generated::request;

/// The types of the service: the bodies of requests and responses.
pub mod types {
    pub use otc_vbs_api::{
        DescriptionParts, ErrorCode, Failure, InvalidIdentifier, InvalidTimestamp, ResourceDetail,
        ServiceMetadata, TimestampOrText, UtcTimestamp, utc_timestamp,
    };

    pub use crate::all_backup_jobs::PolicyBackupJob;
    pub use crate::generated::types::*;
}

/// Computes when a backup policy is due from the schedule that the service returned. [`Schedule`] is the
/// schedule of a request.
pub use otc_vbs_api::schedule;

/// The crate `otc-http`, which sends requests: the [`Transport`](transport::Transport) trait, and the layers
/// between a call and the network, with their defaults.
pub use otc_http as transport;

/// The crate `otc-auth`: credentials, clouds.yaml, tokens and signatures.
pub use otc_auth as auth;

pub use all_backup_jobs::AllBackupJobs;
pub use backups::{BackupHandle, Backups};
pub use builder::ClientBuilder;
pub use client::Client;
pub use error::{Error, ErrorKind, Result};
pub use jobs::{JobHandle, Wait};
pub use paging::{ItemStream, Page, PageStream};
pub use policies::{Policies, PolicyHandle};
pub use quotas::Quotas;
pub use response::Response;
pub use schedule_builder::{Recurrence, Retention, Schedule, ScheduleBuilder};
pub use shares::{ShareHandle, Shares};

/// Types of other crates in the signatures of this one.
pub use {bytes, futures_core, http, jiff};
