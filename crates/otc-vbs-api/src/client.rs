//! Creates clients.

use std::sync::{Arc, LazyLock};

use otc_http::{RequestOptions, Transport, TransportError, TransportErrorKind};
use url::Url;

use crate::{Client, RecordedCall, TransportAdapter};

/// Builds the requests of the generated code. It never sends any, so all clients share one without timeouts
/// and proxies.
static REQUEST_BUILDER: LazyLock<Result<reqwest::Client, String>> = LazyLock::new(|| {
    let client = reqwest::Client::builder().no_proxy().build();
    client.map_err(|error| error.to_string())
});

impl Client {
    /// A client whose requests go to `endpoint` through `transport`.
    ///
    /// The endpoint is the part of the address before `/v2`, for example `https://vbs.eu-de.otc.t-systems.com`.
    ///
    /// # Errors
    ///
    /// If the TLS library can't be set up. No request could be sent then.
    pub fn over(endpoint: &Url, transport: impl Transport) -> Result<Self, TransportError> {
        let request_builder = REQUEST_BUILDER.as_ref().map_err(|problem| {
            let message = format!("the HTTP library can't be set up: {problem}");
            TransportError::new(TransportErrorKind::Refused, message)
        })?;
        let base = endpoint.as_str().trim_end_matches('/');
        Ok(Self::new_with_client(base, request_builder.clone(), TransportAdapter::new(Arc::new(transport))))
    }

    /// Returns the same client for one call with its own options. The call keeps its status and request id,
    /// whether it succeeds or fails.
    pub fn record_call(&self, options: RequestOptions) -> RecordedCall {
        RecordedCall::new(self, options)
    }
}
