//! How a client is made.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use otc_vbs_api::Transport;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::endpoint::{checked_endpoint, is_loopback, shown};
use crate::transport::{Authorize, FixedToken, HttpTransportBuilder, RateLimit, RetryPolicy, Stack};
use crate::{Client, Error, ProjectId, Result};

type Layer = Box<dyn FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport> + Send>;

/// What a [`Client`] is made of. Made by [`Client::builder`].
///
/// What holds where nothing is set: see the table in [`transport`](crate::transport).
#[derive(Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    endpoint: Option<String>,
    project_id: Option<String>,
    token: Option<SecretString>,
    authorize: Option<Arc<dyn Authorize>>,
    allow_http: bool,
    stack: Stack,
    http: HttpTransportBuilder,
    transport: Option<Arc<dyn Transport>>,
    layers: Vec<Layer>,
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

    pub(crate) fn has_endpoint(&self) -> bool {
        self.endpoint.is_some()
    }

    pub(crate) fn has_project_id(&self) -> bool {
        self.project_id.is_some()
    }

    /// The settings of the transport that sends, where there is no other in its place.
    pub(crate) fn http(&mut self) -> Option<&mut HttpTransportBuilder> {
        self.transport.is_none().then_some(&mut self.http)
    }

    /// What proves who the caller is, in place of a token.
    pub fn authorize(mut self, authorize: impl Authorize) -> Self {
        self.authorize = Some(Arc::new(authorize));
        self
    }

    /// Allow an `http` endpoint that is not on this machine. The token then goes over the network for all to read.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// How long a call may take: its attempts, the pauses between them, and the wait for its turn. 120 seconds where it is
    /// not set.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.stack.timeout = Some(limit);
        self
    }

    /// How long an attempt may take, its response read. 30 seconds where it is not set.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.stack.attempt_timeout = Some(limit);
        self
    }

    /// How long the making of a connection may take. 10 seconds where it is not set.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.http = self.http.connect_timeout(limit);
        self
    }

    /// What is repeated, how often and when. 3 repeats where it is not set.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.stack.retry = Some(policy);
        self
    }

    /// How many requests may be sent in some time. As many as there are where it is not set.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.stack.rate_limit = Some(limit);
        self
    }

    /// How many calls of the client and its clones may go on at once; others wait for their turn. 64 where it is not set;
    /// 0 counts as 1.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.stack.concurrency = Some(calls);
        self
    }

    /// What the program calls itself, usually `name/version`: it is sent behind the name and version of this crate.
    pub fn user_agent(mut self, suffix: impl Into<String>) -> Self {
        self.stack.user_agent = Some(suffix.into());
        self
    }

    /// The largest body of a response that is read, in bytes. 32 MiB where it is not set.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.http = self.http.max_body(bytes);
        self
    }

    /// Trusts the certificates of this PEM text too, beside those that the system trusts.
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http = self.http.root_certificate_pem(pem);
        self
    }

    /// Shows this certificate where the server asks for one: see [`HttpTransportBuilder::client_identity_pem`].
    pub fn client_identity_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http = self.http.client_identity_pem(pem);
        self
    }

    /// Whether the certificates of servers are checked: see [`HttpTransportBuilder::verify`].
    pub fn verify(mut self, verify: bool) -> Self {
        self.http = self.http.verify(verify);
        self
    }

    /// Goes through this proxy, whatever the environment says: see [`HttpTransportBuilder::proxy`].
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http = self.http.proxy(url);
        self
    }

    /// Goes through no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.http = self.http.no_proxy();
        self
    }

    /// Send requests through this transport rather than over the network: for tests, and for what this crate does not
    /// do. It sees requests as they would be sent, token included, and each attempt. Settings that are about the network are
    /// without effect.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Puts a layer of your own around all others. It sees each call once, without its token. Of several, the last is the
    /// outermost.
    pub fn layer<T: Transport>(
        mut self,
        layer: impl FnOnce(Arc<dyn Transport>) -> T + Send + 'static,
    ) -> Self {
        self.layers
            .push(Box::new(|next| Arc::new(layer(next)) as Arc<dyn Transport>));
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
        let authorize = match (self.authorize, self.token) {
            (Some(_), Some(_)) => {
                return Err(Error::setting(
                    "token and authorize are both set; leave one of them out",
                ));
            }
            (Some(authorize), None) => authorize,
            (None, Some(token)) => Arc::new(
                FixedToken::new(token.expose_secret())
                    .map_err(|error| Error::setting(format!("token: {error}")))?,
            ),
            (None, None) => return Err(missing("token")),
        };
        let sends: Arc<dyn Transport> = match self.transport {
            Some(transport) => transport,
            None => {
                let http = self.http.allow_http(self.allow_http);
                // A service on this machine is reached directly, whatever the proxies of the environment are.
                Arc::new(match is_loopback(&endpoint) {
                    true => http.no_environment_proxy().build()?,
                    false => http.build()?,
                })
            }
        };
        let stack = self.stack.around(sends, authorize)?;
        let transport = self.layers.into_iter().fold(stack, |next, layer| layer(next));
        let api = otc_vbs_api::Client::over(&endpoint, transport)
            .map_err(|error| Error::setting(error.to_string()))?;
        Ok(Client::new(api, endpoint, project_id))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It is checked only when the client is built, so that it may still hold a password.
        let endpoint = self.endpoint.as_deref().map(|text| match Url::parse(text) {
            Ok(url) => shown(&url),
            Err(_) => "no URL".to_owned(),
        });
        f.debug_struct("ClientBuilder")
            .field("endpoint", &endpoint)
            .field("project_id", &self.project_id)
            .finish_non_exhaustive()
    }
}

fn missing(setting: &str) -> Error {
    Error::setting(format!(
        "{setting} is not set; call `.{setting}(…)` on the builder"
    ))
}
