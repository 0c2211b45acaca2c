//! The trait that every layer and every sender implements.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::Method;

use crate::TransportError;

/// The future that [`Transport::send`] returns.
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, TransportError>> + Send + 'a>>;

/// Sends a request and returns the response, regardless of its status.
///
/// Transports nest: a layer that adds a token, retries or counts holds the next one and calls it. The innermost one sends.
/// Bodies are whole, so that a request can be signed, sent again or recorded.
///
/// Information about a request beyond HTTP is stored in its extensions, as [`RequestInfo`]. If the caller has the address
/// of the request as a [`Url`](url::Url), it may store it there too, so that it isn't parsed again.
pub trait Transport: Send + Sync + 'static {
    /// Sends one request.
    ///
    /// # Errors
    ///
    /// If there is no response, or not all of it. A response with a failure status is not an error.
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        (**self).send(request)
    }
}

/// Information about a request that the layers need beyond HTTP. Stored in the request's extensions.
///
/// ```
/// use otc_http::RequestInfo;
///
/// let mut request = http::Request::post("https://iam.example.com/v3/auth/tokens").body(bytes::Bytes::new())?;
/// RequestInfo::new("createToken").path_template("/v3/auth/tokens").idempotent(true).attach(&mut request);
/// assert_eq!(RequestInfo::of(&request).operation(), Some("createToken"));
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestInfo {
    operation: Option<&'static str>,
    path_template: Option<&'static str>,
    idempotent: Option<bool>,
}

impl RequestInfo {
    /// A request of this operation, for example `listBackupJobs`.
    pub fn new(operation: &'static str) -> Self {
        Self { operation: Some(operation), ..Self::default() }
    }

    /// Sets the path with its parameters in braces, for traces.
    #[must_use]
    pub fn path_template(mut self, template: &'static str) -> Self {
        self.path_template = Some(template);
        self
    }

    /// Sets whether the request may be retried although the service may have acted on it. By default, this
    /// depends on the method: GET, HEAD, PUT and DELETE may be retried.
    #[must_use]
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = Some(idempotent);
        self
    }

    /// Stores this in the request's extensions.
    pub fn attach<T>(self, request: &mut http::Request<T>) {
        request.extensions_mut().insert(self);
    }

    /// Returns the information attached to the request, or the default.
    pub fn of<T>(request: &http::Request<T>) -> Self {
        request.extensions().get().copied().unwrap_or_default()
    }

    /// The name of the operation.
    pub fn operation(&self) -> Option<&'static str> {
        self.operation
    }

    pub(crate) fn template(&self) -> Option<&'static str> {
        self.path_template
    }

    /// Whether a request with this method may be retried although the service may have acted on it.
    pub(crate) fn is_idempotent(&self, method: &Method) -> bool {
        self.idempotent
            .unwrap_or(matches!(*method, Method::GET | Method::HEAD | Method::PUT | Method::DELETE))
    }
}
