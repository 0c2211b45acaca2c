//! The generated client of the Open Telekom Cloud Volume Backup Service (VBS).
//!
//! Services use the crate `otc-vbs`, which is built on this one.
//!
//! Generated from the OpenAPI document:
//!
//! - [`types`] and [`values`]: the wire types.
//! - [`Client`]: one function for each operation.
//! - [`OPERATIONS`]: the operations as data.
//! - [`limits`]: the service's limits for requests. Each request body has a function `check`.
//!
//! Written by hand around it:
//!
//! - [`TransportAdapter`]: sends requests through any [`otc_http::Transport`].
//! - [`RecordedCall`]: a call whose status and request id are kept, whether it succeeds or fails.
//! - [`limit`]: the types of the limits, and the [`Violation`](limit::Violation) of one.
//! - [`UtcTimestamp`]: the times of the service. Most of them have no zone.
//! - [`schedule`]: computes when a backup policy is due.
//!
//! The crates whose types appear in signatures are re-exported: [`bytes`], [`http`] and [`jiff`].
//!
//! # Features
//!
//! - `client` (default): the client. Without it, the crate has the types, the limits and the operations, and builds no HTTP
//!   library.
//! - `codegen` (default): generates the source when the crate is built. Without it, a committed copy is compiled.
//! - `schemars`: JSON schemas of the wire types.

#[cfg(feature = "client")]
mod adapter;
mod association;
mod backup_text;
#[cfg(feature = "client")]
mod client;
mod error_code;
mod failure;
mod fault_code;
#[allow(missing_docs, unused_imports, unused_mut, unreachable_pub, clippy::all)]
#[cfg(feature = "codegen")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}
#[allow(missing_docs, unused_imports, unused_mut, unreachable_pub, clippy::all)]
#[cfg(not(feature = "codegen"))]
#[rustfmt::skip]
mod generated;
mod identifier;
mod inline_text;
mod job;
#[cfg(feature = "client")]
mod json_text;
pub mod limit;
mod open_enum;
mod operation;
#[cfg(feature = "client")]
mod recorded_call;
#[cfg(feature = "client")]
mod repair;
mod resource_detail;
#[cfg(feature = "client")]
mod response_body;
pub mod schedule;
#[cfg(feature = "client")]
mod shape;
mod text_visitor;
mod timestamp_or_text;
pub mod utc_timestamp;

pub use jiff;
#[cfg(feature = "client")]
pub use {bytes, http};

#[cfg(feature = "client")]
pub use adapter::TransportAdapter;
pub use backup_text::{DescriptionParts, ServiceMetadata};
pub use error_code::ErrorCode;
pub use failure::Failure;
pub use fault_code::FaultCode;
#[cfg(feature = "client")]
pub use generated::{ByteStream, Client, Error, ResponseValue};
pub use generated::{OPERATIONS, limits, types, values};
pub use identifier::InvalidIdentifier;
pub use operation::Operation;
#[cfg(feature = "client")]
pub use recorded_call::{CallError, RecordedCall, Reply};
#[cfg(feature = "client")]
pub use repair::ItemProblem;
pub use resource_detail::ResourceDetail;
pub use timestamp_or_text::TimestampOrText;
pub use utc_timestamp::{InvalidTimestamp, UtcTimestamp};
