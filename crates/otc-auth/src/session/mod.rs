//! Sessions: tokens and signatures for the requests of a caller.

mod caller;
mod for_project;
mod given;
mod issue;
mod project;
mod signed;
mod single_flight;
#[cfg(test)]
mod single_flight_tests;
mod skew;
#[cfg(feature = "token-cache")]
mod token_cache;
#[cfg(not(feature = "token-cache"))]
#[path = "token_cache_disabled.rs"]
mod token_cache;
#[cfg(all(test, feature = "token-cache"))]
mod token_cache_tests;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Request};
use otc_http::Transport;
use secrecy::SecretString;
use url::Url;

use crate::catalog::{Catalog, Defaults};
use crate::identity::{Login, Scope};
use crate::keystone::{Credentials, InspectedToken, Keystone, TokenCredentials};
use crate::signing::AccessKey;
use crate::{Clock, Config, Error, Result, ServiceQuery, SystemClock, address, sender};
pub use caller::Caller;
use issue::Issued;
pub use project::AvailableProject;
use single_flight::SingleFlight;
pub(crate) use single_flight::deadline as sign_in_deadline;
use skew::Skew;
use token_cache::TokenCache;

/// Authorizes requests and finds services.
///
/// Cheap to clone; clones share tokens. Nothing is sent until it is needed. Sessions need a Tokio runtime
/// with I/O and time enabled, and return an error outside one.
///
/// Sign-ins and look-ups are shared: all calls that need the same token, catalog, project or domain wait for
/// one task and get its result, errors included. Dropping a call never stops that task.
///
/// | credentials | `authorize` | project, catalog |
/// |---|---|---|
/// | password, passcode, a token to exchange, agency | requests a token when one is needed, and renews it before it expires | come with the token |
/// | a token, and no project is chosen | adds it; nothing is sent | `GET /auth/tokens`, if needed and not set |
/// | a token and a project | looks up the token's project once (`GET /auth/tokens`). If it is the chosen project, adds the token; otherwise exchanges it | come with either token |
/// | access key | signs; looks up the project once if it is set by name | `GET /projects?name=…`, `GET /auth/catalog`, signed, if needed and not set |
///
/// ```no_run
/// # async fn f() -> otc_auth::Result<()> {
/// use otc_auth::{Config, Environment, ServiceQuery, Session};
///
/// let session = Session::connect(Config::discover(&Environment::process())?)?;
/// let endpoint = session.endpoint(&ServiceQuery::new(["vbs", "vbsv2"])).await?;
/// let mut request = http::Request::get(format!("{endpoint}/backuppolicy")).body(bytes::Bytes::new()).unwrap();
/// let authorization = session.authorize(&mut request).await?;
/// // Send it. If the service answers 401:
/// if session.refused(&authorization) {
///     session.authorize(&mut request).await?;
///     // Send it again.
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    config: Config,
    clock: Arc<dyn Clock>,
    transport: Arc<dyn Transport>,
    keystone: Option<Keystone>,
    skew: Skew,
    token_cache: Option<TokenCache>,
    tokens: SingleFlight<Issued>,
    /// Tokens are numbered, so that an authorization can refer to its token without holding it.
    last_number: AtomicU64,
    refused: Mutex<Option<SecretString>>,
    passcode_used: AtomicBool,
    inspected: SingleFlight<InspectedToken>,
    catalog: SingleFlight<Catalog>,
    project_id: SingleFlight<String>,
    domain_id: SingleFlight<String>,
}

/// The way in which a session authorizes requests.
enum AuthMethod<'a> {
    /// With a token that the identity service issues.
    Issued,
    /// With a token that is used as given.
    Given(&'a SecretString),
    /// With the signature of an access key.
    Signed(&'a AccessKey),
}

/// The authorization that a request was sent with, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization(AuthorizationKind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum AuthorizationKind {
    IssuedToken(u64),
    GivenToken,
    Signature,
}

impl Authorization {
    /// Whether the request was signed with an access key.
    pub fn is_signature(&self) -> bool {
        self.0 == AuthorizationKind::Signature
    }
}

