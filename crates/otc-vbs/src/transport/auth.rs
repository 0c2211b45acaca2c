//! Who the caller is, proved anew for each attempt.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use otc_vbs_api::{Operation, ServiceError, Transport, TransportError, TransportFuture};

use super::redact::without_secrets_of;
use super::trace;

/// What [`Authorize`] returns.
pub type AuthorizeFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, TransportError>> + Send + 'a>>;

/// Proves who the caller is: adds a token, or signs.
///
/// Implementations are asked by many calls at once, and any future of theirs may be dropped at any point: what they hold
/// must be as good after that as before.
pub trait Authorize: Send + Sync + 'static {
    /// Adds what proves who the caller is to a request that is about to be sent. Called for each attempt, so that a
    /// signature is fresh and a token the latest.
    ///
    /// A header that holds a secret has to be marked ([`HeaderValue::set_sensitive`](http::HeaderValue::set_sensitive)):
    /// no library that shows headers in its log shows that one then, and where the service repeats it in a failure, it is
    /// taken out.
    ///
    /// # Errors
    ///
    /// Where there is nothing to prove it with, usually of the kind
    /// [`Credentials`](otc_vbs_api::TransportErrorKind::Credentials). The request is not sent.
    fn authorize<'a>(&'a self, request: &'a mut http::Request<Bytes>) -> AuthorizeFuture<'a, ()>;

    /// Is told that the service did not accept a request, and says whether it is worth being authorized and sent again:
    /// because there is a newer token than the one that was refused, because a new one could be got, or because the clock
    /// that the signature was made by has been set right.
    ///
    /// Of many calls that are refused with the same token, the first should get the new one and the others wait for it.
    ///
    /// # Errors
    ///
    /// Where the attempt to get a new token says more than the refusal. The call then fails with this.
    fn refused<'a>(&'a self, refusal: Refusal<'a>) -> AuthorizeFuture<'a, bool>;
}

/// A request that the service did not accept, and its response.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Refusal<'a> {
    /// The request as it was sent, with the token or signature that was refused.
    pub request: &'a http::Request<Bytes>,
    /// The response. Its `date` header is what the service's clock says.
    pub response: &'a http::Response<Bytes>,
    /// What the response says.
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

/// Authorizes each request, and once more where the service does not accept it.
///
/// A refusal is status 401, or the error code `AutoBackup.0003` (the token has expired) with any status. The service has
/// then not acted, so that a POST is sent again like any other request; once.
#[derive(Debug)]
pub struct AuthTransport<A, T> {
    authorize: A,
    next: T,
}

impl<A: Authorize, T: Transport> AuthTransport<A, T> {
    /// Authorizes what `next` sends.
    pub fn new(next: T, authorize: A) -> Self {
        Self { authorize, next }
    }

    async fn authorized(
        &self,
        operation: &'static Operation,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let mut first = request.clone();
        self.authorize.authorize(&mut first).await?;
        let response = self.next.send(operation, first.clone()).await?;
        let response = without_secrets_of(&first, response);
        let Some(error) = ServiceError::of(&response).filter(is_refusal) else {
            return Ok(response);
        };
        let refusal = Refusal {
            request: &first,
            response: &response,
            error: &error,
        };
        if !self.authorize.refused(refusal).await? {
            return Ok(response);
        }
        trace::authorized_again();
        let mut second = request;
        self.authorize.authorize(&mut second).await?;
        let response = self.next.send(operation, second.clone()).await?;
        Ok(without_secrets_of(&second, response))
    }
}

fn is_refusal(error: &ServiceError) -> bool {
    error.status == http::StatusCode::UNAUTHORIZED || error.code.as_deref() == Some("AutoBackup.0003")
}

impl<A: Authorize, T: Transport> Transport for AuthTransport<A, T> {
    fn send(&self, operation: &'static Operation, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.authorized(operation, request))
    }
}
