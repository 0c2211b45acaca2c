//! The exchange that sends.

use std::error::Error as StdError;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use std::path::Path;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::redirect;
use url::Url;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use zeroize::Zeroizing;

use crate::config::Tls;
use crate::{
    Config, Error, Exchange, ExchangeError, ExchangeErrorKind, ExchangeFuture, Result, address,
    certificate_problem,
};

const USER_AGENT: &str = concat!("otc-auth/", env!("CARGO_PKG_VERSION"));
/// The largest body that is read. A catalog is about a hundred kilobytes.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// How an authority is trusted.
const TRUST: &str = "`cacert` (in clouds.yaml, `OS_CACERT`, or `.cacert(…)` on the builder); `verify: false` takes any \
                     certificate, and shows the credentials to whoever has one";

/// Sends requests by HTTP.
///
/// It follows no redirect, since credentials would go where it points; refuses what is neither `https` nor on this
/// machine, unless [`allow_http`](crate::ConfigBuilder::allow_http) is set; has the time limits, the trusted authorities
/// and the certificate of the configuration; reads no more than 8 MiB; and reaches this machine without a proxy.
#[derive(Debug)]
pub struct HttpExchange {
    /// Through the proxies of the environment, where there are some.
    away: reqwest::Client,
    here: reqwest::Client,
    timeout: Duration,
    allow_http: bool,
}

impl HttpExchange {
    /// An exchange with the settings of this configuration.
    ///
    /// # Errors
    ///
    /// [`Error::is_config`]: a certificate can't be read or used. The text names the file.
    pub fn new(config: &Config) -> Result<Self> {
        let builder = || {
            let builder = reqwest::Client::builder()
                .user_agent(USER_AGENT)
                .redirect(redirect::Policy::none())
                // Another crate of the program may have these on, and what they inflate would count for the limit.
                .no_gzip()
                .no_brotli()
                .no_deflate()
                .no_zstd()
                .timeout(config.timeout)
                .connect_timeout(config.connect_timeout);
            with_tls(builder, &config.tls)
        };
        Ok(Self {
            away: build(builder()?)?,
            here: build(builder()?.no_proxy())?,
            timeout: config.timeout,
            allow_http: config.allow_http,
        })
    }

    async fn exchange(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, ExchangeError> {
        let refused = |problem| ExchangeError::new(ExchangeErrorKind::Refused, problem);
        let url = Url::parse(&request.uri().to_string())
            .map_err(|error| refused(format!("the request's address is no URL: {error}")))?;
        address::check(&url, self.allow_http).map_err(refused)?;
        let authority = url.authority().to_owned();
        let failed = |error: reqwest::Error| self.failure(error, &authority);

        let client = if address::is_loopback(&url) {
            &self.here
        } else {
            &self.away
        };
        let request = reqwest::Request::try_from(request).map_err(failed)?;
        let mut response = client.execute(request).await.map_err(failed)?;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LARGEST_BODY {
                let message = format!("the response of {authority} is larger than {LARGEST_BODY} bytes");
                return Err(ExchangeError::new(ExchangeErrorKind::TooLarge, message));
            }
            body.extend_from_slice(&chunk);
        }
        let (mut parts, ()) = http::Response::new(()).into_parts();
        parts.status = response.status();
        parts.version = response.version();
        parts.headers = std::mem::take(response.headers_mut());
        Ok(http::Response::from_parts(parts, body.freeze()))
    }

    fn failure(&self, error: reqwest::Error, authority: &str) -> ExchangeError {
        // What a query holds belongs in no message.
        let error = error.without_url();
        let cause = cause(&error);
        let (kind, message) = if error.is_builder() {
            let message = format!("the request can't be built: {cause}");
            (ExchangeErrorKind::Refused, message)
        } else if let Some(problem) = certificate_problem(&error, TRUST) {
            let message = format!("the certificate of {authority} is not trusted: {problem}");
            (ExchangeErrorKind::Untrusted, message)
        } else if error.is_connect() {
            let message = format!("can't connect to {authority}: {cause}");
            (ExchangeErrorKind::Connect, message)
        } else if error.is_timeout() {
            let seconds = self.timeout.as_secs_f32();
            let message = format!("{authority} did not answer within {seconds} s");
            (ExchangeErrorKind::Timeout, message)
        } else {
            let message = format!("the connection to {authority} broke: {cause}");
            (ExchangeErrorKind::Interrupted, message)
        };
        ExchangeError::new(kind, message).with_source(error)
    }
}

