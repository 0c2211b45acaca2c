//! Keeps the status and the request id of a call, however it ends.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::decode_problem::without_values;
use crate::types::VbsError;
use crate::{Client, Error, ResponseValue};
use otc_http::{ResponseNote, RetryAfter, ServiceError, TransportError, request_id};

/// A [`Client`] for one call.
///
/// If a response is not what the document says, the generated code loses its status, its headers and the cause. A recorded
/// call keeps them:
///
/// ```
/// # async fn f(client: otc_vbs_api::Client) -> Result<(), otc_vbs_api::CallError> {
/// let call = client.record_call();
/// let answer = call.client().list_backup_policies().project_id("4229d7a4").send().await;
/// let reply = call.outcome(answer)?;
/// println!("{} policies", reply.value.backup_policies.len());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct RecordedCall {
    client: Client,
    record: Record,
}

impl RecordedCall {
    pub(crate) fn new(client: &Client) -> Self {
        let record = Record::default();
        let mut client = client.clone();
        client.inner = client.inner.recorded(record.clone());
        Self { client, record }
    }

    /// The client to make the call with.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The result of the call.
    ///
    /// # Errors
    ///
    /// See [`CallError`].
    pub fn outcome<T>(
        self,
        answer: Result<ResponseValue<T>, Error<VbsError>>,
    ) -> Result<Reply<T>, CallError> {
        let ending = self.record.take();
        let error = match (answer, &ending) {
            // The decoded body is that of a failure with a status of success. It may look like a result without members.
            (Ok(_), Some(Ending::Failure { .. } | Ending::NoResponse(_))) => {
                Error::InvalidRequest("the request failed".to_owned())
            }
            (Ok(response), _) => {
                let status = response.status();
                let request_id = request_id(response.headers());
                return Ok(Reply {
                    value: response.into_inner(),
                    status,
                    request_id,
                });
            }
            (Err(error), _) => error,
        };
        match (ending, error) {
            (Some(Ending::NoResponse(error)), _) => Err(CallError::Transport(error)),
            (
                Some(Ending::Failure {
                    error,
                    note,
                    retry_after,
                }),
                _,
            ) => Err(CallError::Service {
                error,
                note: note.map(|ResponseNote(note)| note),
                retry_after: retry_after.map(|RetryAfter(wait)| wait),
            }),
            (
                Some(Ending::Success {
                    status,
                    headers,
                    body,
                }),
                error,
            ) => Err(CallError::Unexpected {
                status,
                request_id: request_id(&headers),
                problem: problem(status, &error),
                body,
            }),
            (None, Error::InvalidRequest(problem)) => Err(CallError::InvalidArgument(problem)),
            (None, error) => Err(CallError::InvalidArgument(error.to_string())),
        }
    }
}

/// What is wrong with a successful response. The body may contain anything, so it is not quoted.
fn problem(status: StatusCode, error: &Error<VbsError>) -> String {
    match error {
        Error::InvalidResponsePayload(body, _) if body.is_empty() => "the body is empty".to_owned(),
        Error::InvalidResponsePayload(_, error) => {
            format!("the body is not as documented: {}", without_values(error))
        }
        _ => format!("status {} is not documented for it", status.as_u16()),
    }
}

/// A successful response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reply<T> {
    /// The decoded body.
    pub value: T,
    /// The status, a success.
    pub status: StatusCode,
    /// The identifier of the request, for the service's support.
    pub request_id: Option<String>,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// An argument can't be put into a request. Nothing was sent: fix the caller.
    #[error("{0}")]
    InvalidArgument(String),
    /// There is no response, or not all of it. What to do depends on its [kind](otc_http::TransportErrorKind).
    #[error(transparent)]
    Transport(TransportError),
    /// The service, or something in front of it, says that the request failed. If its code is known,
    /// [`ErrorCode::action`](crate::ErrorCode::action) says what to do.
    #[error("{error}{}", note.as_ref().map(|note| format!(", {note}")).unwrap_or_default())]
    #[non_exhaustive]
    Service {
        /// What it says.
        error: ServiceError,
        /// What the layers add to it, for example `after 4 attempts`: see [`ResponseNote`].
        note: Option<String>,
        /// How long the service asks to wait before the next request: see [`RetryAfter`].
        retry_after: Option<Duration>,
    },
    /// The response is a success, but not as documented. Report it with the request id.
    #[error("{problem}")]
    #[non_exhaustive]
    Unexpected {
        /// The status, a success.
        status: StatusCode,
        /// The identifier of the request, for the service's support.
        request_id: Option<String>,
        /// What is not as documented.
        problem: String,
        /// The body.
        body: Bytes,
    },
}

/// How a call ended, recorded by the adapter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record(Arc<Mutex<Option<Ending>>>);

#[derive(Debug)]
pub(crate) enum Ending {
    NoResponse(TransportError),
    Failure {
        error: ServiceError,
        note: Option<ResponseNote>,
        retry_after: Option<RetryAfter>,
    },
    Success {
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    },
}

impl Ending {
    pub(crate) fn success(response: &http::Response<Bytes>) -> Self {
        Self::Success {
            status: response.status(),
            headers: response.headers().clone(),
            body: response.body().clone(),
        }
    }
}

impl Record {
    pub(crate) fn set(&self, ending: Ending) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ending);
    }

    fn take(&self) -> Option<Ending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
