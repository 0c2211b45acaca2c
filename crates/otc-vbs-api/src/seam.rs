//! Where the generated client hands its requests to a [`Transport`].

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use url::Url;

use crate::watched::{Ending, Record};
use crate::{Client, Operation, ResponseNote, ServiceError, Transport, TransportError, TransportErrorKind};

/// No status of HTTP: it stands for "there was no response". The generated code treats it like every status that the
/// document does not name, and the cause is in the record of the call.
const NO_RESPONSE: u16 = 999;

/// What the generated client holds: the transport, and where to note how a watched call ended.
#[derive(Clone)]
pub struct Seam {
    transport: Arc<dyn Transport>,
    record: Option<Record>,
}

impl Seam {
    /// A seam to this transport.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self {
            transport,
            record: None,
        }
    }

    pub(crate) fn recorded(&self, record: Record) -> Self {
        Self {
            transport: Arc::clone(&self.transport),
            record: Some(record),
        }
    }

    fn note(&self, ending: Ending) {
        if let Some(record) = &self.record {
            record.note(ending);
        }
    }
}

impl fmt::Debug for Seam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seam").finish_non_exhaustive()
    }
}

impl ClientHooks<Seam> for Client {
    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let seam = self.inner();
        let result = match prepare(self.baseurl(), request, info) {
            Ok((operation, request)) => seam.transport.send(operation, request).await,
            Err(refused) => Err(refused),
        };
        let response = match result {
            Ok(response) => match ServiceError::of(&response) {
                None => {
                    seam.note(Ending::success(&response));
                    response
                }
                Some(error) => {
                    let note = response.extensions().get::<ResponseNote>().cloned();
                    let retry_after = response.extensions().get().copied();
                    let normalised = error.replace_body(response);
                    seam.note(Ending::Failure {
                        error,
                        note,
                        retry_after,
                    });
                    normalised
                }
            },
            Err(error) => {
                seam.note(Ending::NoResponse(error));
                no_response()
            }
        };
        Ok(response.into())
    }
}

/// Makes of what the generated code built what a transport takes, and refuses what the caller can't have meant.
fn prepare(
    base: &str,
    request: reqwest::Request,
    info: &OperationInfo,
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
        .map_err(|error| refuse("the request is no HTTP request".to_owned()).with_source(error))?;
    // The version of the document, under a name that a service could take for its own.
    request.headers_mut().remove("api-version");
    let request = request.map(|body| Bytes::copy_from_slice(body.as_bytes().unwrap_or_default()));
    Ok((operation, request))
}

fn no_response() -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::new());
    if let Ok(status) = http::StatusCode::from_u16(NO_RESPONSE) {
        *response.status_mut() = status;
    }
    response
}
