//! How a client is made, and its debug form.

use std::sync::Arc;

use url::Url;

use crate::seam::Seam;
use crate::{Client, Transport, TransportError, TransportErrorKind, Watched};

impl Client {
    /// A client whose requests go to `endpoint` through `transport`.
    ///
    /// The endpoint is what stands before `/v2`, for example `https://vbs.eu-de.otc.t-systems.com`.
    ///
    /// # Errors
    ///
    /// Where the TLS library can't be set up, which no request would survive either.
    pub fn over(endpoint: &Url, transport: impl Transport) -> Result<Self, TransportError> {
        // It builds requests and never sends one, so it needs neither time-outs nor proxies.
        let builds_requests = reqwest::Client::builder()
            .no_proxy()
            .build()
            .map_err(|error| {
                TransportError::new(
                    TransportErrorKind::Refused,
                    "the HTTP library can't be set up",
                )
                .with_source(error)
            })?;
        let base = endpoint.as_str().trim_end_matches('/');
        Ok(Self::new_with_client(
            base,
            builds_requests,
            Seam::new(Arc::new(transport)),
        ))
    }

    /// The same client for one call, watched so that status and request id are known however the call ends.
    pub fn watched(&self) -> Watched {
        Watched::new(self)
    }
}
