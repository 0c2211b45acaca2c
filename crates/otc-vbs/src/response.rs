//! Successful responses.

use std::fmt;
use std::ops::Deref;

use http::{HeaderMap, StatusCode};
use otc_vbs_api::Reply;

/// The result of a request with the metadata of its response.
///
/// ```
/// # async fn f(vbs: otc_vbs::Client) -> otc_vbs::Result<()> {
/// let response = vbs.policies().list().response().await?;
/// println!("{} policies, request id {:?}", response.items.len(), response.request_id());
/// let page = response.into_inner();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    request_id: Option<String>,
}

impl<T> Response<T> {
    pub(crate) fn new(reply: Reply<T>) -> Self {
        Self {
            value: reply.value,
            status: reply.status,
            headers: reply.headers,
            request_id: reply.request_id,
        }
    }

    /// The result.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The status of the response, which is a success.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The request id that the service returned. Quote it to the service's support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    pub(crate) fn map<U>(self, map: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: map(self.value),
            status: self.status,
            headers: self.headers,
            request_id: self.request_id,
        }
    }
}

/// Without the headers, which may contain anything.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
