//! Builds a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use otc_http::{
    Authorize, FixedToken, HttpTransportBuilder, InvalidSetting, Layers, RateLimit, RetryPolicy, Transport,
    address,
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::endpoint::checked_endpoint;
use crate::session::SignIn;
use crate::types::ProjectId;
use crate::{Client, Error, Result};

type Layer = Box<dyn FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport> + Send>;

const PRODUCT: &str = concat!("otc-vbs/", env!("CARGO_PKG_VERSION"));
/// The service's code for an expired token. The reference does not document its status.
const TOKEN_EXPIRED: &[&str] = &["AutoBackup.0003"];
/// The settings for additional trusted certificates, as named in messages.
const TRUST: &str = "`.root_certificate_pem(…)` of the builder, `cacert` in clouds.yaml or `OS_CACERT`";

/// The settings of a [`Client`]. Created by [`Client::builder`].
///
/// The defaults are in the table of [`transport`](crate::transport).
#[derive(Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    endpoint: Option<String>,
    project_id: Option<String>,
    token: Option<SecretString>,
    authorize: Option<Arc<dyn Authorize>>,
    allow_http: bool,
    layers: Layers,
    user_agent: Option<String>,
    http: HttpTransportBuilder,
    transport: Option<Arc<dyn Transport>>,
    outer_layers: Vec<Layer>,
    pub(crate) sign_in: SignIn,
}

