//! Clients that sign in: credentials, endpoint and project come from a session.

use std::path::PathBuf;

use bytes::Bytes;
use otc_auth::{Authorization, Config, Environment, ServiceQuery, Session, replace_host_label};
use otc_http::{Authorize, AuthorizeFuture, Refusal, TransportError, TransportErrorKind};
use secrecy::ExposeSecret as _;

use crate::{Client, ClientBuilder, Error, Result};

impl Client {
    /// Signs in with the credentials of the environment: the cloud of clouds.yaml that `OS_CLOUD` names, or the `OS_*`
    /// variables. Short for `Client::builder().sign_in()`.
    ///
    /// [`auth`](crate::auth) lists the files and variables. Endpoint and project come from the identity service.
    ///
    /// ```no_run
    /// # async fn f() -> otc_vbs::Result<()> {
    /// let vbs = otc_vbs::Client::from_env().await?;
    /// println!("{} policies", vbs.policies().list().send().await?.items.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::sign_in`].
    pub async fn from_env() -> Result<Self> {
        Self::builder().sign_in().await
    }
}

type OnWarning = Box<dyn FnMut(&str) + Send>;

/// The settings that only [`ClientBuilder::sign_in`] uses.
#[derive(Default)]
pub(crate) struct SignIn {
    cloud: Option<String>,
    clouds_file: Option<PathBuf>,
    project_name: Option<String>,
    region: Option<String>,
    on_warning: Option<OnWarning>,
}

/// The target of the events for warnings.
const TARGET: &str = "otc_vbs";

impl SignIn {
    fn report_warnings(&mut self, session: &Session) {
        for warning in session.warnings() {
            match &mut self.on_warning {
                Some(report) => report(&warning),
                None => tracing::warn!(target: TARGET, "{warning}"),
            }
        }
    }

    /// Refuses settings that `function` of the builder would ignore.
    pub(crate) fn refuse_in(&self, function: &str) -> Result<()> {
        let set = [
            ("cloud", self.cloud.is_some()),
            ("clouds_file", self.clouds_file.is_some()),
            ("project_name", self.project_name.is_some()),
            ("region", self.region.is_some()),
        ];
        match set.iter().find(|(_, is_set)| *is_set) {
            None => Ok(()),
            Some((setting, _)) => Err(Error::setting(format!(
                "{setting} is set, and `{function}` does not use it; call `.sign_in()` instead"
            ))),
        }
    }
}

/// Settings of [`sign_in`](Self::sign_in).
impl ClientBuilder {
    /// Calls this with each warning of the configuration when the client is created: for example, that a profile does not
    /// exist. A warning is a sentence for a person, without secrets and control characters. By default, each is a `tracing`
    /// event of level `WARN` with the target `otc_vbs`.
    ///
    /// Also applies to [`connect`](Self::connect).
    pub fn on_warning(mut self, report: impl FnMut(&str) + Send + 'static) -> Self {
        self.sign_in.on_warning = Some(Box::new(report));
        self
    }

    /// The cloud of clouds.yaml to sign in to. Defaults to the one that `OS_CLOUD` names.
    pub fn cloud(mut self, name: impl Into<String>) -> Self {
        self.sign_in.cloud = Some(name.into());
        self
    }

    /// The clouds.yaml to read. Defaults to the file that `OS_CLIENT_CONFIG_FILE` names, then to the first one in the
    /// working directory, the user's configuration directory and `/etc/openstack`.
    pub fn clouds_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.sign_in.clouds_file = Some(path.into());
        self
    }

    /// The name of the project to act for. Use [`project_id`](Self::project_id) for its id instead. With an
    /// agency, it is the delegated project.
    pub fn project_name(mut self, name: impl Into<String>) -> Self {
        self.sign_in.project_name = Some(name.into());
        self
    }

    /// The region of the endpoint, for example `eu-de`. Defaults to that of the cloud or the environment.
    pub fn region(mut self, name: impl Into<String>) -> Self {
        self.sign_in.region = Some(name.into());
        self
    }
}

