//! The identity service: as much of Keystone v3 as a client needs to get a token.

mod failure;
mod login;
mod token_body;

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use url::Url;

use crate::world::World;
use failure::Failure;
use login::Login;
use token_body::TokenBody;

/// `POST /v3/auth/tokens`
pub(crate) async fn issue(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    let body = body.map_err(|rejection| Failure::new(rejection.status(), rejection.body_text()))?;
    let login: Login = serde_json::from_slice(&body).map_err(|error| {
        let message = format!("the body is no request for a token: {error}");
        Failure::new(StatusCode::BAD_REQUEST, message)
    })?;
    let scope = login.check(&world.account)?;
    let token = world.tokens.issue(scope, world.now);
    let body = TokenBody::new(&world, scope, &reached_at(&world, &headers));
    let headers = [("x-subject-token", token)];
    Ok((StatusCode::CREATED, headers, Json(body)).into_response())
}

pub(crate) async fn method_not_allowed(request: Request) -> Failure {
    let message = format!(
        "the sandbox's identity service does not take {} here, only POST",
        crate::failure::excerpt(request.method().as_str())
    );
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, message)
}

/// The address by which the caller reached the sandbox. It differs from the sandbox's own where something forwards the
/// connection, and a catalog is of use only with an address that the caller can reach.
fn reached_at(world: &World, headers: &HeaderMap) -> Url {
    headers
        .get(http::header::HOST)
        .and_then(|host| host.to_str().ok())
        .and_then(|host| host.parse::<http::uri::Authority>().ok())
        .and_then(|authority| format!("http://{}/", authority.as_str()).parse().ok())
        .unwrap_or_else(|| world.address.clone())
}
