//! Sends requests over HTTP.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::uri::Scheme;
use url::Url;

use crate::address::is_loopback_host;
use crate::certificate::certificate_problem;
use crate::proxy::{ProxyAddress, ProxyFailure, ProxySettings};
use crate::text::authority;
use crate::{
    CallState, HttpTransportBuilder, Transport, TransportError, TransportErrorKind, TransportFuture, body,
    cause,
};

/// Sends requests over HTTP and reads the responses completely.
///
/// - Redirects are not followed: the token would be sent to wherever they point.
/// - `http` is refused unless the host is this machine or it was allowed.
/// - A response that is larger than the limit, or endless, is an error.
/// - gzip is requested and decoded. The limit applies to the decoded bytes, so a small body that expands without end is
///   refused. Any other compression is an error that names it.
/// - At most 64 KiB of a failure's body are read, for at most 5 seconds. Once its status line has arrived, a
///   failure is returned as a response, even if its body is incomplete.
/// - Only [`RetryTransport`](crate::RetryTransport) retries: neither this type nor the HTTP library does. The
///   one exception: if an idle connection turns out to be closed before any byte was written, the request is
///   sent over another one.
///
/// The only time limits are those for connecting and for the body of a failure: see
/// [`TimeoutTransport`](crate::TimeoutTransport).
#[derive(Debug)]
pub struct HttpTransport {
    pub(crate) client: reqwest::Client,
    pub(crate) proxies: ProxySettings,
    pub(crate) max_body: usize,
    pub(crate) allow_http: bool,
    pub(crate) trust: &'static str,
}

impl HttpTransport {
    /// Starts a transport with the default settings.
    pub fn builder() -> HttpTransportBuilder {
        HttpTransportBuilder::default()
    }

