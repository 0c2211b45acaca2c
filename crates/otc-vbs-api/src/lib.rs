//! The generated client of the Open Telekom Cloud Volume Backup Service (VBS).
//!
//! Services want the crate `otc-vbs`, which is built on this one. Here is what the OpenAPI document gives by machine:
//!
//! - [`types`] and [`values`]: what goes over the wire;
//! - [`Client`] and [`builder`]: one builder for each operation;
//! - [`OPERATIONS`]: the operations as data;
//!
//! and what generated code needs to be of use, written by hand:
//!
//! - [`Transport`]: what carries a request and brings the response, so that authentication, retries and tests need no
//!   change here;
//! - [`ServiceError`]: one shape for the error bodies of the service and of all that stands in front of it;
//! - [`Watched`]: a call whose status and request id are known however it ends;
//! - [`UtcTimestamp`]: the times of the service, most of which say no zone.
//!
//! # Features
//!
//! - `codegen` (default): generate the client when the crate is built. Without it, a committed copy is compiled.
//! - `schemars`: JSON schemas of the wire types.

mod association;
mod backup_text;
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
mod job;
mod open_enum;
mod operation;
mod resource_detail;
mod seam;
mod service_error;
mod transport;
mod utc_timestamp;
mod watched;

pub use backup_text::{DescriptionParts, ServiceMetadata};
pub use error_code::ErrorCode;
pub use failure::Failure;
pub use fault_code::FaultCode;
pub use generated::{ByteStream, Client, Error, OPERATIONS, ResponseValue, builder, types, values};
pub use identifier::InvalidIdentifier;
pub use operation::Operation;
pub use resource_detail::ResourceDetail;
pub use seam::Seam;
pub use service_error::{ServiceError, request_id};
pub use transport::{
    ResponseNote, RetryAfter, Transport, TransportError, TransportErrorKind, TransportFuture,
};
pub use utc_timestamp::{InvalidTimestamp, UtcTimestamp};
pub use watched::{CallError, Reply, Watched};
