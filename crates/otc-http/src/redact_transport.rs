//! Removes secrets of the request from the response.

use bytes::Bytes;

use crate::{CallState, Redactor, Transport, TransportError, TransportFuture};

/// Removes the request's secrets from the response: the values of its headers that are marked as sensitive
/// ([`HeaderValue::set_sensitive`](http::HeaderValue::set_sensitive)), and the secrets of a [`Redactor`] in
/// its extensions.
///
/// A service or a gateway may echo a token in a header or in the body of a failure. From there it would get into errors
/// and logs.
#[derive(Debug)]
pub struct RedactTransport<T> {
    next: T,
}

impl<T: Transport> RedactTransport<T> {
    /// Redacts the responses of `next`.
    pub fn new(next: T) -> Self {
        Self { next }
    }

    async fn send_redacted(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let known = request.extensions().get::<Redactor>().cloned();
        let redactors: Vec<Redactor> =
            known.into_iter().chain([Redactor::of_request_headers(request.headers())]).collect();
        CallState::of(&mut request).protect(redactors.clone());
        let response = self.next.send(request).await?;
        Ok(redactors.iter().fold(response, |response, redactor| redactor.redact_response(response)))
    }
}

impl<T: Transport> Transport for RedactTransport<T> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.send_redacted(request))
    }
}
