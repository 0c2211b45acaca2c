//! Who the client says it is.

use bytes::Bytes;
use http::header::{HeaderValue, InvalidHeaderValue, USER_AGENT};
use otc_vbs_api::{Operation, Transport, TransportFuture};

const PRODUCT: &str = concat!("otc-vbs/", env!("CARGO_PKG_VERSION"));

/// Says `otc-vbs/<version>` in the header `user-agent`, and behind it what the program calls itself.
///
/// A request that has the header keeps it.
#[derive(Debug)]
pub struct UserAgentTransport<T> {
    next: T,
    value: HeaderValue,
}

impl<T> UserAgentTransport<T> {
    /// The name and version of this crate.
    pub fn new(next: T) -> Self {
        let value = HeaderValue::from_static(PRODUCT);
        Self { next, value }
    }

    /// The same, and behind it the name of the program: usually `name/version`.
    ///
    /// # Errors
    ///
    /// Where the name has characters that no header can hold.
    pub fn with_suffix(next: T, suffix: &str) -> Result<Self, InvalidHeaderValue> {
        let value = HeaderValue::from_str(&format!("{PRODUCT} {suffix}"))?;
        Ok(Self { next, value })
    }
}

impl<T: Transport> Transport for UserAgentTransport<T> {
    fn send(&self, operation: &'static Operation, mut request: http::Request<Bytes>) -> TransportFuture<'_> {
        request
            .headers_mut()
            .entry(USER_AGENT)
            .or_insert_with(|| self.value.clone());
        self.next.send(operation, request)
    }
}
