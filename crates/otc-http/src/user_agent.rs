//! Adds the `user-agent` header.

use bytes::Bytes;
use http::header::{HeaderValue, USER_AGENT};

use crate::{InvalidSetting, Transport, TransportFuture};

/// Adds the header `user-agent`. A request that has one keeps it.
#[derive(Debug)]
pub struct UserAgentTransport<T> {
    next: T,
    value: HeaderValue,
}

impl<T> UserAgentTransport<T> {
    /// Sends `product`, usually `name/version`; several are separated by spaces.
    ///
    /// # Errors
    ///
    /// If it has characters that are not allowed in a header.
    pub fn new(next: T, product: &str) -> Result<Self, InvalidSetting> {
        let value = HeaderValue::from_str(product).map_err(|_| {
            InvalidSetting::new("user_agent: it has characters that are not allowed in a header")
        })?;
        Ok(Self { next, value })
    }
}

impl<T: Transport> Transport for UserAgentTransport<T> {
    fn send(&self, mut request: http::Request<Bytes>) -> TransportFuture<'_> {
        request.headers_mut().entry(USER_AGENT).or_insert_with(|| self.value.clone());
        self.next.send(request)
    }
}
