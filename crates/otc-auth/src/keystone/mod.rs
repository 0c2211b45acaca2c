//! The client of the identity service, Keystone v3.

mod answer;
mod body;
mod hint;
mod token;

pub(crate) use hint::{CHOOSE_DELEGATED_PROJECT, CHOOSE_PROJECT};
pub(crate) use token::{Facts, InspectedToken, Token};

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, StatusCode};
use jiff::Timestamp;
use otc_http::{
    CallState, Redactor, RequestInfo, Transport, TransportError, TransportErrorKind, presentable,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use crate::catalog::Catalog;
use crate::identity::{Agency, Login, Scope};
use crate::session::sign_in_deadline;
use crate::signing::header;
use crate::{Config, Error, Result, address, lenient};
use answer::{Answer, LONGEST_MESSAGE};
use hint::{Credential, Purpose};

pub(crate) const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
const X_SUBJECT_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");

/// Authenticates requests to the identity service.
pub(crate) trait Credentials: Sync {
    /// Adds the credentials to the headers of the request. Called again for each attempt.
    fn apply(&self, request: &mut Request<Bytes>) -> Result<()>;

    /// Learns from a refusal. Returns whether a retry may succeed.
    fn learn(&self, _refusal: &HeaderMap) -> bool {
        false
    }
}

/// Credentials in the body of the request.
struct CredentialsInBody;

impl Credentials for CredentialsInBody {
    fn apply(&self, _: &mut Request<Bytes>) -> Result<()> {
        Ok(())
    }
}

/// A token that authenticates the request.
pub(crate) struct TokenCredentials<'a>(pub(crate) &'a SecretString);

impl Credentials for TokenCredentials<'_> {
    fn apply(&self, request: &mut Request<Bytes>) -> Result<()> {
        let value = token_header(self.0)?;
        request.headers_mut().insert(X_AUTH_TOKEN, value);
        Ok(())
    }
}

/// A token that authenticates a request about itself.
struct InspectionCredentials<'a>(&'a SecretString);

impl Credentials for InspectionCredentials<'_> {
    fn apply(&self, request: &mut Request<Bytes>) -> Result<()> {
        TokenCredentials(self.0).apply(request)?;
        let value = token_header(self.0)?;
        request.headers_mut().insert(X_SUBJECT_TOKEN, value);
        Ok(())
    }
}

/// The identity service at `auth_url`.
pub(crate) struct Keystone {
    transport: Arc<dyn Transport>,
    auth_url: Url,
    credential: Credential,
    /// Removes the credentials if the service echoes them.
    redactor: Redactor,
}

impl Keystone {
    pub(crate) fn new(transport: Arc<dyn Transport>, auth_url: Url, config: &Config) -> Self {
        let secrets = match &config.login {
            Login::Password { password, passcode, .. } => [Some(password), passcode.as_ref()],
            Login::Token { token, .. } => [Some(token), None],
            Login::AccessKey(key) => key.secrets(),
        };
        Self {
            transport,
            auth_url,
            credential: Credential::of(&config.login),
            redactor: Redactor::new(secrets.into_iter().flatten().map(ExposeSecret::expose_secret)),
        }
    }

    /// Signs in with credentials in the body.
    pub(crate) async fn log_in(&self, login: &Login, scope: &Scope, now: Timestamp) -> Result<Token> {
        let body = body::login(login, scope)
            .ok_or_else(|| Error::config("an access key signs requests and has no token"))?;
        self.token(body, &CredentialsInBody, Purpose::SignIn(scope), now).await
    }

    /// Assumes the role of an agency.
    pub(crate) async fn assume_role(
        &self,
        agency: &Agency,
        by: &dyn Credentials,
        now: Timestamp,
    ) -> Result<Token> {
        let body = body::agency(agency);
        self.token(body, by, Purpose::Agency(agency), now).await
    }

