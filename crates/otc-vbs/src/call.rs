//! Connects the generated requests with the generated wire client.

use otc_http::RequestOptions;
use otc_vbs_api::limit::Violation;
use otc_vbs_api::types::VbsError;
use otc_vbs_api::values::ProjectId;
use otc_vbs_api::{RecordedCall, ResponseValue};
use serde::de::DeserializeOwned;

use crate::paging::RawPage;
use crate::{Client, Error, Response, Result};

/// The result of a function of the wire client.
type Answer<T> = std::result::Result<ResponseValue<T>, otc_vbs_api::Error<VbsError>>;

/// The client and the options of a request.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    client: Client,
    options: RequestOptions,
}

impl Call {
    pub(crate) fn new(client: &Client) -> Self {
        Self { client: client.clone(), options: RequestOptions::new() }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn map_options(&mut self, change: impl FnOnce(RequestOptions) -> RequestOptions) {
        self.options = change(std::mem::take(&mut self.options));
    }

    /// Refuses an argument that breaks a limit of the document.
    pub(crate) fn check(&self, function: &str, checked: std::result::Result<(), Violation>) -> Result<()> {
        checked.map_err(|violation| Error::argument(function, violation.to_string()))
    }

    pub(crate) fn record(&self) -> Recorded {
        Recorded { client: self.client.clone(), call: self.client.api().record_call(self.options.clone()) }
    }
}

/// One call. Its response is kept, whether it succeeds or fails.
pub(crate) struct Recorded {
    client: Client,
    call: RecordedCall,
}

impl Recorded {
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn api(&self) -> &otc_vbs_api::Client {
        self.call.client()
    }

    pub(crate) fn project_id(&self) -> &ProjectId {
        self.client.project_id()
    }

    pub(crate) fn finish<T>(self, function: &str, answer: Answer<T>) -> Result<Response<T>>
    where
        T: DeserializeOwned,
    {
        let reply = self.call.outcome(answer).map_err(|error| Error::call(function, error))?;
        Ok(Response::new(reply))
    }

    pub(crate) fn finish_list<T, I>(
        self,
        function: &str,
        answer: Answer<T>,
        page: impl FnOnce(T) -> RawPage<I>,
    ) -> Result<Response<RawPage<I>>>
    where
        T: DeserializeOwned,
    {
        let mut reply = self.call.outcome(answer).map_err(|error| Error::call(function, error))?;
        let errors = std::mem::take(&mut reply.problems)
            .into_iter()
            .map(|problem| {
                let error = Error::item(function, &problem, reply.status, reply.request_id.clone());
                (problem.index, error)
            })
            .collect();
        Ok(Response::new(reply).map(|list| page(list).errors(errors)))
    }
}

/// Implements the functions that every request has.
macro_rules! request_options {
    ($request:ident) => {
        impl $request {
            /// Limits the time for this call, with all its attempts. Takes precedence over
            /// [`ClientBuilder::timeout`](crate::ClientBuilder::timeout). For a list, the limit is for each page.
            pub fn timeout(mut self, limit: ::std::time::Duration) -> Self {
                self.call.map_options(|options| options.timeout(limit));
                self
            }

            /// Sets how this call is retried. Takes precedence over
            /// [`ClientBuilder::retry`](crate::ClientBuilder::retry). [`RetryPolicy::never`] disables
            /// retries.
            pub fn retry(mut self, policy: RetryPolicy) -> Self {
                self.call.map_options(|options| options.retry(policy));
                self
            }

            /// Adds a header to this call. A header that the client sets itself is refused when the request is sent.
            pub fn header<N, V>(mut self, name: N, value: V) -> Self
            where
                ::http::HeaderName: TryFrom<N>,
                ::http::HeaderValue: TryFrom<V>,
            {
                self.call.map_options(|options| options.header(name, value));
                self
            }
        }
    };
}
pub(crate) use request_options;
