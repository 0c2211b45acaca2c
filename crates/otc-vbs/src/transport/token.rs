//! The token that says who the caller is.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use otc_vbs_api::{Operation, Transport, TransportFuture};
use secrecy::{ExposeSecret, SecretString};

const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

/// Adds a token of the identity service to every request.
pub(crate) struct TokenTransport<T> {
    next: T,
    token: SecretString,
}

impl<T> TokenTransport<T> {
    /// Fails where the token has characters that no header can hold. The error does not repeat it.
    pub(crate) fn new(next: T, token: SecretString) -> Result<Self, InvalidToken> {
        match header_value(&token) {
            Some(_) => Ok(Self { next, token }),
            None => Err(InvalidToken),
        }
    }
}

/// The token is empty or has characters that no header can hold.
pub(crate) struct InvalidToken;

fn header_value(token: &SecretString) -> Option<HeaderValue> {
    let token = token.expose_secret();
    let mut value = HeaderValue::from_str(token)
        .ok()
        .filter(|value| !value.is_empty())?;
    value.set_sensitive(true);
    Some(value)
}

impl<T: Transport> Transport for TokenTransport<T> {
    fn send(
        &self,
        operation: &'static Operation,
        mut request: http::Request<Bytes>,
    ) -> TransportFuture<'_> {
        if let Some(value) = header_value(&self.token) {
            request.headers_mut().insert(X_AUTH_TOKEN, value);
        }
        self.next.send(operation, request)
    }
}
