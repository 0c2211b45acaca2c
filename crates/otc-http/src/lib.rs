//! Carries HTTP requests for clients of the Open Telekom Cloud: a [`Transport`] trait, the layers around it, and the transport
//! that sends. It knows no service.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the sender uses it once it is part of this crate")
)]
mod cause;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the sender uses it once it is part of this crate")
)]
mod certificate;
mod error;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod pem;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the sender uses it once it is part of this crate")
)]
mod proxy;
mod redact;
mod service_error;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod test_server;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the sender uses it once it is part of this crate")
)]
mod tls;
mod transport;

pub use error::{InvalidSetting, TransportError, TransportErrorKind};
pub use redact::Redactor;
pub use service_error::{ServiceError, presentable, request_id};
pub use transport::{RequestInfo, Transport, TransportFuture};
