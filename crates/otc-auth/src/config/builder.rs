//! Explicit settings.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::fields::Field;
use super::settings::{Origin, Settings, Source};
use super::{Config, clouds, resolve, variables};
use crate::{Environment, Result, SignatureVariant};

/// What a [`Config`] is made of. Made by [`Config::builder`].
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
    cloud: Option<String>,
    only_variables: bool,
    pub(super) signature: SignatureVariant,
    pub(super) renew_before: Duration,
    pub(super) token_cache: Option<PathBuf>,
    pub(super) allow_http: bool,
    pub(super) timeout: Duration,
    pub(super) connect_timeout: Duration,
}

impl Default for ConfigBuilder {
    fn default() -> Self {
        Self {
            explicit: Settings::default(),
            environment: None,
            cloud: None,
            only_variables: false,
            signature: SignatureVariant::default(),
            renew_before: Duration::from_secs(300),
            token_cache: None,
            allow_http: false,
            timeout: Duration::from_secs(30),
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
    /// The address of the identity service, for example `https://iam.eu-de.otc.t-systems.com/v3`. Where it is not set, it
    /// is that of the region.
    auth_url: AuthUrl;
    /// Which credentials to use, and how: `password`, `totp`, `token` (given back for one of the scope), `admin_token`
    /// (a token that is used as it is) or `aksk`. Where it is not set, it follows from what is there; a token is then
    /// used as it is.
    auth_type: AuthType;
    /// The user, by name. Needs the user's domain.
    username: Username;
    /// The user, by identifier.
    user_id: UserId;
    /// The user's password.
    password: Password;
    /// The one-time passcode of a user with a second factor (TOTP), beside the password. It is good for one token.
    passcode: Passcode;
    /// The user's domain, by name.
    user_domain_name: UserDomainName;
    /// The user's domain, by identifier.
    user_domain_id: UserDomainId;
    /// A token of the identity service.
    token: Token;
    /// The access key (AK).
    access_key: AccessKey;
    /// The secret key (SK) of the access key.
    secret_key: SecretKey;
    /// The security token of a temporary access key.
    security_token: SecurityToken;
    /// The project to act for, by identifier.
    project_id: ProjectId;
    /// The project to act for, by name. It is looked for in the project's domain, or in the user's.
    project_name: ProjectName;
    /// The domain of the project that is given by name, by name.
    project_domain_name: ProjectDomainName;
    /// The domain of the project that is given by name, by identifier.
    project_domain_id: ProjectDomainId;
    /// The domain to act for where there is no project, by name. It also says the user's and the project's domain where
    /// those are not set.
    domain_name: DomainName;
    /// The domain to act for where there is no project, by identifier. See [`domain_name`](Self::domain_name).
    domain_id: DomainId;
    /// The agency to act through, by name: a role in another domain, which the identity service calls `xrole_name`.
    /// Needs the agency's domain. The project of the caller is then for the caller's own token only; what the agency's
    /// token is for is the delegated project.
    agency_name: AgencyName;
    /// The domain that the agency is in, by name.
    agency_domain_name: AgencyDomainName;
    /// The domain that the agency is in, by identifier.
    agency_domain_id: AgencyDomainId;
    /// The project of the agency's domain to act for, by name. Without one, the agency's domain is acted for.
    delegated_project: DelegatedProject;
    /// The project of the agency's domain to act for, by identifier.
    delegated_project_id: DelegatedProjectId;
    /// The region, for example `eu-de`.
    region: Region;
    /// The interface of the endpoints that are taken from the catalog: `public`, `internal` or `admin`.
    interface: Interface;
    /// The certificates of authorities that are trusted besides the usual ones: a file in PEM.
    cacert: CaCert;
    /// The certificate by which the caller shows itself to servers that ask for one: a file in PEM.
    cert: Cert;
    /// The key of [`cert`](Self::cert), where it is in a file of its own.
    key: CertKey;
}

impl ConfigBuilder {
    /// Takes what is not set here from this environment: from the cloud that is named here or by `OS_CLOUD`, else from
    /// the `OS_*` variables.
    pub fn environment(mut self, environment: &Environment) -> Self {
        self.environment = Some(environment.clone());
        self.only_variables = false;
        self
    }

    /// Takes what is not set here from the `OS_*` variables of this environment, without a look at files of clouds.
    pub fn variables_of(mut self, environment: &Environment) -> Self {
        self.environment = Some(environment.clone());
        self.only_variables = true;
        self
    }

    /// Takes what is not set here from this cloud of the [`environment`](Self::environment)'s clouds.yaml.
    pub fn cloud(mut self, name: impl Into<String>) -> Self {
        self.cloud = Some(name.into());
        self
    }

    /// Where a service is, whatever the catalog says; `vbs` here is `vbs_endpoint_override` in a cloud.
    pub fn endpoint_override(mut self, service: &str, url: impl Into<String>) -> Self {
        let origin = Origin::Explicit("endpoint_override");
        self.explicit.set_override(service, url.into(), origin);
        self
    }

    /// Whether the certificates of servers are checked. They are, unless it is switched off.
    pub fn verify(self, verify: bool) -> Self {
        self.set(Field::Verify, verify.to_string())
    }

    /// How requests are signed with an access key.
    pub fn signature(mut self, variant: SignatureVariant) -> Self {
        self.signature = variant;
        self
    }

    /// How long before its end a token is renewed: 5 minutes where it is not set, and never more than a quarter of the
    /// token's life.
    pub fn renew_before(mut self, margin: Duration) -> Self {
        self.renew_before = margin;
        self
    }

    /// Keep tokens in this directory too, so that the next process finds them.
    ///
    /// Each is a file that only its owner may read; one that others may read is refused. Its name is a hash of who the
    /// caller is, and holds no secret; neither does the password count, so that a changed password does not end a token
    /// that is kept. A token that was given by the caller is not kept. A directory that can't be written is an error.
    pub fn token_cache(mut self, directory: impl Into<PathBuf>) -> Self {
        self.token_cache = Some(directory.into());
        self
    }

    /// Allow addresses with `http` that are not on this machine. Credentials then go over the network for all to read.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// How long a request to the identity service may take. 30 seconds where it is not set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long the making of a connection to the identity service may take. 10 seconds where it is not set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The configuration. Files of clouds may be read; nothing is sent.
    ///
    /// # Errors
    ///
    /// See [`Config::discover`].
    pub fn build(self) -> Result<Config> {
        let environment = self.environment.clone().unwrap_or_default();
        let settings = self.collect(&environment)?;
        resolve::config(&settings, &self, &environment).map_err(|error| {
            // Where only variables count, a file of clouds may be what was meant.
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
        match named {
            Some(name) => {
                let cloud = clouds::read(name, explicit.get(Field::Region), environment)?;
                Ok(explicit.over(cloud))
            }
            None if self.environment.is_none() => Ok(explicit),
            None => Ok(explicit.over(variables::read(environment)?)),
        }
    }

    fn set(mut self, field: Field, value: String) -> Self {
        let origin = Origin::Explicit(field.names().name);
        self.explicit.set(field, value, origin);
        self
    }
}

impl fmt::Debug for ConfigBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigBuilder")
            .field("set", &self.explicit.names())
            .field("cloud", &self.cloud)
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}