    async fn exchange(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let proxy = self.proxies.for_uri(request.uri());
        self.check_scheme(request.uri(), proxy)?;
        let state = CallState::of(&mut request);
        state.begin_request();
        if request.method() == http::Method::POST && request.body().is_empty() {
            // The HTTP library omits the length of an empty body, and some gateways refuse a POST without one (411).
            request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let authority = authority(&request);
        let failed = |error: reqwest::Error| self.failure(error, &authority, proxy);

        let request = library_request(request).map_err(failed)?;
        let response = self.client.execute(request).await.map_err(failed)?;
        if let (Some(proxy), Some(failure)) = (proxy, ProxyFailure::of_status(response.status())) {
            // With plain http, the refusal of the proxy is a response.
            let message = failure.message(Some(proxy), None);
            return Err(TransportError::new(TransportErrorKind::Proxy, message));
        }
        body::read(response, &state, self.max_body, &authority, failed).await
    }

    fn check_scheme(&self, uri: &http::Uri, proxy: Option<&ProxyAddress>) -> Result<(), TransportError> {
        let refuse = |message: String| Err(TransportError::new(TransportErrorKind::Refused, message));
        let host = uri.host().unwrap_or_default();
        if uri.scheme() == Some(&Scheme::HTTPS) {
            return match cfg!(any(feature = "rustls-no-provider", feature = "native-tls")) {
                true => Ok(()),
                false => refuse(format!(
                    "can't connect to {host} by https: this program was built without TLS (the feature `rustls` or `native-tls`)"
                )),
            };
        }
        let stays_here = is_loopback_host(host) && proxy.is_none_or(ProxyAddress::is_loopback);
        match self.allow_http || stays_here {
            true => Ok(()),
            false => refuse(format!(
                "{host} is reached by http, which would expose the credentials; use https, or allow http"
            )),
        }
    }

    fn failure(
        &self,
        error: reqwest::Error,
        authority: &str,
        proxy: Option<&ProxyAddress>,
    ) -> TransportError {
        // The operation is in the error of the call, and a query may contain secrets.
        let error = error.without_url();
        let cause = cause::plain(&error);
        let because = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
        let via = proxy.map(|proxy| format!(" {}", proxy.note())).unwrap_or_default();
        let problem = certificate_problem(&error, self.trust);
        let (kind, message) = match (ProxyFailure::of(&error), problem) {
            (Some(failure), None) if failure.is_refusal() => {
                (TransportErrorKind::Proxy, failure.message(proxy, cause))
            }
            (Some(failure), None) => (TransportErrorKind::Connect, failure.message(proxy, cause)),
            (failure, Some(problem)) => {
                let server = match (failure, proxy) {
                    (Some(ProxyFailure::Unreachable), Some(proxy)) => format!("the proxy {proxy}"),
                    _ => format!("{authority}{via}"),
                };
                let message = format!("the certificate of {server} is not trusted: {problem}");
                (TransportErrorKind::Untrusted, message)
            }
            (None, None) if error.is_builder() => {
                (TransportErrorKind::Refused, format!("the request to {authority} can't be built{because}"))
            }
            (None, None) if error.is_connect() => {
                (TransportErrorKind::Connect, format!("can't connect to {authority}{via}{because}"))
            }
            (None, None) if error.is_timeout() => {
                (TransportErrorKind::Timeout, format!("the connection to {authority}{via} timed out"))
            }
            (None, None) => (
                TransportErrorKind::Interrupted,
                format!("the connection to {authority}{via} broke{because}"),
            ),
        };
        TransportError::new(kind, message).with_source(error)
    }
}

/// Converts a request. Parses its address, unless it is in the extensions.
fn library_request(mut request: http::Request<Bytes>) -> reqwest::Result<reqwest::Request> {
    let parsed = request.extensions_mut().remove::<Url>();
    let Some(url) = parsed.filter(|url| is_same_address(url, request.uri())) else {
        return reqwest::Request::try_from(request);
    };
    let (head, body) = request.into_parts();
    let mut converted = reqwest::Request::new(head.method, url);
    *converted.headers_mut() = head.headers;
    *converted.version_mut() = head.version;
    *converted.body_mut() = Some(body.into());
    Ok(converted)
}

/// Whether a layer has left the address as it was parsed.
fn is_same_address(url: &Url, uri: &http::Uri) -> bool {
    let rest = uri.scheme_str().and_then(|scheme| url.as_str().strip_prefix(scheme)?.strip_prefix("://"));
    let path = rest.zip(uri.authority()).and_then(|(rest, host)| rest.strip_prefix(host.as_str()));
    path.is_some_and(|path| uri.path_and_query().is_some_and(|expected| expected.as_str() == path))
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.exchange(request))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The address that a request to `uri` is sent to if `parsed` is in its extensions.
    fn sent_to(uri: &str, parsed: &str) -> String {
        let mut request = http::Request::get(uri).body(Bytes::new()).unwrap();
        request.extensions_mut().insert(Url::parse(parsed).unwrap());
        library_request(request).unwrap().url().to_string()
    }

    #[test]
    fn parsed_address_is_not_used_if_a_layer_changed_the_uri() {
        let parsed = "https://vbs.example/v2/p1?limit=5";
        for uri in [
            parsed,
            "http://vbs.example/v2/p1?limit=5",
            "https://vbs.example:8774/v2/p1?limit=5",
            "https://vbs.example.com/v2/p1?limit=5",
            "https://vbs.example/v2/p1?limit=50",
            "https://vbs.example/v2/p1",
            "https://vbs.example/",
        ] {
            assert_eq!(sent_to(uri, parsed), uri);
        }
    }

    #[test]
    fn request_with_a_parsed_address_is_converted_completely() {
        let uri = "https://vbs.example/v2/p1";
        let mut request = http::Request::post(uri).header("accept", "*/*").body(Bytes::from("{}")).unwrap();
        request.extensions_mut().insert(Url::parse(uri).unwrap());
        let converted = library_request(request).unwrap();
        assert_eq!(converted.method(), http::Method::POST);
        assert_eq!(converted.headers()["accept"], "*/*");
        assert_eq!(converted.body().unwrap().as_bytes().unwrap(), b"{}");
    }
}
