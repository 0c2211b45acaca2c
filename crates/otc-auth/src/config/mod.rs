//! Settings: explicit, of a cloud, or of the environment.

mod builder;
mod check;
mod cloud_file;
mod clouds;
mod fields;
mod resolve;
mod settings;
mod variables;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

pub use builder::ConfigBuilder;
pub(crate) use settings::service_key;

use crate::identity::{Agency, Login, Scope};
use crate::{Environment, Interface, Result, SignatureVariant};

/// Who the caller is, where its identity service is, and for what it acts.
///
/// # Where it comes from
///
/// 1. what is set on the builder,
/// 2. the cloud that the builder or `OS_CLOUD` names: the values of its region over secure.yaml over clouds.yaml over the
///    cloud's profile,
/// 3. the `OS_*` variables, where no cloud is named.
///
/// A source is taken whole: where a cloud is named, `OS_USERNAME` and its like fill no gap of it, so that the password
/// of one account never goes to the identity service of another. What is explicit goes over either, and hides what says
/// the same thing in another way: an explicit token hides a password of the cloud.
///
/// The README of the crate lists every setting with its keys and variables.
#[derive(Clone)]
pub struct Config {
    pub(crate) login: Login,
    pub(crate) scope: Scope,
    pub(crate) agency: Option<Agency>,
    pub(crate) auth_url: Option<Url>,
    pub(crate) region: Option<String>,
    pub(crate) interface: Interface,
    pub(crate) overrides: BTreeMap<String, Url>,
    pub(crate) tls: Tls,
    pub(crate) signature: SignatureVariant,
    pub(crate) renew_before: Duration,
    pub(crate) token_cache: Option<PathBuf>,
    pub(crate) allow_http: bool,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    /// Where settings were looked for, in the words of a message.
    pub(crate) places: Places,
}

/// Where settings that may turn out to be needed were looked for.
#[derive(Clone)]
pub(crate) struct Places {
    pub(crate) auth_url: String,
    pub(crate) project: String,
    pub(crate) region: String,
}

/// What is trusted, and how the caller shows who it is below HTTP.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tls {
    /// Any certificate is taken.
    pub(crate) insecure: bool,
    pub(crate) cacert: Option<PathBuf>,
    /// A certificate and, where it is not in the same file, its key.
    pub(crate) client: Option<(PathBuf, Option<PathBuf>)>,
}

impl Config {
    /// Begins a configuration of explicit settings.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::default()
    }

    /// The configuration that the environment has: of the cloud that `OS_CLOUD` names, else of the `OS_*` variables.
    ///
    /// # Errors
    ///
    /// [`Error::is_config`](crate::Error::is_config): a setting is missing, contradictory or can't be used. The text
    /// names it, and the files and keys or the variables where it was looked for.
    pub fn discover(environment: &Environment) -> Result<Self> {
        Self::builder().environment(environment).build()
    }

    /// The configuration of a cloud of clouds.yaml, whatever `OS_CLOUD` says.
    ///
    /// # Errors
    ///
    /// See [`Config::discover`].
    pub fn from_cloud(name: impl Into<String>, environment: &Environment) -> Result<Self> {
        Self::builder().cloud(name).environment(environment).build()
    }

    /// The configuration of the `OS_*` variables alone: `OS_CLOUD` is not followed, no file of clouds is read.
    ///
    /// # Errors
    ///
    /// See [`Config::discover`].
    pub fn from_env(environment: &Environment) -> Result<Self> {
        Self::builder().variables_of(environment).build()
    }

    /// The region: the one that is set, or the one that the project's name or the identity service's address implies.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The address of the identity service: the one that is set, or the region's.
    pub fn auth_url(&self) -> Option<&Url> {
        self.auth_url.as_ref()
    }

    /// Where a service is, if it is set: by `<service>_endpoint_override`, `OS_<SERVICE>_ENDPOINT_OVERRIDE` or the
    /// builder.
    pub fn endpoint_override(&self, service: &str) -> Option<&Url> {
        self.overrides.get(&service_key(service))
    }

    /// The file of authorities that are trusted beside those of the system (`cacert`).
    pub fn cacert(&self) -> Option<&Path> {
        self.tls.cacert.as_deref()
    }

    /// The files of the certificate that the caller shows below HTTP, and of its key: one file may be both (`cert`, `key`).
    pub fn client_certificate(&self) -> Option<(&Path, &Path)> {
        let (cert, key) = self.tls.client.as_ref()?;
        Some((cert, key.as_deref().unwrap_or(cert)))
    }

    /// Whether the certificates of servers are checked (`verify`, `insecure`).
    pub fn verify(&self) -> bool {
        !self.tls.insecure
    }

    /// What the caller shows: `password`, `password and passcode`, `token` or `access key`.
    pub fn method(&self) -> &'static str {
        match &self.login {
            Login::Password { passcode: None, .. } => "password",
            Login::Password { .. } => "password and passcode",
            Login::Token { .. } => "token",
            Login::AccessKey(_) => "access key",
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("method", &self.method())
            .field("scope", &self.scope)
            .field("agency", &self.agency.as_ref().map(|agency| &agency.name))
            .field("auth_url", &self.auth_url.as_ref().map(Url::as_str))
            .field("region", &self.region)
            .field("interface", &self.interface)
            .finish_non_exhaustive()
    }
}
