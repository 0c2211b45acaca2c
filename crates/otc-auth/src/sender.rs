//! Sends requests to the identity service.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use otc_http::{HttpTransport, HttpTransportBuilder, Layers, Transport};
use zeroize::Zeroizing;

use crate::file::{Links, open_regular, read_bytes};
use crate::{Config, Error, Result};

const USER_AGENT: &str = concat!("otc-auth/", env!("CARGO_PKG_VERSION"));
/// A catalog is about a hundred kilobytes.
const MAX_BODY: usize = 8 * 1024 * 1024;
/// A bundle with the certificates of all public authorities is about 200 kB.
const LARGEST_PEM: u64 = 16 * 1024 * 1024;
/// The settings for additional trusted certificates, as named in messages.
const TRUST: &str = "`cacert` in clouds.yaml, `OS_CACERT`, or `.cacert(…)` of the builder";

/// The HTTP transport with the settings of this configuration.
pub(crate) fn http(config: &Config) -> Result<HttpTransport> {
    let builder = HttpTransport::builder()
        .max_body(MAX_BODY)
        .connect_timeout(config.connect_timeout)
        .allow_http(config.allow_http)
        .trust_advice(TRUST);
    let builder = config.apply_tls(builder)?;
    builder.build().map_err(|problem| Error::config(problem.to_string()))
}

/// The layers around the HTTP transport. The limit of the whole call comes from the sign-in: see
/// `SingleFlight`.
pub(crate) fn layered(config: &Config, sender: Arc<dyn Transport>) -> Result<Arc<dyn Transport>> {
    Layers::new()
        .timeout(Duration::MAX)
        .attempt_timeout(config.timeout)
        .retry(config.retry.clone())
        .user_agent(USER_AGENT)
        .around(sender)
        .map_err(|problem| Error::config(problem.to_string()))
}

impl Config {
    /// Applies the TLS settings (`cacert`, `cert`, `key`, `verify`) to a transport, so that it trusts the
    /// same servers as the session. A client certificate and `verify` of the transport take precedence;
    /// authorities are trusted in addition to the transport's.
    ///
    /// # Errors
    ///
    /// [`Error::is_config`]: a file can't be read. The text names it.
    pub fn apply_tls(&self, mut http: HttpTransportBuilder) -> Result<HttpTransportBuilder> {
        if let Some(path) = self.cacert() {
            let pem = read_pem("cacert", path)?;
            http = http.root_certificate_file(format!("cacert: {}", path.display()), pem.as_slice());
        }
        if !http.has_client_identity()
            && let Some((cert, key)) = self.client_certificate()
        {
            let mut pem = read_pem("cert", cert)?;
            if key != cert {
                pem = Zeroizing::new([&pem[..], b"\n", &read_pem("key", key)?].concat());
            }
            http = http.client_identity_file(format!("cert: {}", cert.display()), pem.as_slice());
        }
        if !http.has_verify() {
            http = http.verify(self.verify());
        }
        Ok(http)
    }
}

fn read_pem(setting: &str, path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let read = |file: File| -> io::Result<Zeroizing<Vec<u8>>> { read_bytes(file, LARGEST_PEM) };
    open_regular(path, Links::Follow).and_then(read).map_err(|error| {
        let path = path.display();
        Error::config(format!(
            "{setting}: can't read {path}: {error}; fix the path or the file's permissions"
        ))
    })
}
