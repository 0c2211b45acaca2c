//! The sender of a request, identified by a token or a signature.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{OriginalUri, Request};
use http::request::Parts;
use http::{HeaderMap, HeaderName, StatusCode};

use super::failure::Failure;
use crate::domain::numbers::ProjectNumber;
use crate::http::limits::MOST_BODY;
use crate::identity::accounts::{ACCESS_KEYS, Holder};
use crate::identity::signature::{self, Received};
use crate::identity::tokens::{self, Scope};
use crate::state::AppState;

/// The sender of a request, and the scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) holder: Holder,
    pub(crate) scope: Scope,
    /// The kind of credentials, for messages.
    pub(crate) credential: &'static str,
}

/// Identifies the sender of a request. If it has both a signature and a token, the signature counts.
///
/// The body is read only if the request is signed. The returned request is the original one.
pub(crate) async fn identify(app: &AppState, request: Request) -> (Result<Caller, Failure>, Request) {
    let (parts, body) = request.into_parts();
    if !signature::is_signed(&parts.headers) {
        let caller = identify_head(app, &parts, b"");
        return (caller, Request::from_parts(parts, body));
    }
    match to_bytes(body, MOST_BODY).await {
        Ok(body) => {
            let caller = identify_head(app, &parts, &body);
            (caller, Request::from_parts(parts, Body::from(body)))
        }
        Err(_) => {
            let request = Request::from_parts(parts, Body::from(Bytes::new()));
            (Err(too_large()), request)
        }
    }
}

/// Identifies the sender of a request whose body has been read.
pub(crate) fn identify_head(app: &AppState, parts: &Parts, body: &[u8]) -> Result<Caller, Failure> {
    if signature::is_signed(&parts.headers) {
        return identify_by_signature(app, parts, body);
    }
    match token(&parts.headers) {
        Some(token) => app
            .tokens
            .check(token, app.token_now())
            .map(|grant| Caller { holder: grant.holder, scope: grant.scope, credential: "token" })
            .map_err(|refusal| match refusal {
                tokens::Refusal::Unknown => unauthorized(
                    "AutoBackup.0003",
                    "the sandbox never issued this token; ask its identity service for one",
                ),
                // The reference has only one code for tokens that are not accepted.
                tokens::Refusal::Expired => unauthorized(
                    "AutoBackup.0003",
                    "the token has expired; ask the identity service for a new one",
                ),
                tokens::Refusal::Revoked => {
                    let reason = "the token was revoked; ask the identity service for a new one";
                    Failure::gateway(app, parts, reason)
                }
            }),
        None if parts.headers.contains_key(http::header::AUTHORIZATION) => {
            let reason = "Authorization does not begin with `SDK-HMAC-SHA256 `, and there is no X-Auth-Token";
            Err(Failure::gateway(app, parts, reason))
        }
        None => Err(unauthorized(
            "AutoBackup.0002",
            "the request has no token; send one in the header X-Auth-Token, or sign it",
        )),
    }
}

/// The token of a request. A token that is not valid text is unknown.
fn token(headers: &HeaderMap) -> Option<&str> {
    let token = headers.get("x-auth-token")?;
    (!token.is_empty()).then(|| token.to_str().unwrap_or_default())
}

pub(crate) const PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
const DOMAIN_ID: HeaderName = HeaderName::from_static("x-domain-id");

fn identify_by_signature(app: &AppState, parts: &Parts, body: &[u8]) -> Result<Caller, Failure> {
    // Nested routes see only a part of the address, but the signature covers all of it.
    let uri = parts.extensions.get::<OriginalUri>();
    let uri = uri.map_or(&parts.uri, |original| &original.0);
    let request = Received {
        method: parts.method.as_str(),
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body,
    };
    let refused = |reason: String| Failure::gateway(app, parts, reason);
    signature::verify(&request, &ACCESS_KEYS, app.signature_clock.now()).map_err(refused)?;

    let domain = app.accounts.domain(Holder::User);
    let sent = |header: &HeaderName| {
        let value = parts.headers.get(header)?;
        // Identifiers are ASCII, so any other value is not an id.
        Some(value.to_str().unwrap_or_default())
    };
    if sent(&DOMAIN_ID).is_some_and(|id| id != domain.id) {
        let reason = "X-Domain-Id is not the domain of the access key";
        return Err(refused(reason.to_owned()));
    }
    let scope = match (sent(&PROJECT_ID), sent(&DOMAIN_ID)) {
        (Some(id), _) => match domain.project_with_id(id) {
            Some(project) => Scope::Project(project.number),
            None => {
                let reason = "X-Project-Id is not a project of the access key's user";
                return Err(refused(reason.to_owned()));
            }
        },
        (None, Some(_)) => Scope::Domain,
        // Without a project or domain, the key is for the user's first project.
        (None, None) => Scope::Project(ProjectNumber::OWN),
    };
    Ok(Caller { holder: Holder::User, scope, credential: "access key" })
}

fn unauthorized(code: &'static str, message: &'static str) -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, code, message)
}

/// The failure of a request whose body is too large or incomplete.
pub(crate) fn too_large() -> Failure {
    let message = "the body is larger than any request of the API, or incomplete";
    Failure::without_code(StatusCode::PAYLOAD_TOO_LARGE, message)
}
