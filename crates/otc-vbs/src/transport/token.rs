//! A token that stays what it is.

use std::fmt;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};

use super::{Authorize, AuthorizeFuture, Refusal};

const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

/// A token of the identity service. When the service does not accept it any more, there is no other.
#[derive(Clone)]
pub struct FixedToken(HeaderValue);

impl FixedToken {
    /// This token.
    ///
    /// # Errors
    ///
    /// Where the token is empty or has characters that no header can hold.
    pub fn new(token: &str) -> Result<Self, InvalidToken> {
        let mut value = HeaderValue::from_str(token)
            .ok()
            .filter(|value| !value.is_empty())
            .ok_or(InvalidToken)?;
        value.set_sensitive(true);
        Ok(Self(value))
    }
}

impl fmt::Debug for FixedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixedToken").finish_non_exhaustive()
    }
}

/// The token is empty or has characters that no header can hold. The text does not repeat it.
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
        request.headers_mut().insert(X_AUTH_TOKEN, self.0.clone());
        Box::pin(async { Ok(()) })
    }

    fn refused<'a>(&'a self, _: Refusal<'a>) -> AuthorizeFuture<'a, bool> {
        Box::pin(async { Ok(false) })
    }
}
