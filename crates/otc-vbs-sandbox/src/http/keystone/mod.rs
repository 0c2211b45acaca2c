//! The identity service: the part of Keystone v3 that a client needs to sign in and to find its project.

mod assume_role;
mod catalog;
mod login;
mod projects;
mod reference;
mod scope;
mod token_body;
mod versions;

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use http::{HeaderMap, StatusCode, Uri};

use super::caller::{Caller, identify, identify_head};
use crate::http::failure::Failure;
use crate::http::limits::MOST_BODY;
use crate::http::reached_at::reached_at;
use crate::state::AppState;
use login::Login;
use token_body::TokenBody;

/// Everything under `/v3` except the operations of VBS.
pub(crate) fn router(app: &Arc<AppState>) -> Router<Arc<AppState>> {
    let known = || from_fn_with_state(Arc::clone(app), authenticate);
    let tokens = get(validate).route_layer(known());
    let tokens = tokens.merge(post(issue));
    let reading = Router::new()
        .route("/v3/auth/catalog", get(catalog::show))
        .route("/v3/auth/projects", get(projects::list))
        .route("/v3/auth/domains", get(projects::domains))
        .route("/v3/projects", get(projects::list))
        .route_layer(known())
        .route("/v3/auth/tokens", tokens)
        .route("/v3", get(versions::show))
        .route("/v3/", get(versions::show));
    reading.method_not_allowed_fallback(method_not_allowed)
}

/// Middleware that refuses requests of unknown callers.
async fn authenticate(State(app): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    let (caller, mut request) = identify(&app, request).await;
    match caller {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(refusal) => refusal.of_identity().into_response(),
    }
}

/// `POST /v3/auth/tokens`
async fn issue(State(app): State<Arc<AppState>>, request: Request) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST_BODY).await.map_err(|_| {
        let message = "the body is too large or incomplete";
        Failure::identity(StatusCode::PAYLOAD_TOO_LARGE, message)
    })?;
    let login = Login::parse(&body)?;
    let grant = login.check(&app, || identify_head(&app, &parts, &body))?;
    let address = reached_at(&app, &parts.headers);
    let body = TokenBody::new(&app, &grant, &address, wants_catalog(&parts.uri));
    let headers = [("x-subject-token", app.tokens.issue(&grant))];
    Ok((StatusCode::CREATED, headers, Json(body)).into_response())
}

/// `GET /v3/auth/tokens`
async fn validate(
    State(app): State<Arc<AppState>>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let subject = headers.get("x-subject-token").ok_or_else(|| {
        Failure::identity(
            StatusCode::BAD_REQUEST,
            "the header X-Subject-Token is missing; send the token to validate in it",
        )
    })?;
    let unknown = || {
        let message = "the token in X-Subject-Token is unknown, has expired or was revoked";
        Failure::identity(StatusCode::NOT_FOUND, message)
    };
    let text = subject.to_str().map_err(|_| unknown())?;
    let grant = app.tokens.check(text, app.token_now()).map_err(|_| unknown())?;
    if grant.holder != caller.holder {
        let message = "a token can only be validated by its holder";
        return Err(Failure::identity(StatusCode::FORBIDDEN, message));
    }
    let address = reached_at(&app, &headers);
    let body = TokenBody::new(&app, &grant, &address, wants_catalog(&uri));
    Ok(([("x-subject-token", subject.clone())], Json(body)).into_response())
}

/// `?nocatalog`, with a value or without, leaves the catalog out.
fn wants_catalog(uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default();
    !url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "nocatalog")
}

async fn method_not_allowed(request: Request) -> Failure {
    let message = format!(
        "the identity service does not support {} here; the header Allow lists the methods that it supports",
        crate::text::excerpt(request.method().as_str())
    );
    Failure::identity(StatusCode::METHOD_NOT_ALLOWED, message)
}
