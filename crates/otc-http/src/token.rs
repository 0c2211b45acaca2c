//! A token that is never renewed.

use std::fmt;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::{Authorize, AuthorizeFuture, Refusal, TransportError, TransportErrorKind};

pub(crate) const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

/// A token of the identity service that is used as it is. Once the service does not accept it any more, calls fail.
#[derive(Clone)]
pub struct FixedToken(SecretString);

impl FixedToken {
    /// Uses this token. A byte order mark and white space around it, as files have them, are ignored.
    ///
    /// # Errors
    ///
    /// If the token is empty or has characters that are not allowed in a header.
    pub fn new(token: &str) -> Result<Self, InvalidToken> {
        let token = Self(SecretString::from(token.trim_start_matches('\u{feff}').trim()));
        token.header().map(|_| token)
    }

    /// Made for each request: header values are not wiped when they are dropped, so none is kept.
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

/// The token is empty or has characters that are not allowed in a header. The text does not repeat it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidToken;

impl fmt::Display for InvalidToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is empty or has characters that are not allowed in a header")
    }
}

impl std::error::Error for InvalidToken {}

impl Authorize for FixedToken {
    fn authorize<'a>(&'a self, request: &'a mut http::Request<Bytes>) -> AuthorizeFuture<'a, ()> {
        let header = self.header().map_err(|problem| {
            TransportError::new(TransportErrorKind::Credentials, format!("the token: {problem}"))
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
