//! Keeps the status and the request id of a call, whether it succeeds or fails.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::repair::{self, ItemProblem, Repaired};
use crate::types::VbsError;
use crate::{Client, Error, Operation, ResponseValue};
use otc_http::{RequestOptions, ResponseNote, RetryAfter, ServiceError, TransportError, request_id};

/// A [`Client`] for one call.
///
/// If a response deviates from the document, the generated code loses its status, its headers and the cause.
/// A recorded call keeps them:
///
/// ```
/// # async fn f(client: otc_vbs_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let call = client.record_call(otc_http::RequestOptions::new());
/// let project = otc_vbs_api::values::ProjectId::try_from("4229d7a4")?;
/// let answer = call.client().list_backup_policies(&project).await;
/// let reply = call.outcome(answer)?;
/// println!("{} policies", reply.value.backup_policies.len());
/// # Ok(())
/// # }
/// ```
pub struct RecordedCall {
    client: Client,
    record: Record,
}

impl fmt::Debug for RecordedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedCall").finish_non_exhaustive()
    }
}

impl RecordedCall {
    pub(crate) fn new(client: &Client, options: RequestOptions) -> Self {
        let record = Record::default();
        let mut client = client.clone();
        client.inner = client.inner.recorded(record.clone(), options);
        Self { client, record }
    }

    /// The client to make the call with.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The result of the call.
    ///
    /// A body that deviates from the document is decoded as far as possible:
    ///
    /// - An optional field that can't be decoded is `None`, with a warning through `tracing` that names the operation and the
    ///   field, but no value. Numbers that are sent as text, and text that is sent as numbers, are converted.
    /// - A required time keeps its text, and a status that is missing or null is an unlisted status without text.
    /// - An item of a list whose id, or another required member, is missing or unusable is reported in
    ///   [`Reply::problems`]. All other items are returned.
    ///
    /// Any success status is accepted, unless the body is an error.
    ///
    /// # Errors
    ///
    /// See [`CallError`].
    pub fn outcome<T: DeserializeOwned>(
        self,
        answer: Result<ResponseValue<T>, Error<VbsError>>,
    ) -> Result<Reply<T>, CallError> {
        match (self.record.take(), answer) {
            (Some(Ending::Success(success)), answer) => success.reply(answer),
            (Some(Ending::NoResponse(error)), _) => Err(CallError::Transport(error)),
            // The body is an error with a success status. Decoded, it may look like a result without members.
            (Some(Ending::Failure { error, note, retry_after }), _) => Err(CallError::Service {
                error,
                note: note.map(|ResponseNote(note)| note),
                retry_after: retry_after.map(|RetryAfter(wait)| wait),
            }),
            (None, Err(Error::InvalidRequest(problem))) => Err(CallError::InvalidArgument(problem)),
            (None, Err(error)) => Err(CallError::InvalidArgument(error.to_string())),
            (None, Ok(_)) => Err(CallError::InvalidArgument(
                "the request was sent by a client other than the one of this call".to_owned(),
            )),
        }
    }
}

/// A successful response.
#[derive(Clone)]
#[non_exhaustive]
pub struct Reply<T> {
    /// The decoded body.
    pub value: T,
    /// The status, which is a success.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The request id, for the service's support.
    pub request_id: Option<String>,
    /// The items that are not in the decoded list, because a required member is missing or unusable.
    pub problems: Vec<ItemProblem>,
}

/// Without the body and the headers, which may contain anything.
impl<T> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

/// The reason why a call failed.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// An argument can't be put into a request. Nothing was sent: fix the caller.
    #[error("{0}")]
    InvalidArgument(String),
    /// No complete response arrived. The [kind](otc_http::TransportErrorKind) of the error determines what to
    /// do.
    #[error(transparent)]
    Transport(TransportError),
    /// The service, or a gateway or proxy in front of it, reported that the request failed. If its code is
    /// known, [`ErrorCode::action`](crate::ErrorCode::action) says what to do.
    #[error("{error}{}", note.as_ref().map(|note| format!(", {note}")).unwrap_or_default())]
    #[non_exhaustive]
    Service {
        /// The error in the response.
        error: ServiceError,
        /// A note that the layers add to it, for example `after 4 attempts`: see [`ResponseNote`].
        note: Option<String>,
        /// The time that the service asks to wait before the next request: see [`RetryAfter`].
        retry_after: Option<Duration>,
    },
    /// The response is a success, but not as documented. Report it with the request id.
    #[error("{problem}")]
    #[non_exhaustive]
    Unexpected {
        /// The status, which is a success.
        status: StatusCode,
        /// The request id, for the service's support.
        request_id: Option<String>,
        /// The deviation from the document.
        problem: String,
        /// The body.
        body: Bytes,
    },
}

/// The text, without the body, which may contain anything.
impl fmt::Debug for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallError({self})")
    }
}

/// The outcome of a call, recorded by the adapter.
#[derive(Clone, Default)]
pub(crate) struct Record(Arc<Mutex<Option<Ending>>>);

pub(crate) enum Ending {
    NoResponse(TransportError),
    Failure { error: ServiceError, note: Option<ResponseNote>, retry_after: Option<RetryAfter> },
    Success(Success),
}

/// A response with a success status that is not an error.
pub(crate) struct Success {
    pub(crate) operation: &'static Operation,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Success {
    /// Returns the reply with the body that the generated code decoded or, if it could not, with as much as
    /// can be decoded.
    fn reply<T: DeserializeOwned>(
        self,
        answer: Result<ResponseValue<T>, Error<VbsError>>,
    ) -> Result<Reply<T>, CallError> {
        let request_id = request_id(&self.headers);
        let repaired = match answer {
            Ok(response) => Ok(Repaired { value: response.into_inner(), problems: Vec::new() }),
            Err(_) => repair::decode(self.operation, &self.body),
        };
        match repaired {
            Ok(Repaired { value, problems }) => {
                Ok(Reply { value, status: self.status, headers: self.headers, request_id, problems })
            }
            Err(problem) => {
                Err(CallError::Unexpected { status: self.status, request_id, problem, body: self.body })
            }
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