    /// Requests the data of a token.
    pub(crate) async fn inspect(&self, token: &SecretString) -> Result<InspectedToken> {
        let request = self.request(Method::GET, "auth/tokens", None, Bytes::new())?;
        let answer = self.send(request, &InspectionCredentials(token), Purpose::LookUp).await?;
        let body: token::TokenBody = answer.json()?;
        let expires_at = body.token.expires().ok_or_else(|| no_expiry(&answer))?;
        Ok(InspectedToken { facts: body.token.facts, expires_at })
    }

    /// The catalog of an access key.
    pub(crate) async fn catalog(&self, by: &dyn Credentials) -> Result<Catalog> {
        #[derive(Deserialize)]
        struct Body {
            catalog: Catalog,
        }
        let request = self.request(Method::GET, "auth/catalog", None, Bytes::new())?;
        let answer = self.send(request, by, Purpose::LookUp).await?;
        answer.json::<Body>().map(|body| body.catalog)
    }

    /// The caller's projects of this name.
    pub(crate) async fn projects(&self, name: &str, by: &dyn Credentials) -> Result<Vec<ListEntry>> {
        self.list_projects("projects", Some(NameFilter::Project(name)), by).await
    }

    /// The caller's projects, by name.
    pub(crate) async fn available_projects(&self, by: &dyn Credentials) -> Result<Vec<ListEntry>> {
        let mut projects = self.list_projects("auth/projects", None, by).await?;
        projects.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(projects)
    }

    /// Text of the identity service as it may appear in a message.
    pub(crate) fn presentable(&self, text: &str) -> String {
        presentable(&self.redactor.redact(text), LONGEST_MESSAGE)
    }

    async fn list_projects(
        &self,
        path: &'static str,
        name: Option<NameFilter<'_>>,
        by: &dyn Credentials,
    ) -> Result<Vec<ListEntry>> {
        #[derive(Deserialize)]
        struct Body {
            #[serde(deserialize_with = "lenient::list")]
            projects: Vec<ListEntry>,
        }
        let request = self.request(Method::GET, path, name, Bytes::new())?;
        let answer = self.send(request, by, Purpose::LookUp).await?;
        answer.json::<Body>().map(|body| body.projects)
    }

    /// The caller's domains of this name.
    pub(crate) async fn domains(&self, name: &str, by: &dyn Credentials) -> Result<Vec<ListEntry>> {
        #[derive(Deserialize)]
        struct Body {
            #[serde(deserialize_with = "lenient::list")]
            domains: Vec<ListEntry>,
        }
        let name = NameFilter::Domain(name);
        let request = self.request(Method::GET, "auth/domains", Some(name), Bytes::new())?;
        let answer = self.send(request, by, Purpose::LookUp).await?;
        answer.json::<Body>().map(|body| body.domains)
    }

    /// Requests a new token.
    async fn token(
        &self,
        body: Bytes,
        by: &dyn Credentials,
        purpose: Purpose<'_>,
        now: Timestamp,
    ) -> Result<Token> {
        let mut request = self.request(Method::POST, "auth/tokens", None, body)?;
        // A one-time passcode is valid for one sign-in, and the service may have evaluated it although no
        // answer arrived.
        if matches!(purpose, Purpose::SignIn(_)) && self.credential == Credential::PasswordAndPasscode {
            RequestInfo::of(&request).idempotent(false).attach(&mut request);
        }
        let answer = self.send(request, by, purpose).await?;
        let secret = answer.header(&X_SUBJECT_TOKEN).map(SecretString::from)?;
        let body: token::TokenBody = answer.json()?;
        let (expires_at, life) = body.token.life(now).ok_or_else(|| no_expiry(&answer))?;
        Ok(Token { secret, expires_at, life, facts: body.token.facts })
    }

