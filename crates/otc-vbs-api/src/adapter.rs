//! Connects the generated client to a [`Transport`].

use std::borrow::Cow;
use std::fmt;
use std::mem;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use otc_http::{
    RequestInfo, RequestOptions, ResponseNote, ServiceError, Transport, TransportError, TransportErrorKind,
};
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::ResponseBuilderExt as _;
use serde_json::json;
use url::{Position, Url};

use crate::recorded_call::{Ending, Record, Success};
use crate::{Client, Operation};

/// A status that HTTP does not have. It means that there was no response. The generated code handles it like
/// any status that the document does not list, and the record of the call has the cause.
const NO_RESPONSE: u16 = 999;

/// Sends the requests of the generated client through a [`Transport`], and records how a call ends.
#[derive(Clone)]
pub struct TransportAdapter {
    transport: Arc<dyn Transport>,
    record: Option<Record>,
    options: RequestOptions,
}

impl TransportAdapter {
    /// Creates an adapter that sends through this transport.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport, record: None, options: RequestOptions::new() }
    }

    pub(crate) fn recorded(&self, record: Record, options: RequestOptions) -> Self {
        Self { transport: Arc::clone(&self.transport), record: Some(record), options }
    }

    fn record(&self, ending: Ending) {
        if let Some(record) = &self.record {
            record.set(ending);
        }
    }
}

impl fmt::Debug for TransportAdapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportAdapter").finish_non_exhaustive()
    }
}

impl ClientHooks<TransportAdapter> for Client {
    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let adapter = self.inner();
        let url = request.url().clone();
        let result = match prepare(self.baseurl(), request, info, &adapter.options) {
            Ok((operation, request)) => {
                let response = adapter.transport.send(request).await;
                response.map(|response| (operation, response))
            }
            Err(refused) => Err(refused),
        };
        let response = match result {
            Ok((operation, response)) => match ServiceError::of(&response) {
                None => {
                    let (mut head, body) = response.into_parts();
                    if let Some(record) = &adapter.record {
                        // The headers are read from the record, so they aren't copied.
                        let (headers, body) = (mem::take(&mut head.headers), body.clone());
                        record.set(Ending::Success(Success {
                            operation,
                            status: head.status,
                            headers,
                            body,
                        }));
                    }
                    // The generated code refuses every success other than the documented one. The record of
                    // the call has the status that was sent.
                    documented_response(url, operation.status, head.headers, body)
                }
                Some(error) => {
                    let (head, _) = response.into_parts();
                    let documented = documented_failure(url, head.status.as_u16(), head.headers, &error);
                    let note = head.extensions.get::<ResponseNote>().cloned();
                    let retry_after = head.extensions.get().copied();
                    adapter.record(Ending::Failure { error, note, retry_after });
                    documented
                }
            },
            Err(error) => {
                adapter.record(Ending::NoResponse(error));
                documented_response(url, NO_RESPONSE, HeaderMap::new(), Bytes::new())
            }
        };
        Ok(response)
    }
}

/// Turns a request of the generated code into one for a transport. Refuses a path that is not the operation's.
fn prepare(
    base: &str,
    request: reqwest::Request,
    info: &OperationInfo,
    options: &RequestOptions,
) -> Result<(&'static Operation, http::Request<Bytes>), TransportError> {
    let refuse = |message: String| TransportError::new(TransportErrorKind::Refused, message);
    let operation = Operation::by_function(info.operation_id)
        .ok_or_else(|| refuse(format!("there is no operation `{}`", info.operation_id)))?;

    let url = request.url().clone();
    let base = base_path(base, &url)
        .ok_or_else(|| refuse("the base address of the client is not a URL".to_owned()))?;
    if !operation.matches_path(url.path(), base.trim_end_matches('/')) {
        return Err(refuse(format!(
            "a parameter of the path {} is empty or contains a slash: the request would go to {}",
            operation.path,
            url.path(),
        )));
    }

    let mut request = http::Request::<reqwest::Body>::try_from(request)
        .map_err(|error| refuse("the request can't be built".to_owned()).with_source(error))?;
    // The generated code adds the version of the document, which a service could mistake for its own version.
    request.headers_mut().remove("api-version");
    options.attach(&mut request)?;
    RequestInfo::new(operation.id).path_template(operation.path).attach(&mut request);
    request.extensions_mut().insert(url);
    let (head, body) = request.into_parts();
    let body = body.as_bytes().ok_or_else(|| {
        refuse(format!("the body of {} is a stream, which can't be sent again", operation.id))
    })?;
    let request = http::Request::from_parts(head, Bytes::copy_from_slice(body));
    Ok((operation, request))
}

