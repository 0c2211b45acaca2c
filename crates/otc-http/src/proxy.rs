//! Chooses the proxy of a request, and explains failures of proxies.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;

use url::Url;

use crate::address::is_loopback_host;
use crate::{InvalidSetting, cause};

mod no_proxy;

use no_proxy::NoProxy;

/// The variables for each kind of proxy, in order of precedence. As in reqwest, and unlike in curl, upper
/// case wins.
const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
const HTTP: [&str; 2] = ["HTTP_PROXY", "http_proxy"];
const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];
const NO: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// The option for a fixed proxy.
const FIXED: &str = "`proxy`";

/// The proxies for requests. Decided once, when the transport is built.
#[derive(Clone, Debug)]
pub(crate) struct ProxySettings(Rules);

#[derive(Clone, Debug)]
enum Rules {
    /// No variable names a proxy: the settings of the system (macOS and Windows) apply.
    System,
    None,
    /// Every request goes through this proxy.
    Fixed(ProxyAddress),
    /// Loopback hosts are reached directly.
    Variables {
        https: Option<ProxyAddress>,
        http: Option<ProxyAddress>,
        except: NoProxy,
    },
}

impl ProxySettings {
    /// Reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, or their lower-case names. An empty
    /// value counts as not set. `HTTP_PROXY` is ignored in CGI programs (`REQUEST_METHOD` is set), where it
    /// contains a request's `Proxy` header.
    ///
    /// # Errors
    ///
    /// If a variable that applies is not the URL of a supported proxy, or not Unicode.
    pub(crate) fn from_variables(get: impl Fn(&str) -> Option<OsString>) -> Result<Self, InvalidSetting> {
        let proxy = |names| match variable(&get, names)? {
            Some((name, value)) => ProxyAddress::parse(name, &value).map(Some),
            None => Ok(None),
        };
        let is_cgi = get("REQUEST_METHOD").is_some();
        let own = (proxy(HTTPS)?, if is_cgi { None } else { proxy(HTTP)? });
        let (https, http) = match own {
            // ALL_PROXY is often a SOCKS proxy for other programs, which does not matter if it is not needed.
            (Some(https), Some(http)) => (Some(https), Some(http)),
            (https, http) => {
                let all = proxy(ALL)?;
                (https.or_else(|| all.clone()), http.or(all))
            }
        };
        if https.is_none() && http.is_none() {
            return Ok(Self(Rules::System));
        }
        let except = match variable(&get, NO)? {
            Some((name, value)) => NoProxy::parse(name, &value),
            None => NoProxy::default(),
        };
        Ok(Self(Rules::Variables { https, http, except }))
    }

    /// Sends every request through this proxy.
    ///
    /// # Errors
    ///
    /// If the URL is not the URL of a supported proxy. The message does not repeat it, since it may contain a
    /// password.
    pub(crate) fn fixed(url: &str) -> Result<Self, InvalidSetting> {
        ProxyAddress::parse(FIXED, url).map(|address| Self(Rules::Fixed(address)))
    }

    /// Sends every request directly.
    pub(crate) fn none() -> Self {
        Self(Rules::None)
    }

    /// The proxy for requests to this address. `None` if there is none, or if it comes from the system's
    /// settings.
    pub(crate) fn for_uri(&self, uri: &http::Uri) -> Option<&ProxyAddress> {
        let port = uri.port_u16().or_else(|| default_port(uri.scheme_str()?));
        self.find(uri.scheme_str()?, uri.host()?, port?)
    }

    fn find(&self, scheme: &str, host: &str, port: u16) -> Option<&ProxyAddress> {
        match &self.0 {
            Rules::System | Rules::None => None,
            Rules::Fixed(address) => Some(address),
            Rules::Variables { https, http, except } => {
                let address = if scheme == "https" { https } else { http };
                address.as_ref().filter(|_| !is_loopback_host(host) && !except.contains(host, port))
            }
        }
    }

    /// Makes clients of this builder obey these settings.
    pub(crate) fn apply(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        match &self.0 {
            Rules::System => builder,
            Rules::None => builder.no_proxy(),
            Rules::Fixed(_) | Rules::Variables { .. } => {
                let settings = self.clone();
                builder.no_proxy().proxy(reqwest::Proxy::custom(move |url| {
                    let port = url.port_or_known_default()?;
                    // reqwest takes the credentials from the URL, for CONNECT as well as for plain http.
                    settings.find(url.scheme(), url.host_str()?, port).map(|address| Url::clone(&address.url))
                }))
            }
        }
    }
}

/// The first variable that is set, unless it is empty, and its value.
fn variable(
    get: impl Fn(&str) -> Option<OsString>,
    names: [&'static str; 2],
) -> Result<Option<(&'static str, String)>, InvalidSetting> {
    let Some((name, value)) = names.into_iter().find_map(|name| Some((name, get(name)?))) else {
        return Ok(None);
    };
    let value = value.into_string().map_err(|_| InvalidSetting::new(format!("{name} is not valid UTF-8")))?;
    let value = value.trim();
    Ok((!value.is_empty()).then(|| (name, value.to_owned())))
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    }
}