impl ClientBuilder {
    /// The address of the service, without the version: for example `https://vbs.eu-de.otc.t-systems.com`. The form of the
    /// service catalog, which ends in `/v2/<project id>`, is accepted too.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The id of the project. [`sign_in`](Self::sign_in) and [`connect`](Self::connect) get credentials for
    /// it.
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// A token of the identity service, scoped to the project. A byte order mark before it and line ends after it, as a
    /// file may have them, are not part of it.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        let token = token.into();
        let token = token.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
        self.token = Some(SecretString::from(token));
        self
    }

    pub(crate) fn has_endpoint(&self) -> bool {
        self.endpoint.is_some()
    }

    pub(crate) fn chosen_project_id(&self) -> Option<&str> {
        self.project_id.as_deref()
    }

    pub(crate) fn take_token(&mut self) -> Option<SecretString> {
        self.token.take()
    }

    pub(crate) fn has_authorize(&self) -> bool {
        self.authorize.is_some()
    }

    pub(crate) fn allows_http(&self) -> bool {
        self.allow_http
    }

    /// The settings of the HTTP transport, unless another transport is set.
    pub(crate) fn http(&mut self) -> Option<&mut HttpTransportBuilder> {
        self.transport.is_none().then_some(&mut self.http)
    }

    /// Authorizes requests in this way instead of by a token.
    pub fn authorize(mut self, authorize: impl Authorize) -> Self {
        self.authorize = Some(Arc::new(authorize));
        self
    }

    /// Allows an `http` endpoint that is not on this machine. The token is then readable on the network.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Limits a call: its attempts, the pauses between them, and the wait for its turn. Defaults to 120 s.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.layers = self.layers.timeout(limit);
        self
    }

    /// Limits an attempt, from sending the request to the end of the response. Defaults to 30 s.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.layers = self.layers.attempt_timeout(limit);
        self
    }

    /// Limits the time for making a connection. Defaults to 10 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.http = self.http.connect_timeout(limit);
        self
    }

    /// Sets which requests are retried, how often and when. Defaults to 3 retries. A rate-limited request is
    /// retried for up to 90 s.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.layers = self.layers.retry(policy);
        self
    }

    /// Limits the request rate. Unlimited by default.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.layers = self.layers.rate_limit(limit);
        self
    }

    /// Limits how many calls of the client and its clones run at the same time. Further calls wait. Defaults
    /// to 64. 0 counts as 1.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.layers = self.layers.concurrency(calls);
        self
    }

    /// The name of the program, usually `name/version`. It is sent after the name and version of this crate.
    pub fn user_agent(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent = Some(suffix.into());
        self
    }

    /// Limits the size of a response's decoded body, in bytes. Defaults to 32 MiB.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.http = self.http.max_body(bytes);
        self
    }

    /// Trusts the certificates in this PEM text, in addition to those that the system trusts.
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http = self.http.root_certificate_pem(pem);
        self
    }

    /// Presents this certificate if the server asks for one: see [`HttpTransportBuilder::client_identity_pem`].
    pub fn client_identity_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http = self.http.client_identity_pem(pem);
        self
    }

    /// Sets whether server certificates are verified: see [`HttpTransportBuilder::verify`].
    pub fn verify(mut self, verify: bool) -> Self {
        self.http = self.http.verify(verify);
        self
    }

    /// Uses this proxy and ignores the environment: see [`HttpTransportBuilder::proxy`].
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http = self.http.proxy(url);
        self
    }

    /// Uses no proxy and ignores the environment.
    pub fn no_proxy(mut self) -> Self {
        self.http = self.http.no_proxy();
        self
    }

    /// Sends requests through this transport instead of over the network, for example in tests. It receives each attempt as it
    /// would be sent, token included. Settings of the network have no effect.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Puts your own layer around all others. It receives each call once, without its token. If there are several, the last
    /// one is the outermost.
    pub fn layer<T: Transport>(
        mut self,
        layer: impl FnOnce(Arc<dyn Transport>) -> T + Send + 'static,
    ) -> Self {
        self.outer_layers.push(Box::new(|next| Arc::new(layer(next)) as Arc<dyn Transport>));
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid`]: a setting is missing or can't be used; the message names it.
    pub fn build(self) -> Result<Client> {
        self.sign_in.refuse_in("build")?;
        let endpoint = self.endpoint.ok_or_else(|| missing("endpoint"))?;
        let endpoint = checked_endpoint(&endpoint, self.allow_http)?;
        let project_id = self.project_id.ok_or_else(|| missing("project_id"))?;
        let project_id: ProjectId =
            project_id.parse().map_err(|error| Error::setting(format!("project_id: {error}")))?;
        let authorize = match (self.authorize, self.token) {
            (Some(_), Some(_)) => {
                return Err(Error::setting("token and authorize are both set; remove one of them"));
            }
            (Some(authorize), None) => authorize,
            (None, Some(token)) => Arc::new(
                FixedToken::new(token.expose_secret())
                    .map_err(|error| Error::setting(format!("token: {error}")))?,
            ),
            (None, None) => return Err(missing("token")),
        };
        let sender: Arc<dyn Transport> = match self.transport {
            Some(transport) => transport,
            None => {
                let http = self.http.allow_http(self.allow_http).trust_advice(TRUST);
                Arc::new(http.build().map_err(setting)?)
            }
        };
        let product = match self.user_agent {
            Some(suffix) => format!("{PRODUCT} {suffix}"),
            None => PRODUCT.to_owned(),
        };
        let layers = self.layers.authorize(authorize).refusal_codes(TOKEN_EXPIRED);
        let stack = layers.user_agent(product).around(sender).map_err(setting)?;
        let transport = self.outer_layers.into_iter().fold(stack, |next, layer| layer(next));
        let api = otc_vbs_api::Client::over(&endpoint, transport)
            .map_err(|error| Error::setting(error.to_string()))?;
        Ok(Client::new(api, endpoint, project_id))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The endpoint is checked only when the client is built, so it may still contain a password.
        let endpoint = self.endpoint.as_deref().map(|text| match Url::parse(text) {
            Ok(url) => address::without_secrets(&url).to_string(),
            Err(_) => "not a URL".to_owned(),
        });
        f.debug_struct("ClientBuilder")
            .field("endpoint", &endpoint)
            .field("project_id", &self.project_id)
            .finish_non_exhaustive()
    }
}

fn missing(setting: &str) -> Error {
    Error::setting(format!("{setting} is not set; call `.{setting}(…)` on the builder"))
}

fn setting(error: InvalidSetting) -> Error {
    Error::setting(error.to_string())
}
