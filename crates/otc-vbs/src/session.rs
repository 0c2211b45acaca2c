//! Clients that find credentials, endpoint and project by themselves.

use std::path::Path;

use bytes::Bytes;
use otc_auth::{Authorization, Config, Environment, ServiceQuery, Session, replace_host_label};
use otc_http::{
    Authorize, AuthorizeFuture, HttpTransportBuilder, Refusal, TransportError, TransportErrorKind,
};
use secrecy::zeroize::Zeroizing;

use crate::{Client, ClientBuilder, Error, Result};

impl Client {
    /// A client with the credentials that the caller already has: clouds.yaml by `OS_CLOUD`, or `OS_*` variables.
    ///
    /// Where they are looked for, and what can be set, is said in [`auth`](crate::auth). Endpoint and project come from
    /// the identity service.
    ///
    /// ```no_run
    /// # async fn f() -> otc_vbs::Result<()> {
    /// let vbs = otc_vbs::Client::from_env().await?;
    /// println!("{} policies", vbs.policies().list().await?.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid`](crate::Error::is_invalid) where a setting is missing or contradicts another, with the place where it was looked for;
    /// [`Error::is_auth`](crate::Error::is_auth) where the identity service refuses the credentials; and where it can't be reached.
    pub async fn from_env() -> Result<Self> {
        let config = Config::discover(&Environment::process())?;
        Self::builder().connect(Session::connect(config)?).await
    }
}

impl ClientBuilder {
    /// The client of a session: it authorizes the requests, and says the endpoint and the project where the builder does
    /// not. What the session's configuration says of certificates (`cacert`, `cert`, `key`, `verify`) holds for the service
    /// too, where the builder says nothing else; authorities are trusted beside those of the builder.
    ///
    /// # Errors
    ///
    /// Those of [`build`](Self::build), and where the session can't say the endpoint or the project.
    pub async fn connect(mut self, session: Session) -> Result<Client> {
        if !self.has_endpoint() {
            let endpoint = session.endpoint(&service()).await?;
            self = self.endpoint(endpoint);
        }
        if !self.has_project_id() {
            self = self.project_id(session.project_id().await?);
        }
        if let Some(http) = self.http() {
            take_certificates(http, session.config())?;
        }
        self.authorize(SessionAuthorize(session)).build()
    }
}

fn take_certificates(http: &mut HttpTransportBuilder, config: &Config) -> Result<()> {
    let mut taken = std::mem::take(http);
    if let Some(path) = config.cacert() {
        taken = taken.root_certificate_pem(read("cacert", path)?.as_slice());
    }
    if !taken.has_client_identity()
        && let Some((cert, key)) = config.client_certificate()
    {
        taken = taken.client_identity_pem(identity(cert, key)?.as_slice());
    }
    if !taken.has_verify() {
        taken = taken.verify(config.verify());
    }
    *http = taken;
    Ok(())
}

/// A certificate with its key as one text.
fn identity(cert: &Path, key: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let certificate = read("cert", cert)?;
    if cert == key {
        return Ok(certificate);
    }
    let key = read("key", key)?;
    Ok(Zeroizing::new([&certificate[..], b"\n", &key].concat()))
}

fn read(setting: &str, path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    std::fs::read(path).map(Zeroizing::new).map_err(|error| {
        Error::setting(format!(
            "{setting}: {} can't be read: {error}; mend the path or the file's rights",
            path.display()
        ))
    })
}

/// VBS as the service catalog knows it. Where it does not, the service is beside that of the disks.
fn service() -> ServiceQuery {
    ServiceQuery::new(["vbs", "vbsv2"]).derive("volumev2", replace_host_label("evs", "vbs"))
}

/// Authorizes requests by a session. How each was authorized goes along with it, to tell which token was refused.
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

/// The identity layer has repeated what may be repeated, so the outer layers must not.
fn no_credentials(error: otc_auth::Error) -> TransportError {
    TransportError::new(TransportErrorKind::Credentials, error.to_string()).with_source(error)
}