/// A proxy. [`Display`](fmt::Display) and [`Debug`] show its host and port, never its credentials.
#[derive(Clone)]
pub(crate) struct ProxyAddress {
    url: Arc<Url>,
    /// The variable or option that names it.
    setting: &'static str,
}

impl ProxyAddress {
    fn parse(setting: &'static str, text: &str) -> Result<Self, InvalidSetting> {
        const EXPECTED: &str = "expected a URL such as http://proxy:3128";
        // The text may contain a password, so no message repeats any of it.
        let invalid = |problem: &str| InvalidSetting::new(format!("{setting} {problem}"));
        let text = text.trim();
        let url = match text.contains("://") {
            true => Url::parse(text),
            false => Url::parse(&format!("http://{text}")),
        };
        let url = url.map_err(|_| invalid(&format!("is not the URL of a proxy; {EXPECTED}")))?;
        match url.scheme() {
            "http" => {}
            "https" if cfg!(any(feature = "rustls-no-provider", feature = "native-tls")) => {}
            "https" => {
                return Err(invalid(
                    "names an https proxy, but this build has no TLS; enable the feature `rustls` or `native-tls`",
                ));
            }
            "socks4" | "socks4a" | "socks5" | "socks5h" => {
                return Err(invalid(&format!("names a SOCKS proxy, which is not supported; {EXPECTED}")));
            }
            _ => return Err(invalid(&format!("has an unsupported scheme; {EXPECTED}"))),
        }
        // An unescaped `/`, `?` or `#` in a password ends the host.
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(invalid(&format!(
                "has a path, a query or a fragment; {EXPECTED}, and write `/`, `?` and `#` in a password as %2F, %3F and %23"
            )));
        }
        Ok(Self { url: Arc::new(url), setting })
    }

    /// Whether the proxy is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.url.host_str().is_some_and(is_loopback_host)
    }

    /// The note for errors of requests that go through the proxy: "through the proxy proxy.example:3128".
    pub(crate) fn note(&self) -> String {
        format!("through the proxy {self}")
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.host_str().unwrap_or_default())?;
        match self.url.port_or_known_default() {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyAddress({self}, {})", self.setting)
    }
}

/// The reason why a proxy did not forward a request. Nothing was sent to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProxyFailure {
    /// The proxy did not accept the credentials, or there were none (407). A retry may lock the account.
    Credentials,
    /// The proxy did not open a tunnel to the service: it forbids it, or can't reach the service. The library
    /// does not report the status, so a retry may help.
    Tunnel,
    /// No connection to the proxy itself was made. A retry may help, unless the proxy's certificate is not
    /// trusted.
    Unreachable,
}

impl ProxyFailure {
    /// Recognizes the failure if a proxy caused it.
    ///
    /// A request over plain http has no tunnel: its 407 is a response. See [`Self::of_status`].
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        // The type of these errors is not public.
        cause::chain(error).find_map(|error| match error.to_string().strip_prefix("tunnel error: ")? {
            "proxy authorization required" => Some(Self::Credentials),
            "failed to create underlying connection" => Some(Self::Unreachable),
            _ => Some(Self::Tunnel),
        })
    }

    /// The failure that a response with this status means. Only a proxy sends 407.
    pub(crate) fn of_status(status: http::StatusCode) -> Option<Self> {
        (status == http::StatusCode::PROXY_AUTHENTICATION_REQUIRED).then_some(Self::Credentials)
    }

    /// Whether a retry is pointless or does harm.
    pub(crate) fn is_refusal(self) -> bool {
        self == Self::Credentials
    }

    /// A complete error message, with advice. `proxy` is the system's if it is unknown, and `cause` is
    /// what [`cause::plain`] says.
    pub(crate) fn message(self, proxy: Option<&ProxyAddress>, cause: Option<&str>) -> String {
        let name =
            proxy.map_or_else(|| "the proxy of the system".to_owned(), |proxy| format!("the proxy {proxy}"));
        let setting = proxy.map_or("the system's settings", |proxy| proxy.setting);
        let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
        match (self, proxy) {
            (Self::Credentials, Some(proxy)) if proxy.url.username().is_empty() => format!(
                "{name} requires a user name and a password (407); add them to {setting}, as in \
                 {}://USER:PASSWORD@{proxy}",
                proxy.url.scheme()
            ),
            (Self::Credentials, _) => {
                format!("{name} rejected the user name or the password (407); correct them in {setting}")
            }
            (Self::Tunnel, _) => {
                let bypass = match proxy {
                    Some(proxy) if proxy.setting != FIXED => "exempt the service in NO_PROXY".to_owned(),
                    _ => format!("change {setting}"),
                };
                format!(
                    "{name} did not open a connection to the service{cause}; check that it may, or {bypass}"
                )
            }
            (Self::Unreachable, _) => format!("can't connect to {name}{cause}; check {setting}"),
        }
    }
}

#[cfg(test)]
mod connection_tests;
#[cfg(test)]
mod tests;
