//! Builds a configuration from explicit settings and an environment.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::fields::Field;
use super::settings::{Origin, Setting, Settings, Source};
use super::{Config, clouds, resolve, variables};
use crate::{Environment, Result, SignatureVariant};
use otc_http::RetryPolicy;

/// Shorter than an attempt of a service call (30 s), so that an identity request that hangs ends before the
/// call.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Enough for one identity request that hangs and a slow one after it.
const SIGN_IN_TIMEOUT: Duration = Duration::from_secs(60);

/// Builds a [`Config`]. Created by [`Config::builder`].
///
/// ```
/// # fn f(password: String) -> otc_auth::Result<()> {
/// let config = otc_auth::Config::builder()
///     .region("eu-de")
///     .username("backup")
///     .user_domain_name("OTC-EU-DE-00000000001000000000")
///     .password(password)
///     .project_name("eu-de_production")
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ConfigBuilder {
    explicit: Settings,
    environment: Option<Environment>,
    pub(super) cloud: Option<String>,
    clouds_file: Option<PathBuf>,
    only_variables: bool,
    pub(super) signature: SignatureVariant,
    pub(super) renew_before: Duration,
    pub(super) token_cache: Option<PathBuf>,
    pub(super) allow_http: bool,
    pub(super) timeout: Duration,
    pub(super) retry: RetryPolicy,
    pub(super) sign_in_timeout: Duration,
    pub(super) connect_timeout: Duration,
}

impl Default for ConfigBuilder {
    fn default() -> Self {
        Self {
            explicit: Settings::default(),
            environment: None,
            cloud: None,
            clouds_file: None,
            only_variables: false,
            signature: SignatureVariant::default(),
            renew_before: Duration::from_secs(300),
            token_cache: None,
            allow_http: false,
            timeout: TIMEOUT,
            retry: RetryPolicy::default(),
            sign_in_timeout: SIGN_IN_TIMEOUT,
            connect_timeout: Duration::from_secs(10),
        }
    }
}

macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident: $field:ident;)*) => {
        impl ConfigBuilder {
            $(
                $(#[$doc])*
                pub fn $name(self, $name: impl Into<String>) -> Self {
                    self.set(Field::$field, $name.into())
                }
            )*
        }
    };
}

settings! {
    /// The address of the identity service, for example `https://iam.eu-de.otc.t-systems.com/v3`. Defaults to that of the
    /// region.
    auth_url: AuthUrl;
    /// The kind of credentials to use: `password`, `totp`, `token` (exchanged for one of the scope),
    /// `admin_token` (a token that is used as given) or `aksk`. Defaults to the credentials that are set; a
    /// token is then used as given.
    auth_type: AuthType;
    /// The name of the user. Needs the user's domain.
    username: Username;
    /// The id of the user.
    user_id: UserId;
    /// The user's password.
    password: Password;
    /// The one-time passcode of a user with a second factor (TOTP), in addition to the password. It is valid
    /// for one sign-in.
    passcode: Passcode;
    /// The name of the user's domain.
    user_domain_name: UserDomainName;
    /// The id of the user's domain.
    user_domain_id: UserDomainId;
    /// A token of the identity service.
    token: Token;
    /// The access key (AK).
    access_key: AccessKey;
    /// The secret key (SK) of the access key.
    secret_key: SecretKey;
    /// The security token of a temporary access key.
    security_token: SecurityToken;
    /// The id of the project to act for.
    ///
    /// Replaces the project of a cloud. If the cloud has an agency, this is the project of the agency's domain.
    project_id: ProjectId;
    /// The name of the project to act for, in the project's domain or else in the user's.
    ///
    /// Replaces the project of a cloud. If the cloud has an agency, this is the project of the agency's domain.
    project_name: ProjectName;
    /// The name of the project's domain. Needed for a project that is set by name.
    project_domain_name: ProjectDomainName;
    /// The id of the project's domain. Needed for a project that is set by name.
    project_domain_id: ProjectDomainId;
    /// The name of the domain to act for if no project is set. Also the default of the user's and the project's domain.
    domain_name: DomainName;
    /// The id of the domain to act for if no project is set. See [`domain_name`](Self::domain_name).
    domain_id: DomainId;
    /// The name of the agency to act through: a role in another domain, which the identity service calls `xrole_name`.
    ///
    /// Needs the agency's domain. If set here, the project is for the caller's own token; the agency's token is for the
    /// delegated project.
    agency_name: AgencyName;
    /// The name of the agency's domain.
    agency_domain_name: AgencyDomainName;
    /// The id of the agency's domain.
    agency_domain_id: AgencyDomainId;
    /// The name of the project of the agency's domain to act for. Defaults to the domain itself.
    delegated_project: DelegatedProject;
    /// The id of the project of the agency's domain to act for.
    delegated_project_id: DelegatedProjectId;
    /// The region, for example `eu-de`. Selects an entry of a cloud's `regions`.
    region: Region;
    /// The interface of the endpoints in the catalog: `public`, `internal` or `admin`. Defaults to `public`.
    interface: Interface;
    /// A PEM file of authorities to trust in addition to the system's.
    cacert: CaCert;
    /// A PEM file with the TLS client certificate.
    cert: Cert;
    /// A PEM file with the key of [`cert`](Self::cert). Defaults to the same file.
    key: CertKey;
}

impl ConfigBuilder {
    /// Takes settings that are not set here from this environment: from the cloud that is named here or by `OS_CLOUD`, or
    /// else from the `OS_*` variables.
    pub fn environment(mut self, environment: &Environment) -> Self {
        self.environment = Some(environment.clone());
        self.only_variables = false;
        self
    }

