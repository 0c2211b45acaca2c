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

/// Means that there was no response; HTTP does not have this status. The generated code handles it like any status that the
/// document does not list, and the record of the call has the cause.
const NO_RESPONSE: u16 = 999;

/// Sends the requests of the generated client through a [`Transport`], and records how a call ends.
#[derive(Clone)]
pub struct TransportAdapter {
    transport: Arc<dyn Transport>,
    record: Option<Record>,
    options: RequestOptions,
}

impl TransportAdapter {
    /// Sends through this transport.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self {
            transport,
            record: None,
            options: RequestOptions::new(),
        }
    }

    pub(crate) fn recorded(&self, record: Record, options: RequestOptions) -> Self {
        Self {
            transport: Arc::clone(&self.transport),
            record: Some(record),
            options,
        }
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
                    adapter.record(Ending::Failure {
                        error,
                        note,
                        retry_after,
                    });
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

    let prefix = Url::parse(base).map_or_else(|_| String::new(), |url| url.path().to_owned());
    if !operation.matches_path(request.url().path(), prefix.trim_end_matches('/')) {
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
    RequestInfo::new(operation.id)
        .path_template(operation.path)
        .attach(&mut request);
    request.extensions_mut().insert(operation);
    let request = request.map(|body| Bytes::copy_from_slice(body.as_bytes().unwrap_or_default()));
    Ok((operation, request))
}

/// The response with the documented status, because the generated code refuses every other success. The record of the call
/// has the status that was sent.
fn with_documented_status(
    operation: &Operation,
    mut response: http::Response<Bytes>,
) -> http::Response<Bytes> {
    if let Ok(status) = http::StatusCode::from_u16(operation.status) {
        *response.status_mut() = status;
    }
    response
}

/// The response with its body in the documented shape, which the generated code decodes.
fn with_documented_body(response: http::Response<Bytes>, error: &ServiceError) -> http::Response<Bytes> {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(CONTENT_ENCODING);
    parts
        .headers
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let body = json!({ "error": { "code": error.code, "message": error.message } });
    http::Response::from_parts(parts, body.to_string().into())
}

fn no_response() -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::new());
    if let Ok(status) = http::StatusCode::from_u16(NO_RESPONSE) {
        *response.status_mut() = status;
    }
    response
}
