//! Settings from the builder, from clouds.yaml and from environment variables.

mod builder;
mod check;
#[cfg(feature = "clouds-yaml")]
mod cloud_file;
#[cfg(feature = "clouds-yaml")]
mod clouds;
#[cfg(not(feature = "clouds-yaml"))]
#[path = "clouds_disabled.rs"]
mod clouds;
mod fields;
mod resolve;
#[cfg(feature = "clouds-yaml")]
mod search;
#[cfg(feature = "clouds-yaml")]
mod section;
mod settings;
mod trust;
mod variables;
#[cfg(feature = "clouds-yaml")]
mod yaml;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

pub use builder::ConfigBuilder;
pub(crate) use settings::{Trust, service_key};

use crate::identity::{Agency, Login, Scope};
use crate::{Environment, Interface, Result, SignatureVariant};

/// The caller's credentials, the address of the identity service, and the project to act for.
///
/// # Sources
///
/// 1. The settings on the builder.
/// 2. The cloud that the builder or `OS_CLOUD` names: the values of its region, then secure.yaml, then
///    clouds.yaml, then the cloud's profile.
/// 3. The `OS_*` variables, if no cloud is named.
///
/// Sources 2 and 3 are never mixed: if a cloud is selected, `OS_USERNAME` and the like do not fill in missing values, so
/// the password of one account is never sent to the identity service of another. Only the variables that choose the
/// project (`OS_PROJECT_ID`, `OS_PROJECT_NAME`) and the region (`OS_REGION_NAME`) also apply to a cloud. Settings on the
/// builder override both sources, and hide settings that say the same thing in another way: an explicit token hides the
/// password of a cloud.
///
/// # Trust
///
/// The working directory may belong to someone else, such as the author of a repository. A file that was
/// found there must not decide where a secret from elsewhere is sent, or under which TLS checks: see the
/// README.
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
    pub(crate) retry: otc_http::RetryPolicy,
    pub(crate) sign_in_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) warnings: Vec<String>,
    pub(crate) origins: Origins,
    /// Where settings that turned out to be missing were looked for.
    pub(crate) searched: SearchedPlaces,
}

/// Where settings were looked for that may be missing when they are needed, in the words of messages.
#[derive(Clone)]
pub(crate) struct SearchedPlaces {
    /// The whole message for a missing address.
    pub(crate) auth_url: String,
    pub(crate) project: String,
    pub(crate) region: String,
}

/// Where the settings came from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins {
    pub(crate) cloud: Option<String>,
    pub(crate) files: Vec<PathBuf>,
    pub(crate) variables: Vec<String>,
}

/// The trusted certificate authorities, and the client certificate.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tls {
    /// Accepts any certificate.
    pub(crate) insecure: bool,
    pub(crate) cacert: Option<PathBuf>,
    /// The certificate and, unless it is in the same file, its key.
    pub(crate) client: Option<(PathBuf, Option<PathBuf>)>,
}

impl Config {
    /// Starts a configuration.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::default()
    }

    /// Reads the configuration of the environment: the cloud that `OS_CLOUD` names, or else the `OS_*` variables.
    ///
    /// # Errors
    ///
    /// [`Error::is_config`](crate::Error::is_config): a setting is missing, contradictory or invalid. The text names the
    /// setting, and the files and keys or the variables where it was looked for.
    pub fn discover(environment: &Environment) -> Result<Self> {
        Self::builder().environment(environment).build()
    }

    /// Reads the configuration of a cloud of clouds.yaml. Ignores `OS_CLOUD`.
    ///
    /// # Errors
    ///
    /// See [`Config::discover`].
    pub fn from_cloud(name: impl Into<String>, environment: &Environment) -> Result<Self> {
        Self::builder().cloud(name).environment(environment).build()
    }

    /// The names of the clouds in the clouds.yaml of the environment, sorted. Empty if there is no such file, it can't be
    /// read, or the feature `clouds-yaml` is off: [`from_cloud`](Self::from_cloud) reports why.
    pub fn cloud_names(environment: &Environment) -> Vec<String> {
        clouds::names(environment)
    }

    /// Reads the configuration of the `OS_*` variables alone. Ignores `OS_CLOUD` and reads no clouds.yaml.
    ///
    /// # Errors
    ///
    /// See [`Config::discover`].
    pub fn from_env(environment: &Environment) -> Result<Self> {
        Self::builder().variables_of(environment).build()
    }

    /// Problems of the configuration that do not prevent its use, for example a profile that does not exist.
    ///
    /// One sentence each, for a person. None contains a secret or a control character.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The region: the one that is set, or the one that the project's name or the identity service's address implies.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The address of the identity service: the one that is set, or that of the region.
    pub fn auth_url(&self) -> Option<&Url> {
        self.auth_url.as_ref()
    }

    /// The address of a service, if it is set by `<service>_endpoint_override`, `OS_<SERVICE>_ENDPOINT_OVERRIDE` or the
    /// builder.
    pub fn endpoint_override(&self, service: &str) -> Option<&Url> {
        self.overrides.get(&service_key(service))
    }

    /// The file of authorities to trust in addition to the system's (`cacert`).
    pub fn cacert(&self) -> Option<&Path> {
        self.tls.cacert.as_deref()
    }

    /// The files of the TLS client certificate and of its key (`cert`, `key`), which may be the same file.
    pub fn client_certificate(&self) -> Option<(&Path, &Path)> {
        let (cert, key) = self.tls.client.as_ref()?;
        Some((cert, key.as_deref().unwrap_or(cert)))
    }

    /// Whether the certificates of servers are checked (`verify`, `insecure`).
    pub fn verify(&self) -> bool {
        !self.tls.insecure
    }

    /// The cloud of clouds.yaml whose settings are used.
    pub fn cloud(&self) -> Option<&str> {
        self.origins.cloud.as_deref()
    }

    /// The files that settings came from, sorted: clouds.yaml, secure.yaml and clouds-public.yaml. A file that was found but
    /// has no setting that is used is not among them.
    pub fn files(&self) -> &[PathBuf] {
        &self.origins.files
    }

    /// The names of the environment variables that settings came from, sorted, including `OS_CLOUD` if it chose the cloud.
    ///
    /// ```
    /// use otc_auth::{Config, Environment};
    ///
    /// let environment = Environment::empty().variable("OS_REGION_NAME", "eu-de").variable("OS_TOKEN", "secret");
    /// let config = Config::discover(&environment)?;
    /// assert_eq!(config.variables(), ["OS_REGION_NAME", "OS_TOKEN"]);
    /// # Ok::<(), otc_auth::Error>(())
    /// ```
    pub fn variables(&self) -> &[String] {
        &self.origins.variables
    }

    /// The name of the agency whose role the caller assumes.
    pub fn agency(&self) -> Option<&str> {
        self.agency.as_ref().map(|agency| agency.name.as_str())
    }

    /// The kind of credentials: `password`, `password and passcode`, `token` or `access key`.
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
            .field("warnings", &self.warnings)
            .field("interface", &self.interface)
            .finish_non_exhaustive()
    }
}
