//! Reads the body of a response.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap};
use tokio::time::{Instant, timeout_at};

use crate::service_error::FAILURE_BYTES;
use crate::{CallState, TransportError, TransportErrorKind};

/// The time limit for the body of a failure. The status matters more than the body, and may be one that is
/// retried.
const FAILURE_BODY_TIME: Duration = Duration::from_secs(5);

/// Reads a response and records in `state` what arrives. `failed` makes the error of a broken connection.
pub(crate) async fn read(
    mut response: reqwest::Response,
    state: &CallState,
    max_body: usize,
    authority: &str,
    failed: impl Fn(reqwest::Error) -> TransportError,
) -> Result<http::Response<Bytes>, TransportError> {
    let status = response.status();
    let mut head = http::Response::new(());
    *head.status_mut() = status;
    *head.version_mut() = response.version();
    *head.headers_mut() = std::mem::take(response.headers_mut());
    let encoding = unknown_encoding(head.headers());
    let announced = announced_length(head.headers());
    state.head_arrived(head);

    let read = match encoding {
        Some(encoding) => {
            let message = format!(
                "{authority} answered {status} with the content-encoding `{encoding}`, which was not requested"
            );
            Err(TransportError::new(TransportErrorKind::Unreadable, message))
        }
        None if !status.is_success() => {
            beginning(response, state, max_body).await;
            Ok(())
        }
        None if announced.is_some_and(|length| length > max_body) => Err(too_large(max_body, authority)),
        None => whole(response, state, max_body, authority, failed).await,
    };
    match read {
        Ok(()) => state.take_arrived().ok_or_else(|| {
            // Happens only if another layer of the same call took it, for example if one call sends two
            // requests at once.
            let message =
                format!("the response of {authority} was mixed up with another one of the same call");
            TransportError::new(TransportErrorKind::Interrupted, message)
        }),
        Err(error) => state.settle(error),
    }
}

fn announced_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(max_body: usize, authority: &str) -> TransportError {
    let message = format!("the response of {authority} is larger than the {max_body} bytes of `max_body`");
    TransportError::new(TransportErrorKind::TooLarge, message)
}

/// The value of `content-encoding`, unless it means that the body is not encoded. Requested encodings are
/// already decoded.
fn unknown_encoding(headers: &HeaderMap) -> Option<String> {
    let encodings: Vec<String> = headers
        .get_all(CONTENT_ENCODING)
        .into_iter()
        .flat_map(|value| {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            text.split(',').map(|encoding| encoding.trim().to_ascii_lowercase()).collect::<Vec<_>>()
        })
        .filter(|encoding| !encoding.is_empty() && encoding != "identity")
        .collect();
    (!encodings.is_empty()).then(|| encodings.join(", "))
}

async fn whole(
    mut response: reqwest::Response,
    state: &CallState,
    max_body: usize,
    authority: &str,
    failed: impl Fn(reqwest::Error) -> TransportError,
) -> Result<(), TransportError> {
    while let Some(chunk) = response.chunk().await.map_err(&failed)? {
        if !state.body_arrived(&chunk, max_body) {
            return Err(too_large(max_body, authority));
        }
    }
    Ok(())
}

/// Reads the beginning of a failure's body. If the body breaks off or takes too long, the part that arrived
/// is used.
async fn beginning(mut response: reqwest::Response, state: &CallState, max_body: usize) {
    let limit = FAILURE_BYTES.min(max_body);
    let deadline = Instant::now() + FAILURE_BODY_TIME;
    let mut room = limit;
    while let Ok(Ok(Some(chunk))) = timeout_at(deadline, response.chunk()).await {
        let part = &chunk[..chunk.len().min(room)];
        state.body_arrived(part, limit);
        room -= part.len();
        if room == 0 {
            break;
        }
    }
}
