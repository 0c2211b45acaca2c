//! Authorizes each attempt.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;

use crate::{ServiceError, Transport, TransportError, TransportFuture, trace};

/// The future returned by the functions of [`Authorize`].
pub type AuthorizeFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, TransportError>> + Send + 'a>>;

/// Proves who the caller is: adds a token, or signs.
///
/// Many calls use it at the same time, and any of its futures may be dropped at any point. Dropping one must
/// not affect the others.
pub trait Authorize: Send + Sync + 'static {
    /// Adds a token or a signature to a request right before it is sent. Called for each attempt, so that a
    /// signature is fresh and a token is the latest one.
    ///
    /// A header that holds a secret must be marked ([`HeaderValue::set_sensitive`](http::HeaderValue::set_sensitive)), so
    /// that libraries hide it in their logs and [`RedactTransport`](crate::RedactTransport) removes it from responses.
    ///
    /// # Errors
    ///
    /// If there are no credentials, usually [`Credentials`](crate::TransportErrorKind::Credentials). The request is not
    /// sent.
    fn authorize<'a>(&'a self, request: &'a mut http::Request<Bytes>) -> AuthorizeFuture<'a, ()>;

    /// Handles a request that the service did not accept. Returns whether authorizing and sending it again may succeed:
    /// because there is a newer token than the refused one, or because the clock used for signatures was corrected.
    ///
    /// If many calls are refused with the same token, the first should get a new one and the others wait for it.
    ///
    /// # Errors
    ///
    /// If getting a new token failed and that says more than the refusal. The call fails with this error.
    fn refused<'a>(&'a self, refusal: Refusal<'a>) -> AuthorizeFuture<'a, bool>;
}

/// A request that the service did not accept, and its response.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Refusal<'a> {
    /// The request as it was sent, with the token or signature that was refused.
    pub request: &'a http::Request<Bytes>,
    /// The response. Its `date` header shows the service's clock.
    pub response: &'a http::Response<Bytes>,
    /// The error in the response.
    pub error: &'a ServiceError,
}

impl<A: Authorize + ?Sized> Authorize for Arc<A> {
    fn authorize<'a>(&'a self, request: &'a mut http::Request<Bytes>) -> AuthorizeFuture<'a, ()> {
        (**self).authorize(request)
    }

    fn refused<'a>(&'a self, refusal: Refusal<'a>) -> AuthorizeFuture<'a, bool> {
        (**self).refused(refusal)
    }
}

/// Authorizes each request. If the service does not accept it, authorizes and sends it a second time.
///
/// A refusal is status 401, or one of the [`refusal_codes`](Self::refusal_codes) with any status. The service has not acted
/// on the request then, so a POST is sent again like any other request.
#[derive(Debug)]
pub struct AuthTransport<A, T> {
    authorize: A,
    refusal_codes: &'static [&'static str],
    next: T,
}

impl<A: Authorize, T: Transport> AuthTransport<A, T> {
    /// Authorizes the requests of `next`.
    pub fn new(next: T, authorize: A) -> Self {
        Self { authorize, refusal_codes: &[], next }
    }

    /// The service's error codes that mean the same as status 401, for example of an expired token.
    #[must_use]
    pub fn refusal_codes(mut self, codes: &'static [&'static str]) -> Self {
        self.refusal_codes = codes;
        self
    }

    async fn send_authorized(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let mut first = request.clone();
        self.authorize.authorize(&mut first).await?;
        let response = self.next.send(first.clone()).await?;
        let Some(error) = ServiceError::of(&response).filter(|error| self.is_refusal(error)) else {
            return Ok(response);
        };
        let refusal = Refusal { request: &first, response: &response, error: &error };
        if !self.authorize.refused(refusal).await? {
            return Ok(response);
        }
        trace::authorized_again();
        let mut second = request;
        self.authorize.authorize(&mut second).await?;
        self.next.send(second).await
    }

    fn is_refusal(&self, error: &ServiceError) -> bool {
        error.status == StatusCode::UNAUTHORIZED
            || error.code.as_deref().is_some_and(|code| self.refusal_codes.contains(&code))
    }
}

impl<A: Authorize, T: Transport> Transport for AuthTransport<A, T> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.send_authorized(request))
    }
}
