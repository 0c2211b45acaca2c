//! A token that stays what it is.

use std::fmt;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use otc_vbs_api::{TransportError, TransportErrorKind};
use secrecy::{ExposeSecret, SecretString};

use super::{Authorize, AuthorizeFuture, Refusal};

const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

/// A token of the identity service. When the service does not accept it any more, there is no other.
#[derive(Clone)]
pub struct FixedToken(SecretString);

impl FixedToken {
    /// This token.
    ///
    /// # Errors
    ///
    /// Where the token is empty or has characters that no header can hold.
    pub fn new(token: &str) -> Result<Self, InvalidToken> {
        let token = Self(SecretString::from(token));
        token.header().map(|_| token)
    }

    /// Made for each request: a value of a header is not wiped when it is dropped, so none is kept.
    fn header(&self) -> Result<HeaderValue, InvalidToken> {
        let mut value = HeaderValue::from_str(self.0.expose_secret())
            .ok()
            .filter(|value| !value.is_empty())
            .ok_or(InvalidToken)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for FixedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixedToken").finish_non_exhaustive()
    }
}

/// The token is empty or has characters that no header can hold: give the one that the identity service issued, without a
/// line end. The text does not repeat it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidToken;

impl fmt::Display for InvalidToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is empty or has characters that no header can hold")
    }
}

impl std::error::Error for InvalidToken {}

impl Authorize for FixedToken {
    fn authorize<'a>(&'a self, request: &'a mut http::Request<Bytes>) -> AuthorizeFuture<'a, ()> {
        let header = self.header().map_err(|problem| {
            let message = format!("the token: {problem}");
            TransportError::new(TransportErrorKind::Credentials, message)
        });
        let added = header.map(|value| {
            request.headers_mut().insert(X_AUTH_TOKEN, value);
        });
        Box::pin(async { added })
    }

    fn refused<'a>(&'a self, _: Refusal<'a>) -> AuthorizeFuture<'a, bool> {
        Box::pin(async { Ok(false) })
    }
}
