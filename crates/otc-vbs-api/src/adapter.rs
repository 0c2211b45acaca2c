//! Connects the generated client to a [`Transport`].

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use otc_http::{
    RequestInfo, RequestOptions, ResponseNote, ServiceError, Transport, TransportError, TransportErrorKind,
};
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use serde_json::json;
use url::Url;

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
                    adapter.record(Ending::Success(Success {
                        operation,
                        status: response.status(),
                        headers: response.headers().clone(),
                        body: response.body().clone(),
                    }));
                    with_documented_status(operation, response)
                }
                Some(error) => {
                    let note = response.extensions().get::<ResponseNote>().cloned();
                    let retry_after = response.extensions().get().copied();
                    let normalised = with_documented_body(response, &error);
                    adapter.record(Ending::Failure { error, note, retry_after });
                    normalised
                }
            },
            Err(error) => {
                adapter.record(Ending::NoResponse(error));
                no_response()
            }
        };
        Ok(response.into())
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

    let base =
        Url::parse(base).map_err(|_| refuse("the base address of the client is not a URL".to_owned()))?;
    if !operation.matches_path(request.url().path(), base.path().trim_end_matches('/')) {
        return Err(refuse(format!(
            "a parameter of the path {} is empty or contains a slash: the request would go to {}",
            operation.path,
            request.url().path(),
        )));
    }

    let mut request = http::Request::<reqwest::Body>::try_from(request)
        .map_err(|error| refuse("the request can't be built".to_owned()).with_source(error))?;
    // The generated code adds the version of the document, which a service could mistake for its own version.
    request.headers_mut().remove("api-version");
    options.attach(&mut request)?;
    RequestInfo::new(operation.id).path_template(operation.path).attach(&mut request);
    request.extensions_mut().insert(operation);
    let (head, body) = request.into_parts();
    let body = body.as_bytes().ok_or_else(|| {
        refuse(format!("the body of {} is a stream, which can't be sent again", operation.id))
    })?;
    let request = http::Request::from_parts(head, Bytes::copy_from_slice(body));
    Ok((operation, request))
}

/// The response with the documented status, because the generated code refuses every other success. The record of the call
/// has the status that was sent.
fn with_documented_status(
    operation: &Operation,
    mut response: http::Response<Bytes>,
) -> http::Response<Bytes> {
    *response.status_mut() = status(operation.status);
    response
}

/// The response with its body in the documented shape, which the generated code decodes.
fn with_documented_body(response: http::Response<Bytes>, error: &ServiceError) -> http::Response<Bytes> {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(CONTENT_ENCODING);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let body = json!({ "error": { "code": error.code, "message": error.message } });
    http::Response::from_parts(parts, body.to_string().into())
}

fn no_response() -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = status(NO_RESPONSE);
    response
}

#[expect(
    clippy::expect_used,
    reason = "a documented success has three digits, which the generator checks, and so has `NO_RESPONSE`"
)]
fn status(code: u16) -> http::StatusCode {
    http::StatusCode::from_u16(code).expect("a status has three digits")
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
    fn base_that_is_not_a_url_is_refused() {
        let error = prepared("vbs.example", "{}".into()).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Refused);
        assert_eq!(error.to_string(), "the base address of the client is not a URL");
    }
}
