//! Carries HTTP requests for clients of the Open Telekom Cloud: a [`Transport`] trait, the layers around it, and the transport
//! that sends. It knows no service.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod error;
mod transport;

pub use error::{InvalidSetting, TransportError, TransportErrorKind};
pub use transport::{RequestInfo, Transport, TransportFuture};
