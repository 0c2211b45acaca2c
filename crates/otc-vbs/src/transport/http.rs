//! The transport that sends.

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderValue};
use http::uri::Scheme;
use otc_vbs_api::{Operation, Transport, TransportError, TransportErrorKind, TransportFuture};

use super::HttpTransportBuilder;
use super::text::authority;
use crate::endpoint::is_loopback_host;

/// How much of a failure's body is read. What the service has to say of it is shorter.
const FAILURE_BODY: usize = 64 * 1024;
/// How an authority is trusted.
const TRUST: &str = "`.root_certificate_pem(…)` on the builder, or by `cacert` of the cloud in clouds.yaml (`OS_CACERT`); \
                     `verify: false` there takes any certificate, and shows the credentials to whoever has one";
/// How much room is made for a body before any of it is there: a length that is only claimed costs no more.
const FIRST_ROOM: usize = 64 * 1024;

/// Sends requests by HTTP, and reads the responses whole.
///
/// - Redirects are not followed: the token would go where they point.
/// - `http` is refused where the host is not this machine, unless it was allowed.
/// - A response larger than the bound is an error; so is an endless one.
/// - Compression is neither asked for nor undone: nothing grows behind the bound. A response that is compressed all the same
///   is an error that says so.
/// - Of a failure, the first 64 KiB are read, and where its body breaks off, what came before that counts: status and request
///   id are worth more than the rest.
/// - Nothing is repeated here. The HTTP library is kept from repeating by itself, so that all repeats are those of
///   [`RetryTransport`](super::RetryTransport), but for one thing: a request for which it took an idle connection that turns
///   out to be closed before any byte was written goes out over another.
///
/// There is no limit of time but that for the making of a connection: see [`TimeoutTransport`](super::TimeoutTransport).
#[derive(Debug)]
pub struct HttpTransport {
    client: reqwest::Client,
    max_body: usize,
    allow_http: bool,
}

impl HttpTransport {
    /// Begins a transport.
    pub fn builder() -> HttpTransportBuilder {
        HttpTransportBuilder::default()
    }

    pub(super) fn new(client: reqwest::Client, max_body: usize, allow_http: bool) -> Self {
        Self {
            client,
            max_body,
            allow_http,
        }
    }

    async fn exchange(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        self.check_scheme(request.uri())?;
        if request.method() == http::Method::POST && request.body().is_empty() {
            // The HTTP library says no length where there is no body, and some gateways refuse a POST of no length (411).
            let headers = request.headers_mut();
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let authority = authority(&request);
        let failed = |error: reqwest::Error| failure(error, &authority);

        let request = reqwest::Request::try_from(request).map_err(failed)?;
        let mut response = self.client.execute(request).await.map_err(failed)?;
        let (mut parts, ()) = http::Response::new(()).into_parts();
        parts.status = response.status();
        parts.version = response.version();
        parts.headers = std::mem::take(response.headers_mut());

        let succeeded = parts.status.is_success();
        let encoding = parts.headers.get(CONTENT_ENCODING);
        let body = match encoding.filter(|encoding| *encoding != "identity") {
            Some(encoding) if succeeded => {
                let message = format!(
                    "{authority} answered {} with content-encoding {encoding:?}, which was not asked for",
                    parts.status
                );
                return Err(TransportError::new(TransportErrorKind::Unreadable, message));
            }
            Some(_) => Bytes::new(),
            None if succeeded => {
                let claimed = parts.headers.get(CONTENT_LENGTH);
                let claimed = claimed.and_then(|length| length.to_str().ok()?.parse().ok());
                self.whole_body(response, claimed.unwrap_or(0), &authority)
                    .await?
            }
            None => self.beginning_of_body(response).await,
        };
        Ok(http::Response::from_parts(parts, body))
    }

    fn check_scheme(&self, uri: &http::Uri) -> Result<(), TransportError> {
        let refuse = |message: String| Err(TransportError::new(TransportErrorKind::Refused, message));
        let host = uri.host().unwrap_or_default();
        if uri.scheme() == Some(&Scheme::HTTPS) {
            return match cfg!(any(feature = "rustls", feature = "native-tls")) {
                true => Ok(()),
                false => refuse(format!(
                    "{host} is to be reached by https, which is not part of this build; turn the feature `rustls` or \
                     `native-tls` on"
                )),
            };
        }
        match self.allow_http || is_loopback_host(host) {
            true => Ok(()),
            false => refuse(format!(
                "{host} would be reached by http, so the token would be readable on the way, and http was not allowed"
            )),
        }
    }

    async fn whole_body(
        &self,
        mut response: reqwest::Response,
        claimed: usize,
        authority: &str,
    ) -> Result<Bytes, TransportError> {
        let too_large = || {
            let most = self.max_body;
            let message =
                format!("the response of {authority} is larger than the {most} bytes of `max_body`");
            TransportError::new(TransportErrorKind::TooLarge, message)
        };
        if claimed > self.max_body {
            return Err(too_large());
        }
        let mut body = BytesMut::with_capacity(claimed.min(FIRST_ROOM));
        let failed = |error: reqwest::Error| failure(error, authority);
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if chunk.len() > self.max_body - body.len() {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }

    async fn beginning_of_body(&self, mut response: reqwest::Response) -> Bytes {
        let most = FAILURE_BODY.min(self.max_body);
        let mut body = BytesMut::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = most - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() >= room {
                break;
            }
        }
        body.freeze()
    }
}

fn failure(error: reqwest::Error, authority: &str) -> TransportError {
    // The path is in the error of the call, and what a query holds belongs in no message.
    let error = error.without_url();
    let cause = cause(&error);
    let (kind, message) = if error.is_builder() {
        let message = format!("the request can't be built: {cause}");
        (TransportErrorKind::Refused, message)
    } else if let Some(problem) = otc_auth::certificate_problem(&error, TRUST) {
        let message = format!("the certificate of {authority} is not trusted: {problem}");
        (TransportErrorKind::Untrusted, message)
    } else if error.is_connect() {
        let message = format!("can't connect to {authority}: {cause}");
        (TransportErrorKind::Connect, message)
    } else if error.is_timeout() {
        let message = format!("the connection to {authority} timed out: {cause}");
        (TransportErrorKind::Timeout, message)
    } else {
        let message = format!("the connection to {authority} broke: {cause}");
        (TransportErrorKind::Interrupted, message)
    };
    TransportError::new(kind, message).with_source(error)
}

/// The innermost cause, which says most: "Connection refused" rather than "error sending request".
pub(super) fn cause(error: &reqwest::Error) -> String {
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