/// The path of the base address of `url`. `None` if the base address is not a URL.
fn base_path<'a>(base: &'a str, url: &Url) -> Option<Cow<'a, str>> {
    // An address that is written as it is parsed, which is the normal case, isn't parsed.
    let written = base.strip_prefix(&url[..Position::BeforePath]).filter(|path| url.path().starts_with(path));
    match written {
        Some(path) => Some(Cow::Borrowed(path)),
        None => Some(Cow::Owned(Url::parse(base).ok()?.path().to_owned())),
    }
}

/// The response that the generated code decodes. It has the address of the request, which the HTTP library would
/// otherwise make up and parse.
#[expect(
    clippy::expect_used,
    reason = "a documented success has three digits, which the generator checks, and so have `NO_RESPONSE` and every \
              status that was sent"
)]
fn documented_response(url: Url, status: u16, headers: HeaderMap, body: Bytes) -> reqwest::Response {
    let response = http::Response::builder().status(status).url(url).body(body);
    let mut response = response.expect("a status has three digits");
    *response.headers_mut() = headers;
    response.into()
}

/// The failure with its body in the documented shape.
fn documented_failure(
    url: Url,
    status: u16,
    mut headers: HeaderMap,
    error: &ServiceError,
) -> reqwest::Response {
    headers.remove(CONTENT_LENGTH);
    headers.remove(CONTENT_ENCODING);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let body = json!({ "error": { "code": error.code, "message": error.message } });
    documented_response(url, status, headers, body.to_string().into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// What is made of a `createBackup` with this body, for a service at `base`.
    fn prepared(base: &str, body: reqwest::Body) -> Result<http::Request<Bytes>, TransportError> {
        let url = Url::parse("https://vbs.example/v2/p1/cloudbackups").unwrap();
        let mut request = reqwest::Request::new(http::Method::POST, url);
        *request.body_mut() = Some(body);
        let info = OperationInfo { operation_id: "create_backup" };
        let prepared = prepare(base, request, &info, &RequestOptions::new());
        prepared.map(|(_, request)| request)
    }

    #[test]
    fn body_is_sent_unchanged() {
        let request = prepared("https://vbs.example", "{}".into()).unwrap();
        assert_eq!(request.body(), "{}");
    }

    #[test]
    fn body_that_is_a_stream_is_refused() {
        let stream = reqwest::Body::wrap(reqwest::Body::from("{}"));
        let error = prepared("https://vbs.example", stream).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Refused);
        assert_eq!(error.to_string(), "the body of createBackup is a stream, which can't be sent again");
    }

    #[test]
    fn base_may_be_written_in_any_form() {
        let url = Url::parse("https://vbs.example/a%20b/v2/p1").unwrap();
        for base in [
            "https://vbs.example/a%20b",
            "https://vbs.example/a b",
            "HTTPS://VBS.example/a%20b",
            "https://vbs.example:443/a%20b",
        ] {
            assert_eq!(base_path(base, &url).as_deref(), Some("/a%20b"), "{base}");
        }
    }

    #[test]
    fn base_that_is_not_a_url_is_refused() {
        let error = prepared("vbs.example", "{}".into()).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Refused);
        assert_eq!(error.to_string(), "the base address of the client is not a URL");
    }
}