impl ClientBuilder {
    /// Signs in, and returns a client for the project of the session.
    ///
    /// Settings that the builder does not set come from the [`cloud`](Self::cloud), or from the `OS_*`
    /// variables if no cloud is named. The endpoint comes from the service catalog. A [`token`](Self::token)
    /// of the builder replaces other credentials.
    ///
    /// ```no_run
    /// # async fn f() -> otc_vbs::Result<()> {
    /// let vbs = otc_vbs::Client::builder()
    ///     .cloud("production")
    ///     .project_name("eu-de_backup")
    ///     .sign_in()
    ///     .await?;
    /// println!("{} policies", vbs.policies().list().send().await?.items.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`Error::is_invalid`]: a setting is missing or contradicts another; the text names the places where
    ///   it was looked for.
    /// - [`Error::is_auth`]: the identity service refuses the credentials.
    /// - Any other: the identity service can't be reached, or fails.
    pub async fn sign_in(mut self) -> Result<Client> {
        if self.has_authorize() {
            return Err(Error::setting(
                "authorize is set, and `sign_in` uses credentials of its own; leave `.authorize(…)` out, or call \
                 `.build()` instead",
            ));
        }
        let SignIn { cloud, clouds_file, project_name, region, on_warning } =
            std::mem::take(&mut self.sign_in);
        self.sign_in.on_warning = on_warning;
        let mut config =
            Config::builder().environment(&Environment::process()).allow_http(self.allows_http());
        if let Some(path) = clouds_file {
            config = config.clouds_file(path);
        }
        if let Some(cloud) = cloud {
            config = config.cloud(cloud);
        }
        if let Some(region) = region {
            config = config.region(region);
        }
        config = match (self.chosen_project_id(), project_name) {
            (Some(_), Some(_)) => {
                return Err(Error::setting(
                    "project_id and project_name are both set; leave one of them out",
                ));
            }
            (Some(id), None) => config.project_id(id),
            (None, Some(name)) => config.project_name(name),
            (None, None) => config,
        };
        if let Some(token) = self.take_token() {
            config = config.token(token.expose_secret());
        }
        self.connect(Session::connect(config.build()?)?).await
    }

    /// Returns a client whose requests are authorized by a session. Endpoint and project are the session's
    /// unless the builder sets them. For a [`project_id`](Self::project_id) other than the session's, the
    /// client gets [a separate session](Session::for_project_id).
    ///
    /// The TLS settings of the session's configuration also apply to the service: see
    /// [`tls_of`](Self::tls_of).
    ///
    /// # Errors
    ///
    /// See [`build`](Self::build). Also errors of the session if it does not know the endpoint or the
    /// project.
    pub async fn connect(mut self, session: Session) -> Result<Client> {
        self.sign_in.refuse_in("connect")?;
        self.sign_in.report_warnings(&session);
        let session = match self.chosen_project_id() {
            Some(id) => session.for_project_id(id)?,
            None => session,
        };
        if !self.has_endpoint() {
            let endpoint = session.endpoint(&service()).await?;
            self = self.endpoint(endpoint);
        }
        if self.chosen_project_id().is_none() {
            self = self.project_id(session.project_id().await?);
        }
        self = self.tls_of(session.config())?;
        self.authorize(SessionAuthorize(session)).build()
    }

    /// Uses the TLS settings of a configuration (`cacert`, `cert`, `key`, `verify`). A client certificate and
    /// `verify` of the builder take precedence; authorities are trusted in addition to the builder's.
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid`]: a file can't be read.
    pub fn tls_of(mut self, config: &Config) -> Result<Self> {
        if let Some(http) = self.http() {
            *http = config.apply_tls(std::mem::take(http))?;
        }
        Ok(self)
    }
}

/// VBS in the service catalog. If the catalog lacks it, its host is derived from that of the disks' service.
fn service() -> ServiceQuery {
    ServiceQuery::new(["vbs", "vbsv2"]).derive("volumev2", replace_host_label("evs", "vbs"))
}

/// Authorizes requests by a session. Each request stores its authorization, so that a refusal identifies the
/// token.
struct SessionAuthorize(Session);

impl Authorize for SessionAuthorize {
    fn authorize<'a>(&'a self, request: &'a mut http::Request<Bytes>) -> AuthorizeFuture<'a, ()> {
        Box::pin(async {
            let authorization = self.0.authorize(request).await.map_err(no_credentials)?;
            request.extensions_mut().insert(authorization);
            Ok(())
        })
    }

    fn refused<'a>(&'a self, refusal: Refusal<'a>) -> AuthorizeFuture<'a, bool> {
        Box::pin(async move {
            let Some(authorization) = refusal.request.extensions().get::<Authorization>() else {
                return Ok(false);
            };
            if authorization.is_signature() {
                return Ok(self.0.learn_server_time(refusal.response.headers()));
            }
            Ok(self.0.refused(authorization))
        })
    }
}

/// The identity layers have already retried, so the outer layers must not.
fn no_credentials(error: otc_auth::Error) -> TransportError {
    TransportError::new(TransportErrorKind::Credentials, error.to_string()).with_source(error)
}