impl Exchange for HttpExchange {
    fn send(&self, request: http::Request<Bytes>) -> ExchangeFuture<'_> {
        Box::pin(self.exchange(request))
    }
}

fn build(builder: reqwest::ClientBuilder) -> Result<reqwest::Client> {
    builder
        .build()
        .map_err(|error| Error::config(format!("the HTTP client can't be set up: {}", cause(&error))))
}

/// It may hold a key.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
type Pem = Zeroizing<Vec<u8>>;

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn with_tls(mut builder: reqwest::ClientBuilder, tls: &Tls) -> Result<reqwest::ClientBuilder> {
    builder = with_library(builder);
    if tls.insecure {
        builder = builder.tls_danger_accept_invalid_certs(true);
    }
    if let Some(path) = &tls.cacert {
        let pem = read(path, "cacert")?;
        let certificates = reqwest::Certificate::from_pem_bundle(&pem)
            .map_err(|error| unusable(path, "certificates of authorities", &error))?;
        if certificates.is_empty() {
            return Err(Error::config(format!(
                "{} holds no certificate in PEM",
                path.display()
            )));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    if let Some((cert, key)) = &tls.client {
        builder = builder.identity(identity(cert, key.as_deref().unwrap_or(cert))?);
    }
    Ok(builder)
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
fn with_tls(builder: reqwest::ClientBuilder, tls: &Tls) -> Result<reqwest::ClientBuilder> {
    if tls.insecure || tls.cacert.is_some() || tls.client.is_some() {
        return Err(Error::config(
            "certificates are set, and this program was built without TLS (the features of otc-auth are off)",
        ));
    }
    Ok(builder)
}

#[cfg(feature = "rustls")]
fn with_library(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.tls_backend_rustls()
}

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
fn with_library(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.tls_backend_native()
}

#[cfg(feature = "rustls")]
fn identity(cert: &Path, key: &Path) -> Result<reqwest::Identity> {
    let mut pem = read(cert, "cert")?;
    if key != cert {
        pem.push(b'\n');
        pem.extend_from_slice(&read(key, "key")?);
    }
    reqwest::Identity::from_pem(&pem)
        .map_err(|error| unusable(cert, "a certificate of the caller with its key", &error))
}

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
fn identity(cert: &Path, key: &Path) -> Result<reqwest::Identity> {
    let certificates = read(cert, "cert")?;
    let pem = read(key, "key")?;
    // The library wants the key alone, and takes no other text before it.
    let (_, key) = split_key(&pem).ok_or_else(|| {
        Error::config(format!(
            "{} holds no private key in PKCS #8 (`BEGIN PRIVATE KEY`); `openssl pkcs8 -topk8 -nocrypt` makes one of another",
            key.display()
        ))
    })?;
    let certificates = match split_key(&certificates) {
        Some((certificates, _)) => certificates,
        None => certificates,
    };
    reqwest::Identity::from_pkcs8_pem(&certificates, &key)
        .map_err(|error| unusable(cert, "a certificate of the caller with its key", &error))
}

/// What of a PEM text is no private key, and the first private key.
#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
fn split_key(pem: &[u8]) -> Option<(Pem, Pem)> {
    const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
    const END: &str = "-----END PRIVATE KEY-----";
    let text = std::str::from_utf8(pem).ok()?;
    let begin = text.find(BEGIN)?;
    let end = begin + text[begin..].find(END)? + END.len();
    let rest = [&text[..begin], &text[end..]].concat();
    let key = format!("{}\n", &text[begin..end]);
    Some((
        Zeroizing::new(rest.into_bytes()),
        Zeroizing::new(key.into_bytes()),
    ))
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn read(path: &Path, setting: &str) -> Result<Pem> {
    std::fs::read(path)
        .map(Zeroizing::new)
        .map_err(|error| Error::config(format!("{setting}: {} can't be read: {error}", path.display())))
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn unusable(path: &Path, what: &str, error: &reqwest::Error) -> Error {
    Error::config(format!("{} is not {what}: {}", path.display(), cause(error)))
}

/// The innermost cause, which says most: "Connection refused" rather than "error sending request".
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