impl Session {
    /// A session over the network.
    ///
    /// # Errors
    ///
    /// [`Error::is_config`] if a certificate can't be read or used, or tokens can't be cached on this system.
    pub fn connect(config: Config) -> Result<Self> {
        let http = sender::http(&config)?;
        Self::new(config, http)
    }

    /// A session whose requests to the identity service are sent by this transport. The layers of `otc-http` are put around
    /// it: retries, time limits and traces.
    ///
    /// # Errors
    ///
    /// [`Error::is_config`] if a token cache is set and this system has no file modes to protect it with.
    pub fn new(config: Config, transport: impl Transport) -> Result<Self> {
        Self::with_clock(config, transport, SystemClock)
    }

    /// Like [`Session::new`], but with another clock.
    ///
    /// # Errors
    ///
    /// See [`Session::new`].
    pub fn with_clock(config: Config, transport: impl Transport, clock: impl Clock) -> Result<Self> {
        Self::of(config, Arc::new(transport), Arc::new(clock))
    }

    fn of(config: Config, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Result<Self> {
        let layered = sender::layered(&config, Arc::clone(&transport))?;
        let keystone = config.auth_url.clone();
        let keystone = keystone.map(|auth_url| Keystone::new(layered, auth_url, &config));
        let limit = config.sign_in_timeout;
        Ok(Self(Arc::new(Inner {
            token_cache: TokenCache::of(&config)?,
            clock,
            transport,
            keystone,
            skew: Skew::default(),
            tokens: SingleFlight::new("the sign-in", limit),
            last_number: AtomicU64::new(0),
            refused: Mutex::new(None),
            passcode_used: AtomicBool::new(false),
            inspected: SingleFlight::new("the look-up of the token", limit),
            catalog: SingleFlight::new("the look-up of the service catalog", limit),
            project_id: SingleFlight::new("the look-up of the project", limit),
            domain_id: SingleFlight::new("the look-up of the domain", limit),
            config,
        })))
    }

    /// Adds a token to the request, or signs it. Call it again for each attempt: a signature contains the
    /// time, and covers the current state of the request.
    ///
    /// The future may be dropped at any time. A sign-in that it waits for continues for the other callers.
    ///
    /// # Errors
    ///
    /// If no token can be obtained, or credentials may not be sent to the address of the request.
    pub async fn authorize(&self, request: &mut Request<Bytes>) -> Result<Authorization> {
        address::check_request(request, self.0.config.allow_http)?;
        match self.0.auth_method().await? {
            AuthMethod::Issued => {
                let issued = self.0.issued().await?;
                TokenCredentials(&issued.token.secret).apply(request)?;
                Ok(Authorization(AuthorizationKind::IssuedToken(issued.number)))
            }
            AuthMethod::Given(token) => {
                TokenCredentials(token).apply(request)?;
                Ok(Authorization(AuthorizationKind::GivenToken))
            }
            AuthMethod::Signed(key) => {
                self.0.sign(key, request).await?;
                Ok(Authorization(AuthorizationKind::Signature))
            }
        }
    }

    /// Reports that a service refused an authorization (401). Returns whether the next one will be different,
    /// so that the request is worth retrying.
    ///
    /// Drops the refused token, so that the next [`authorize`](Self::authorize) gets a new one. That is one
    /// sign-in even if many calls report the same token, and none if another call already got a new one. A
    /// token that is used as given and an access key can't be replaced; for the latter, see
    /// [`learn_server_time`](Self::learn_server_time).
    pub fn refused(&self, authorization: &Authorization) -> bool {
        match authorization.0 {
            AuthorizationKind::IssuedToken(number) => {
                self.0.drop_refused(number);
                true
            }
            AuthorizationKind::GivenToken | AuthorizationKind::Signature => false,
        }
    }

    /// Learns the service's time from the `Date` of its answer, for a refused signature (`APIGW.0301`) that
    /// this machine's clock may have caused. Returns whether signatures were off by more than a minute, so
    /// that signing again may help.
    ///
    /// Later signatures use the service's time. For its own requests, the session does this itself.
    pub fn learn_server_time(&self, headers: &HeaderMap) -> bool {
        self.0.skew.learn(headers, self.0.clock.now())
    }

    /// The address of a service: the one that is set, otherwise the one in the catalog.
    ///
    /// An override of any of the query's types takes precedence over the catalog, which is then not needed.
    ///
    /// # Errors
    ///
    /// - [`Error::is_endpoint`]: the catalog does not have the service. The text lists the services that it
    ///   has.
    /// - [`Error::is_config`]: the catalog does not have the service because no project is chosen.
    /// - Any other: the catalog can't be obtained.
    pub async fn endpoint(&self, query: &ServiceQuery) -> Result<Url> {
        let config = &self.0.config;
        let set = query.types().iter().find_map(|kind| config.endpoint_override(kind));
        if let Some(url) = set {
            return Ok(url.clone());
        }
        let defaults = Defaults {
            region: config.region(),
            interface: config.interface,
            places: &config.searched.region,
        };
        let method = self.0.auth_method().await?;
        let is_chosen = matches!(self.0.scope(), Scope::Project(_));
        let find = |catalog: &Catalog, has_project: bool| match catalog.find(query, &defaults) {
            // A catalog without a project lacks the services that belong to one.
            Err(_) if !is_chosen && !has_project && !catalog.has(query) => Ok(None),
            found => found.map(Some),
        };
        let found = match &method {
            AuthMethod::Issued => {
                let facts = &self.0.issued().await?.token.facts;
                find(&facts.catalog, facts.project.is_some())?
            }
            AuthMethod::Given(token) => {
                let facts = &self.0.inspect(token).await?.facts;
                find(&facts.catalog, facts.project.is_some())?
            }
            AuthMethod::Signed(key) => find(&*self.0.signed_catalog(key).await?, false)?,
        };
        let Some(url) = found else {
            return Err(self.0.no_project(&method).await);
        };
        otc_http::address::check(&url, config.allow_http)
            .map_err(|problem| Error::endpoint(format!("the service catalog's address: {problem}")))?;
        Ok(url)
    }

    /// The id of the chosen project.
    ///
    /// # Errors
    ///
    /// - [`Error::is_config`]: no project is chosen (the text lists the available ones), or not exactly one has the chosen
    ///   name.
    /// - Any other: the project had to be looked up, and the identity service failed.
    pub async fn project_id(&self) -> Result<String> {
        self.0.project().await
    }

    /// The region: the one that is set, or the one that the project's name or the identity service's address
    /// implies.
    pub fn region(&self) -> Option<&str> {
        self.0.config.region()
    }

    /// Problems of the configuration or of cached tokens that did not prevent a call: see
    /// [`Config::warnings`](crate::Config::warnings) and
    /// [`ConfigBuilder::token_cache`](crate::ConfigBuilder::token_cache).
    ///
    /// One sentence each, for a person. None contains a secret or a control character.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.0.config.warnings().to_vec();
        warnings.extend(self.0.token_cache.iter().flat_map(TokenCache::warnings));
        warnings
    }

    /// The configuration of the session.
    pub fn config(&self) -> &Config {
        &self.0.config
    }
}

impl Inner {
    async fn auth_method(self: &Arc<Self>) -> Result<AuthMethod<'_>> {
        Ok(match &self.config.login {
            _ if self.config.agency.is_some() => AuthMethod::Issued,
            Login::Password { .. } | Login::Token { exchange: true, .. } => AuthMethod::Issued,
            Login::Token { token, .. } if self.can_be_used_as_given(token).await? => AuthMethod::Given(token),
            Login::Token { .. } => AuthMethod::Issued,
            Login::AccessKey(key) => AuthMethod::Signed(key),
        })
    }

    /// The scope of the requests to services: the agency's, if there is one.
    fn scope(&self) -> &Scope {
        match &self.config.agency {
            Some(agency) => &agency.scope,
            None => &self.config.scope,
        }
    }

    fn keystone(&self) -> Result<&Keystone> {
        self.keystone.as_ref().ok_or_else(|| Error::config(self.config.searched.auth_url.clone()))
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("config", &self.0.config).finish_non_exhaustive()
    }
}
