//! The generated client of the Open Telekom Cloud Volume Backup Service (VBS).
//!
//! Services use the crate `otc-vbs`, which is built on this one.
//!
//! Generated from the OpenAPI document:
//!
//! - [`types`] and [`values`]: the wire types.
//! - [`Client`] and [`builder`]: one builder for each operation.
//! - [`OPERATIONS`]: the operations as data.
//!
//! Written by hand around it:
//!
//! - [`TransportAdapter`]: sends requests through any [`otc_http::Transport`].
//! - [`RecordedCall`]: a call whose status and request id are kept however it ends.
//! - [`UtcTimestamp`]: the times of the service, most of which have no zone.
//!
//! # Features
//!
//! - `codegen` (default): generates the client when the crate is built. Without it, a committed copy is compiled.
//! - `schemars`: JSON schemas of the wire types.

mod adapter;
mod association;
mod backup_text;
mod client;
mod decode_problem;
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
mod job;
mod open_enum;
mod operation;
mod recorded_call;
mod resource_detail;
mod utc_timestamp;

pub use adapter::TransportAdapter;
pub use backup_text::{DescriptionParts, ServiceMetadata};
pub use error_code::ErrorCode;
pub use failure::Failure;
pub use fault_code::FaultCode;
pub use generated::{ByteStream, Client, Error, OPERATIONS, ResponseValue, builder, types, values};
pub use identifier::InvalidIdentifier;
pub use operation::Operation;
pub use recorded_call::{CallError, RecordedCall, Reply};
pub use resource_detail::ResourceDetail;
pub use utc_timestamp::{InvalidTimestamp, UtcTimestamp};
