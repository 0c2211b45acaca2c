//! How a client is made, and its debug form.

use std::sync::{Arc, LazyLock};

use url::Url;

use crate::seam::Seam;
use crate::{Client, Transport, TransportError, TransportErrorKind, Watched};

/// The generated code builds its requests with one of these. It never sends, so that one serves all, and needs neither
/// time-outs nor proxies.
static BUILDS_REQUESTS: LazyLock<Result<reqwest::Client, String>> = LazyLock::new(|| {
    let client = reqwest::Client::builder().no_proxy().build();
    client.map_err(|error| error.to_string())
});

impl Client {
    /// A client whose requests go to `endpoint` through `transport`.
    ///
    /// The endpoint is what stands before `/v2`, for example `https://vbs.eu-de.otc.t-systems.com`.
    ///
    /// # Errors
    ///
    /// Where the TLS library can't be set up, which no request would survive either.
    pub fn over(endpoint: &Url, transport: impl Transport) -> Result<Self, TransportError> {
        let builds_requests = BUILDS_REQUESTS.as_ref().map_err(|problem| {
            let message = format!("the HTTP library can't be set up: {problem}");
            TransportError::new(TransportErrorKind::Refused, message)
        })?;
        let base = endpoint.as_str().trim_end_matches('/');
        Ok(Self::new_with_client(
            base,
            builds_requests.clone(),
            Seam::new(Arc::new(transport)),
        ))
    }

    /// The same client for one call, watched so that status and request id are known however the call ends.
    pub fn watched(&self) -> Watched {
        Watched::new(self)
    }
}
