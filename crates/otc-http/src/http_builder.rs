//! The builder of [`HttpTransport`].

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::proxy::ProxySettings;
use crate::tls::{self, Pem};
use crate::{HttpTransport, InvalidSetting};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A page of a thousand jobs is a few hundred kilobytes.
const MAX_BODY: usize = 32 * 1024 * 1024;
/// Advice on how to trust an authority, unless [`HttpTransportBuilder::trust_advice`] says otherwise.
const TRUST: &str = "`.root_certificate_pem(…)` of the builder";

/// The settings of an [`HttpTransport`]. Made by [`HttpTransport::builder`].
#[derive(Clone, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct HttpTransportBuilder {
    connect_timeout: Option<Duration>,
    max_body: Option<usize>,
    roots: Vec<PemText>,
    identity: Option<PemText>,
    verify: Option<bool>,
    proxy: Proxy,
    allow_http: bool,
    trust: Option<&'static str>,
}

/// PEM text, which may contain a private key, and the setting that it comes from.
#[derive(Clone)]
struct PemText {
    setting: String,
    bytes: SecretSlice<u8>,
}

impl PemText {
    fn new(setting: impl Into<String>, pem: impl Into<Vec<u8>>) -> Self {
        Self { setting: setting.into(), bytes: SecretSlice::from(pem.into()) }
    }

    fn borrowed(&self) -> Pem<'_> {
        Pem { setting: &self.setting, bytes: self.bytes.expose_secret() }
    }
}

#[derive(Clone, Default)]
enum Proxy {
    /// The proxies of `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, and of the system.
    #[default]
    Environment,
    None,
    Url(SecretString),
}

impl HttpTransportBuilder {
    /// Limits the time for making a connection, TLS included. Defaults to 10 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// Limits the size of a response's decoded body, in bytes. Defaults to 32 MiB.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = Some(bytes);
        self
    }

    /// Trusts the certificates in this PEM text, in addition to those that the system trusts.
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(PemText::new("root_certificate_pem", pem));
        self
    }

    /// Presents this certificate if the server asks for one: PEM text with the private key, the certificate and the
    /// intermediate certificates. With `native-tls`, the key must be in PKCS #8 (`BEGIN PRIVATE KEY`).
    pub fn client_identity_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.identity = Some(PemText::new("client_identity_pem", pem));
        self
    }

    /// Trusts the certificates in this PEM text, which was read from the file of a setting. If they can't be
    /// used, the error begins with `setting`, for example `cacert: /etc/ca.pem`.
    pub fn root_certificate_file(mut self, setting: impl Into<String>, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(PemText::new(setting, pem));
        self
    }

    /// Presents this certificate, whose PEM text was read from the file of a setting. If it can't be used,
    /// the error begins with `setting`, for example `cert: /etc/client.pem`.
    pub fn client_identity_file(mut self, setting: impl Into<String>, pem: impl Into<Vec<u8>>) -> Self {
        self.identity = Some(PemText::new(setting, pem));
        self
    }

    /// Sets whether server certificates are verified. Defaults to true. If they are not, any host that
    /// intercepts the connection can read the credentials.
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = Some(verify);
        self
    }

    /// Whether a client certificate was set.
    pub fn has_client_identity(&self) -> bool {
        self.identity.is_some()
    }

    /// Whether [`verify`](Self::verify) was set.
    pub fn has_verify(&self) -> bool {
        self.verify.is_some()
    }

    /// Uses this proxy and ignores the environment: `http://host:port`, or `http://user:password@host:port`.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Proxy::Url(SecretString::from(url.into()));
        self
    }

    /// Uses no proxy and ignores the environment.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Proxy::None;
        self
    }

    /// Allows `http` to hosts other than this machine. Credentials are then readable on the network.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Names the settings for additional trusted certificates in the message about a certificate that is not
    /// trusted. The text follows "add its certificate to ": for example ``"`cacert` in clouds.yaml"``.
    pub fn trust_advice(mut self, advice: &'static str) -> Self {
        self.trust = Some(advice);
        self
    }

    /// Builds the transport. Nothing is sent.
    ///
    /// # Errors
    ///
    /// If a setting can't be used.
    pub fn build(self) -> Result<HttpTransport, InvalidSetting> {
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            // Another crate of the program may have enabled these features.
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .connect_timeout(self.connect_timeout.unwrap_or(CONNECT_TIMEOUT));
        #[cfg(feature = "gzip")]
        let builder = builder.gzip(true);
        #[cfg(not(feature = "gzip"))]
        let builder = builder.no_gzip();
        let proxies = match &self.proxy {
            Proxy::Environment => ProxySettings::from_variables(|name| std::env::var_os(name))?,
            Proxy::None => ProxySettings::none(),
            Proxy::Url(url) => ProxySettings::fixed(url.expose_secret())?,
        };
        let roots: Vec<Pem<'_>> = self.roots.iter().map(PemText::borrowed).collect();
        let identity = self.identity.as_ref().map(PemText::borrowed);
        let client =
            tls::build_client(proxies.apply(builder), &roots, identity, self.verify.unwrap_or(true))?;
        Ok(HttpTransport {
            client,
            proxies,
            max_body: self.max_body.unwrap_or(MAX_BODY),
            allow_http: self.allow_http,
            trust: self.trust.unwrap_or(TRUST),
        })
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
