//! What the transport that sends is made of.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::HttpTransport;
use super::http::cause;
use super::tls;
use crate::{Error, Result};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A page of a thousand jobs is a few hundred kilobytes.
const MAX_BODY: usize = 32 * 1024 * 1024;

/// What an [`HttpTransport`] is made of. Made by [`HttpTransport::builder`].
#[derive(Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct HttpTransportBuilder {
    connect_timeout: Option<Duration>,
    max_body: Option<usize>,
    roots: Vec<Vec<u8>>,
    identity: Option<SecretSlice<u8>>,
    verify: Option<bool>,
    proxy: Proxy,
    allow_http: bool,
}

#[derive(Default)]
enum Proxy {
    /// Those of `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, and of the system.
    #[default]
    Environment,
    None,
    Url(SecretString),
}

impl HttpTransportBuilder {
    /// How long the making of a connection may take, TLS included. 10 seconds where it is not set.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// The largest body that is read, in bytes. 32 MiB where it is not set.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = Some(bytes);
        self
    }

    /// Trusts the certificates of this PEM text too, beside those that the system trusts.
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Shows this certificate where the server asks for one: PEM text that holds the private key and the certificate with
    /// what it is signed by. With `native-tls` the key has to be in PKCS #8 (`BEGIN PRIVATE KEY`).
    pub fn client_identity_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.identity = Some(SecretSlice::from(pem.into()));
        self
    }

    /// Whether the certificates of servers are checked. They are where it is not set; where they are not, the token goes to
    /// whoever stands in the way.
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = Some(verify);
        self
    }

    pub(crate) fn has_client_identity(&self) -> bool {
        self.identity.is_some()
    }

    pub(crate) fn has_verify(&self) -> bool {
        self.verify.is_some()
    }

    /// Goes through this proxy, whatever the environment says: `http://host:port`, possibly with `user:password@` in front
    /// of the host.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Proxy::Url(SecretString::from(url.into()));
        self
    }

    /// Goes through no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Proxy::None;
        self
    }

    /// Goes through no proxy where none was named.
    pub(crate) fn no_environment_proxy(mut self) -> Self {
        if matches!(self.proxy, Proxy::Environment) {
            self.proxy = Proxy::None;
        }
        self
    }

    /// Allows `http` to hosts other than this machine. The token then goes over the network for all to read.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// The transport. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid`]: a setting can't be used; the message names it.
    pub fn build(self) -> Result<HttpTransport> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            // Another crate of the program may have these features on.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .connect_timeout(self.connect_timeout.unwrap_or(CONNECT_TIMEOUT));
        builder = match &self.proxy {
            Proxy::Environment => builder,
            Proxy::None => builder.no_proxy(),
            Proxy::Url(url) => {
                // Neither the URL nor what is wrong with it is repeated: it may hold a password.
                let unusable = || Error::setting("proxy: it is no URL of a proxy, such as http://proxy:3128");
                // A scheme that nobody knows would be noticed with the first request only.
                let parsed = url::Url::parse(url.expose_secret()).map_err(|_| unusable())?;
                if !matches!(parsed.scheme(), "http" | "https") {
                    return Err(unusable());
                }
                let proxy = reqwest::Proxy::all(url.expose_secret());
                builder.proxy(proxy.map_err(|_| unusable())?)
            }
        };
        let identity = self.identity.as_ref().map(|pem| pem.expose_secret());
        let verify = self.verify.unwrap_or(true);
        builder = tls::configured(builder, &self.roots, identity, verify)?;
        let client = builder
            .build()
            .map_err(|error| Error::setting(format!("the HTTP client can't be set up: {}", cause(&error))))?;
        let max_body = self.max_body.unwrap_or(MAX_BODY);
        Ok(HttpTransport::new(client, max_body, self.allow_http))
    }
}

impl fmt::Debug for HttpTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransportBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("max_body", &self.max_body)
            .field("allow_http", &self.allow_http)
            .finish_non_exhaustive()
    }
}
