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
//! # Responses that are not as documented
//!
//! - A status that the reference does not list is an `Other` that keeps its text.
//! - A field that it does not document is ignored, and a null is `None`.
//! - An HTML page with status 503 is an [`Error`] with that status.
//!
//! # Between a call and the network
//!
//! Retries, limits of time, rate and concurrency, tracing, authorization: each is a layer with defaults that can be set,
//! disabled or replaced. [`transport`] lists their order and defaults. They need a Tokio runtime with time enabled.
//!
//! # Features
//!
//! - `rustls` (default): TLS by rustls.
//! - `native-tls`: TLS by the system's library, unless `rustls` is enabled.
//! - `native-tls-vendored`: the same with a bundled OpenSSL, for systems without its headers.
//!
//! # Errors
//!
//! One opaque type, [`Error`], with predicates and advice ([`Error::advice`]). If the service answered, [`Error::service`] is
//! what it said.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod backup;
mod backup_jobs;
mod backups;
mod body;
mod builder;
mod call;
mod client;
mod endpoint;
mod error;
mod filters;
mod jobs;
mod native_backups;
mod policies;
mod policies_by_tag;
mod policy;
mod quotas;
mod schedule;
mod session;
mod shares;
mod text;
mod walk;

/// Carries requests: the [`Transport`] trait, and the layers between a call and the network with their defaults. The crate
/// `otc-http`.
pub use otc_http as transport;

/// Who the caller is: credentials, clouds.yaml, tokens and signatures. The crate `otc-auth`.
pub use otc_auth as auth;

pub use backup::BackupRef;
pub use backup_jobs::BackupJobQuery;
pub use backups::{Backups, CreateBackup, CreateNativeBackup};
pub use builder::ClientBuilder;
pub use client::Client;
pub use error::{Error, Result};
pub use jobs::{JobHandle, Jobs, Wait};
pub use native_backups::{BackupQuery, BackupQueryV2, BackupSummaryQuery, BackupSummaryQueryV2};
pub use policies::{CreatePolicy, Policies};
pub use policies_by_tag::PoliciesByTag;
pub use policy::{PolicyRef, UpdatePolicy};
pub use quotas::Quotas;
pub use schedule::{Recurrence, Retention, Schedule, ScheduleBuilder};
pub use shares::{ShareQuery, ShareRef, Shares};
pub use walk::ItemStream;

pub use otc_http::{
    ResponseNote, RetryAfter, ServiceError, Transport, TransportError, TransportErrorKind, TransportFuture,
};
pub use otc_vbs_api::types::{
    AssociatedResource, AssociationOutcome, Backup, BackupJob, BackupJobList as BackupJobPage,
    BackupJobSortKey, BackupList as BackupPage, BackupListV2 as BackupPageV2, BackupPolicy, BackupShare,
    BackupSortKey, BackupSummary, BackupSummaryList as BackupSummaryPage, BackupV2, CreatedBackupShare,
    FailedResource, Job, JobEntities, Link, PolicyQueryAction, PolicySchedule, Quota, RestoredDisk,
    SharedBackup, SortDirection, Tag, TagAction, TagValues, TaggedPolicy,
    TaggedPolicyList as TaggedPolicyPage,
};
pub use otc_vbs_api::values::{
    BackupId, BackupJobId, BackupJobStatus, BackupStatus, DiskId, JobId, JobStatus, JobType, LinkRelation,
    PolicyId, PolicyMatchField, PolicyStatus, ProjectId, QuotaType, ResourceId, ResourceType,
    RetainFirstBackup, ShareId, SnapshotId, Weekday,
};
pub use otc_vbs_api::{
    DescriptionParts, ErrorCode, Failure, InvalidIdentifier, InvalidTimestamp, Operation, ResourceDetail,
    ServiceMetadata, UtcTimestamp,
};