    /// Takes settings that are not set here from the `OS_*` variables of this environment. Reads no clouds.yaml.
    pub fn variables_of(mut self, environment: &Environment) -> Self {
        self.environment = Some(environment.clone());
        self.only_variables = true;
        self
    }

    /// Takes settings that are not set here from this cloud of the [`environment`](Self::environment)'s clouds.yaml.
    pub fn cloud(mut self, name: impl Into<String>) -> Self {
        self.cloud = Some(name.into());
        self
    }

    /// Reads clouds from this file, which is fully trusted, instead of searching for a clouds.yaml.
    ///
    /// `~` and relative paths are resolved as in other settings. Secrets and profiles still come from the secure.yaml and
    /// clouds-public.yaml of the [`environment`](Self::environment). A cloud must be chosen, here or by `OS_CLOUD`.
    pub fn clouds_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.clouds_file = Some(path.into());
        self
    }

    /// Sets the address of a service instead of the one in the catalog. `vbs` here is `vbs_endpoint_override` in a cloud.
    pub fn endpoint_override(mut self, service: &str, url: impl Into<String>) -> Self {
        let url = Setting::new(&url.into(), Origin::Explicit("endpoint_override"));
        self.explicit.set_override(service, url);
        self
    }

    /// Sets whether the certificates of servers are checked. Defaults to true.
    pub fn verify(self, verify: bool) -> Self {
        self.set(Field::Verify, verify.to_string())
    }

    /// Sets how requests are signed with an access key.
    pub fn signature(mut self, variant: SignatureVariant) -> Self {
        self.signature = variant;
        self
    }

    /// Sets how long before its expiry a token is renewed, at most a quarter of its lifetime. Defaults to 5
    /// minutes.
    pub fn renew_before(mut self, margin: Duration) -> Self {
        self.renew_before = margin;
        self
    }

    /// Stores tokens in this directory, so that the next process can use them.
    ///
    /// - Each token is in a separate file that only its owner can read.
    /// - The file's name is a hash of the caller and the scope. It does not depend on the password, so a cached token
    ///   stays in use when the password changes.
    /// - Tokens that the caller sets are not stored.
    /// - A file or directory that others could have written, a symbolic link and anything but a regular file are errors.
    /// - A file that can't be read or written, for example because the disk is full, is a
    ///   [warning](crate::Session::warnings).
    pub fn token_cache(mut self, directory: impl Into<PathBuf>) -> Self {
        self.token_cache = Some(directory.into());
        self
    }

    /// Allows `http` addresses that are not on this machine. Credentials are then readable on the network.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Limits each request to the identity service. Defaults to 20 s, which is less than the 30 s of a service's attempt.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Limits a sign-in as a whole, with all its requests and retries. Each look-up of the catalog, a project
    /// or a domain has the same limit. Defaults to 60 s.
    ///
    /// A sign-in does not belong to the call that starts it: all calls that need a token wait for the same
    /// one, each within its own time limit, and it continues if they stop waiting.
    pub fn sign_in_timeout(mut self, timeout: Duration) -> Self {
        self.sign_in_timeout = timeout;
        self
    }

    /// Sets which requests to the identity service are retried, how often and when, within the limit of the
    /// sign-in. Defaults to 3 retries.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Limits the time for connecting to the identity service. Defaults to 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Builds the configuration. May read files; sends nothing.
    ///
    /// # Errors
    ///
    /// See [`Config::discover`].
    pub fn build(self) -> Result<Config> {
        let environment = self.environment.clone().unwrap_or_default();
        let settings = self.collect(&environment)?;
        resolve::config(&settings, &self, &environment).map_err(|error| {
            // If no cloud is selected, the caller may have forgotten to choose one.
            if settings.source == Source::Variables && !self.only_variables {
                clouds::with_hint(error, &environment)
            } else {
                error
            }
        })
    }

    fn collect(&self, environment: &Environment) -> Result<Settings> {
        let explicit = self.explicit.clone();
        let named = match &self.cloud {
            Some(name) => Some(name.as_str()),
            None if self.only_variables => None,
            None => environment.get("OS_CLOUD")?,
        };
        let file = self.clouds_file.as_deref();
        match (named, file) {
            (Some(cloud), file) => self.over_cloud(cloud, file, environment),
            (None, Some(file)) => Err(clouds::none_chosen(file, environment)?),
            (None, None) if self.environment.is_none() => Ok(explicit),
            (None, None) => {
                let variables = variables::read(environment)?;
                Ok(explicit.for_agency_of(&variables).over(variables))
            }
        }
    }

    fn over_cloud(&self, cloud: &str, file: Option<&Path>, environment: &Environment) -> Result<Settings> {
        let explicit = self.explicit.clone();
        let chosen = variables::chosen(&explicit, environment)?;
        let chosen = explicit.over(chosen);
        let query = clouds::Query { cloud, region: chosen.get(Field::Region), file, environment };
        let settings = query.read()?;
        Ok(chosen.for_agency_of(&settings).over(settings))
    }

    fn set(mut self, field: Field, value: String) -> Self {
        let origin = Origin::Explicit(field.names().name);
        self.explicit.set(field, &value, origin);
        self
    }
}

impl fmt::Debug for ConfigBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigBuilder")
            .field("set", &self.explicit.names())
            .field("cloud", &self.cloud)
            .field("clouds_file", &self.clouds_file)
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}