    fn request(
        &self,
        method: Method,
        path: &'static str,
        name: Option<NameFilter<'_>>,
        body: Bytes,
    ) -> Result<Request<Bytes>> {
        let mut url = address::below(&self.auth_url, path);
        if let Some(NameFilter::Project(name) | NameFilter::Domain(name)) = name {
            url.query_pairs_mut().append_pair("name", name);
        }
        // `auth_url` is a valid URI, so only the length of what was added to it can be wrong.
        let uri = url.as_str().parse().map_err(|_| too_long(name))?;
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(ACCEPT, json.clone());
        if !request.body().is_empty() {
            request.headers_mut().insert(CONTENT_TYPE, json);
        }
        let (operation, template) = operation(request.method(), path);
        // A sign-in creates a token and nothing else, so it may be retried.
        RequestInfo::new(operation).path_template(template).idempotent(true).attach(&mut request);
        request.extensions_mut().insert(self.redactor.clone());
        if let Some(deadline) = sign_in_deadline() {
            CallState::end_at(&mut request, deadline);
        }
        Ok(request)
    }

    /// The host and the port of the identity service.
    #[expect(
        clippy::expect_used,
        reason = "every `auth_url` was checked to be an https or http URL, and these have a host and a port"
    )]
    fn host_and_port(&self) -> (&str, u16) {
        let host = self.auth_url.host_str().expect("`auth_url` has a host");
        let port = self.auth_url.port_or_known_default();
        (host, port.expect("`auth_url` has a port"))
    }

    async fn send(
        &self,
        mut request: Request<Bytes>,
        by: &dyn Credentials,
        purpose: Purpose<'_>,
    ) -> Result<Answer> {
        let what = format!("{} {}", request.method(), request.uri().path());
        let (host, _) = self.host_and_port();
        let what = format!("the identity service at {host} ({what})");
        let mut may_retry = true;
        let response = loop {
            by.apply(&mut request)?;
            let response = self.transport.send(request.clone()).await;
            let response = response.map_err(|error| self.no_answer(&what, error))?;
            let refused = matches!(response.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
            if !(refused && may_retry && by.learn(response.headers())) {
                break response;
            }
            may_retry = false;
        };
        Answer::of(what, response).checked(self.credential, purpose)
    }

    fn no_answer(&self, what: &str, error: TransportError) -> Error {
        let kind = error.kind();
        let error = Error::transport(what, error);
        if kind != TransportErrorKind::Connect {
            return error;
        }
        let (host, port) = self.host_and_port();
        error.with_advice(format!(
            "check that `auth_url` (`OS_AUTH_URL`) is right and that {host}:{port} can be reached from this machine, \
             directly or through a proxy"
        ))
    }
}

/// The name that a list is filtered by.
#[derive(Clone, Copy)]
enum NameFilter<'a> {
    Project(&'a str),
    Domain(&'a str),
}

fn no_expiry(answer: &Answer) -> Error {
    answer.unreadable("`token.expires_at` is not a time")
}

/// The URL of a request is too long for a URI.
fn too_long(name: Option<NameFilter<'_>>) -> Error {
    let (what, variable, length) = match name {
        Some(NameFilter::Project(name)) => ("the project name", "OS_PROJECT_NAME", name.len()),
        Some(NameFilter::Domain(name)) => ("the domain name", "OS_DOMAIN_NAME", name.len()),
        None => return Error::config("`auth_url` is too long for the URL of a request"),
    };
    Error::config(format!("{what} has {length} bytes, too many for a request to the identity service"))
        .with_advice(format!("correct {what} (`{variable}`)"))
}

/// The name of a request in traces, and its path.
fn operation(method: &Method, path: &str) -> (&'static str, &'static str) {
    match (method.as_str(), path) {
        ("POST", _) => ("createToken", "/v3/auth/tokens"),
        (_, "auth/tokens") => ("showToken", "/v3/auth/tokens"),
        (_, "auth/catalog") => ("showCatalog", "/v3/auth/catalog"),
        (_, "auth/domains") => ("listDomains", "/v3/auth/domains"),
        (_, "auth/projects") => ("listAvailableProjects", "/v3/auth/projects"),
        _ => ("listProjects", "/v3/projects"),
    }
}

/// A project or domain in a list.
#[derive(Deserialize)]
pub(crate) struct ListEntry {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) domain_id: Option<String>,
}

/// The token as the value of a header.
pub(crate) fn token_header(token: &SecretString) -> Result<HeaderValue> {
    let mut value = header("the token", token.expose_secret())?;
    value.set_sensitive(true);
    Ok(value)
}
