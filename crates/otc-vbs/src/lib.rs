//! Client for the Open Telekom Cloud Volume Backup Service (VBS).
//!
//! ```no_run
//! use futures_util::TryStreamExt;
//! use otc_vbs::{BackupJobStatus, Client};
//!
//! # async fn f() -> Result<(), Box<dyn std::error::Error>> {
//! let vbs = Client::builder()
//!     .endpoint("https://vbs.eu-de.otc.t-systems.com")
//!     .project_id(std::env::var("OS_PROJECT_ID")?)
//!     .token(std::env::var("OS_TOKEN")?)
//!     .build()?;
//! for policy in vbs.policies().list().await? {
//!     let mut failed = vbs.policy(policy.backup_policy_id).tasks().status(BackupJobStatus::ExecuteFail).stream();
//!     while let Some(job) = failed.try_next().await? {
//!         println!("{} {} {:?}", job.created_at, job.job_id, job.fail_reason);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What the service can't break
//!
//! A status that the reference does not list is an `Other` that keeps its text, a field that it does not document is
//! passed over, a null is `None`, and an HTML page with status 503 is an [`Error`] with that status.
//!
//! # Errors
//!
//! One opaque type, [`Error`], with predicates and, where the service said something, its [`ServiceError`].

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod backup_jobs;
mod client;
mod error;
mod policies;
mod transport;
mod walk;

pub use backup_jobs::{BackupJobQuery, BackupJobStream};
pub use client::{Client, ClientBuilder};
pub use error::{Error, Result};
pub use policies::{Policies, PolicyRef};

pub use otc_vbs_api::types::{
    BackupJob, BackupJobList as BackupJobPage, BackupJobSortKey, BackupPolicy, PolicySchedule,
    SortDirection,
};
pub use otc_vbs_api::values::{
    BackupJobId, BackupJobStatus, JobId, PolicyId, PolicyStatus, ProjectId, ResourceId,
    ResourceType, RetainFirstBackup, Weekday,
};
pub use otc_vbs_api::{
    InvalidIdentifier, InvalidTimestamp, Operation, ServiceError, Transport, TransportError,
    TransportErrorKind, TransportFuture, UtcTimestamp,
};
