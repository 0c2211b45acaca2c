//! The transport that sends.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, HeaderValue};
use otc_vbs_api::{Operation, Transport, TransportError, TransportErrorKind, TransportFuture};

const USER_AGENT: &str = concat!("otc-vbs/", env!("CARGO_PKG_VERSION"));
/// The largest body that is read. A page of a thousand jobs is a few hundred kilobytes.
const LARGEST_BODY: usize = 32 * 1024 * 1024;

pub(crate) struct HttpSettings {
    /// For the whole of a request, its response read.
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    /// A service on this machine is reached directly, whatever the proxies of the environment are.
    pub(crate) bypass_proxies: bool,
}

/// Sends requests by HTTP. Redirects are not followed: the token would go where they point.
pub(crate) struct HttpTransport {
    client: reqwest::Client,
    timeout: Duration,
}

impl HttpTransport {
    pub(crate) fn new(settings: &HttpSettings) -> Result<Self, TransportError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(settings.timeout)
            .connect_timeout(settings.connect_timeout);
        if settings.bypass_proxies {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| {
            let message = format!("the HTTP client can't be set up: {}", cause(&error));
            TransportError::new(TransportErrorKind::Refused, message).with_source(error)
        })?;
        Ok(Self {
            client,
            timeout: settings.timeout,
        })
    }

    async fn exchange(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        if request.method() == http::Method::POST && request.body().is_empty() {
            // The HTTP library says no length where there is no body, and some gateways refuse a POST of no length (411).
            let headers = request.headers_mut();
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let authority = request
            .uri()
            .authority()
            .map(ToString::to_string)
            .unwrap_or_default();
        let failed = |error: reqwest::Error| self.failure(error, &authority);

        let request = reqwest::Request::try_from(request).map_err(failed)?;
        let mut response = self.client.execute(request).await.map_err(failed)?;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LARGEST_BODY {
                let message =
                    format!("the response of {authority} is larger than {LARGEST_BODY} bytes");
                return Err(TransportError::new(TransportErrorKind::TooLarge, message));
            }
            body.extend_from_slice(&chunk);
        }
        let (mut parts, ()) = http::Response::new(()).into_parts();
        parts.status = response.status();
        parts.version = response.version();
        parts.headers = std::mem::take(response.headers_mut());
        Ok(http::Response::from_parts(parts, body.freeze()))
    }

    fn failure(&self, error: reqwest::Error, authority: &str) -> TransportError {
        // The path is in the error of the call, and what a query holds belongs in no message.
        let error = error.without_url();
        let cause = cause(&error);
        let (kind, message) = if error.is_builder() {
            (
                TransportErrorKind::Refused,
                format!("the request can't be built: {cause}"),
            )
        } else if error.is_connect() {
            (
                TransportErrorKind::Connect,
                format!("can't connect to {authority}: {cause}"),
            )
        } else if error.is_timeout() {
            let seconds = self.timeout.as_secs_f32();
            (
                TransportErrorKind::Timeout,
                format!("{authority} did not answer within {seconds} s"),
            )
        } else {
            (
                TransportErrorKind::Interrupted,
                format!("the connection to {authority} broke: {cause}"),
            )
        };
        TransportError::new(kind, message).with_source(error)
    }
}

/// The innermost cause, which says most: "Connection refused" rather than "error sending request".
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

impl Transport for HttpTransport {
    fn send(&self, _: &'static Operation, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.exchange(request))
    }
}
