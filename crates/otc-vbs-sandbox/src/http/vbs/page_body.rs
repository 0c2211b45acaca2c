//! Pages of backup jobs as JSON.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::header::{CONTENT_TYPE, HeaderValue};
use otc_vbs_api::types::{BackupJob, BackupJobList};

use crate::domain::data_error::DataError;
use crate::domain::history::job_list::JobList;
use crate::domain::history::page::Page;
use crate::domain::identifiers::Identifiers;

/// The number of jobs in memory at once. The reference does not limit `limit`, so one page may contain
/// millions.
const CHUNK: usize = 1000;

/// One page of backup jobs, in chunks.
pub(crate) fn response(
    identifiers: Identifiers,
    jobs: JobList,
    page: Page,
    count: u64,
) -> Result<Response, DataError> {
    let (begin, end) = envelope(count)?;
    let mut pieces = Pieces { identifiers, jobs, page, begin: Some(begin), end: Some(end) };
    let first = pieces.piece()?;
    // A page in one chunk has a `Content-Length`.
    let body = if pieces.end.is_none() {
        Body::from(first)
    } else {
        Body::from_stream(stream::iter([Ok(first)].into_iter().chain(pieces)))
    };
    let json = HeaderValue::from_static("application/json");
    Ok(([(CONTENT_TYPE, json)], body).into_response())
}

/// The JSON before and after the jobs: the wire type without jobs, so that it follows the document.
fn envelope(count: u64) -> Result<(String, String), DataError> {
    let mut list = BackupJobList::new(Vec::<BackupJob>::new());
    list.count = Some(count);
    let text = serde_json::to_string(&list)?;
    let (begin, end) =
        text.split_once("[]").ok_or_else(|| DataError::Field(format!("no empty list in `{text}`")))?;
    Ok((format!("{begin}["), format!("]{end}")))
}

struct Pieces {
    identifiers: Identifiers,
    jobs: JobList,
    page: Page,
    /// The JSON before the jobs, until it is written.
    begin: Option<String>,
    /// The JSON after the jobs, until it is written.
    end: Option<String>,
}

impl Pieces {
    fn piece(&mut self) -> Result<Bytes, DataError> {
        let begin = self.begin.take();
        let mut comma = begin.is_none();
        let mut piece = begin.map_or_else(Vec::new, String::into_bytes);
        for position in self.page.by_ref().take(CHUNK) {
            if comma {
                piece.push(b',');
            }
            comma = true;
            serde_json::to_writer(&mut piece, &self.jobs.job(&self.identifiers, position)?)?;
        }
        if let Some(end) = self.end.take_if(|_| self.page.len() == 0) {
            piece.extend(end.into_bytes());
        }
        Ok(piece.into())
    }
}

impl Iterator for Pieces {
    type Item = Result<Bytes, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.end.as_ref()?;
        let piece = self.piece();
        if piece.is_err() {
            // An error breaks the connection. Nothing can be written after it.
            self.end = None;
        }
        Some(piece)
    }
}
