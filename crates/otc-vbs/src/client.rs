//! The client, and how it is made.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use otc_vbs_api::Transport;
use secrecy::SecretString;
use url::{Host, Url};

use crate::transport::{HttpSettings, HttpTransport, TokenTransport};
use crate::{
    BackupId, BackupRef, Backups, Error, JobHandle, JobId, Jobs, Policies, PolicyId, PolicyRef,
    ProjectId, Quotas, Result, Shares,
};

/// A client of the Volume Backup Service for one project.
///
/// Cheap to clone; clones share connections.
///
/// ```
/// # fn f(token: String) -> otc_vbs::Result<()> {
/// let vbs = otc_vbs::Client::builder()
///     .endpoint("https://vbs.eu-de.otc.t-systems.com")
///     .project_id("4229d7a45436489f8c3dc2b1d35d4987")
///     .token(token)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    api: otc_vbs_api::Client,
    endpoint: Url,
    project_id: ProjectId,
}

impl Client {
    /// Begins a client: it needs an endpoint, a project and a token.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The backup policies of the project.
    pub fn policies(&self) -> Policies {
        Policies::new(self.clone())
    }

    /// One backup policy, by its identifier.
    ///
    /// An identifier that is empty or contains a slash is an error of whatever is asked of the policy; nothing is sent.
    pub fn policy<I>(&self, id: I) -> PolicyRef
    where
        I: TryInto<PolicyId, Error: fmt::Display>,
    {
        PolicyRef::new(self.clone(), id)
    }

    /// The backups of the project.
    pub fn backups(&self) -> Backups {
        Backups::new(self.clone())
    }

    /// One backup, by its identifier. A bad one is an error of whatever is asked of the backup.
    pub fn backup<I>(&self, id: I) -> BackupRef
    where
        I: TryInto<BackupId, Error: fmt::Display>,
    {
        BackupRef::new(self.clone(), id)
    }

    /// The backups that the project shares with others, and others with it.
    pub fn shares(&self) -> Shares {
        Shares::new(self.clone())
    }

    /// The asynchronous jobs of the project.
    pub fn jobs(&self) -> Jobs {
        Jobs::new(self.clone())
    }

    /// One asynchronous job, by an identifier that was kept: short for `jobs().job(id)`.
    pub fn job<I>(&self, id: I) -> JobHandle
    where
        I: TryInto<JobId, Error: fmt::Display>,
    {
        self.jobs().job(id)
    }

    /// What limits the backups of the project.
    pub fn quotas(&self) -> Quotas {
        Quotas::new(self.clone())
    }

    /// The project whose policies and backups the client is about.
    pub fn project_id(&self) -> &ProjectId {
        &self.0.project_id
    }

    pub(crate) fn api(&self) -> &otc_vbs_api::Client {
        &self.0.api
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.0.endpoint.as_str())
            .field("project_id", &self.0.project_id)
            .finish_non_exhaustive()
    }
}

/// What a [`Client`] is made of. Made by [`Client::builder`].
#[derive(Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    endpoint: Option<String>,
    project_id: Option<String>,
    token: Option<SecretString>,
    allow_http: bool,
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    transport: Option<Arc<dyn Transport>>,
}

impl ClientBuilder {
    /// Where the service is: what stands before `/v2`, for example `https://vbs.eu-de.otc.t-systems.com`. The form of
    /// the service catalog, which ends in `/v2/<project id>`, is taken too.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The project, by its identifier.
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// A token of the identity service, scoped to the project.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(SecretString::from(token.into()));
        self
    }

    /// Allow an `http` endpoint that is not on this machine. The token then goes over the network for all to read.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// How long a request may take, its response read. 60 seconds where it is not set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long the making of a connection may take. 10 seconds where it is not set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Send requests through this transport rather than over the network: for tests, and for what this crate does not
    /// do. It sees requests as they would be sent, token included.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// The client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid`]: a setting is missing or can't be used; the message names it.
    pub fn build(self) -> Result<Client> {
        let endpoint = self.endpoint.ok_or_else(|| missing("endpoint"))?;
        let endpoint = checked_endpoint(&endpoint, self.allow_http)?;
        let project_id = self.project_id.ok_or_else(|| missing("project_id"))?;
        let project_id: ProjectId = project_id
            .parse()
            .map_err(|error| Error::setting(format!("project_id: {error}")))?;
        let token = self.token.ok_or_else(|| missing("token"))?;

        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(
                HttpTransport::new(&HttpSettings {
                    timeout: self.timeout.unwrap_or(Duration::from_secs(60)),
                    connect_timeout: self.connect_timeout.unwrap_or(Duration::from_secs(10)),
                    bypass_proxies: is_loopback(&endpoint),
                })
                .map_err(|error| Error::setting(error.to_string()))?,
            ),
        };
        let transport = TokenTransport::new(transport, token).map_err(|_| {
            Error::setting("token: it is empty or has characters that no header can hold")
        })?;
        let api = otc_vbs_api::Client::over(&endpoint, transport)
            .map_err(|error| Error::setting(error.to_string()))?;
        Ok(Client(Arc::new(Inner {
            api,
            endpoint,
            project_id,
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("endpoint", &self.endpoint)
            .field("project_id", &self.project_id)
            .finish_non_exhaustive()
    }
}

fn missing(setting: &str) -> Error {
    Error::setting(format!(
        "{setting} is not set; call `.{setting}(…)` on the builder"
    ))
}

/// The endpoint without the version and the project that the service catalog puts behind it.
fn checked_endpoint(text: &str, allow_http: bool) -> Result<Url> {
    let refuse = |problem: &str| Error::setting(format!("endpoint: {problem}"));
    // The text is not repeated where it may hold a password.
    let mut url = Url::parse(text).map_err(|error| refuse(&format!("it is no URL: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("it holds a user name or a password; leave them out"));
    }
    match url.scheme() {
        "https" => {}
        "http" if allow_http || is_loopback(&url) => {}
        "http" => {
            return Err(refuse(&format!(
                "{url} is not https, so the token would be readable on the way, and http was not allowed"
            )));
        }
        scheme => return Err(refuse(&format!("`{scheme}` is neither https nor http"))),
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse(&format!(
            "{url} has a query or a fragment; leave it out"
        )));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(without_version(&path));
    Ok(url)
}

/// `/prefix/v2/4229…` and `/prefix/v2` become `/prefix`.
fn without_version(path: &str) -> &str {
    let is_version = |segment: &str| matches!(segment, "v1" | "v2" | "v3");
    match path.rsplit_once('/') {
        Some((rest, last)) if is_version(last) => rest,
        Some((rest, _project)) => match rest.rsplit_once('/') {
            Some((prefix, version)) if is_version(version) => prefix,
            _ => path,
        },
        None => path,
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
