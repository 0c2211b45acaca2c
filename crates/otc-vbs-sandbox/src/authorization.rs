//! Who may ask for what.

use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};

use crate::failure::{Failure, excerpt};
use crate::routes::path_parameter;
use crate::tokens::{Refusal, Scope};
use crate::world::World;

/// Lets a request through that carries a token for the project in its path.
pub(crate) async fn authorize(
    State(world): State<Arc<World>>,
    parameters: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    match check(&world, parameters, request.headers()) {
        Ok(()) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

fn check(
    world: &World,
    parameters: Result<RawPathParams, RawPathParamsRejection>,
    headers: &HeaderMap,
) -> Result<(), Failure> {
    let scope = check_token(world, headers)?;
    let parameters = parameters.map_err(|_| {
        let message = "the path is not UTF-8 once its percent signs are decoded".to_owned();
        Failure::without_code(StatusCode::BAD_REQUEST, message)
    })?;
    let project_id = path_parameter(&parameters, "project_id");
    let forbidden = |message| Failure::new(StatusCode::FORBIDDEN, "AutoBackup.0213", message);
    if scope == Scope::Unscoped {
        let message = "the token is for no project; ask the identity service for one with a scope";
        return Err(forbidden(message.to_owned()));
    }
    // As with any project of somebody else: whether it exists is not said.
    if project_id != world.account.project_id {
        let message = format!("the token is not for project `{}`", excerpt(project_id));
        return Err(forbidden(message));
    }
    Ok(())
}

fn check_token(world: &World, headers: &HeaderMap) -> Result<Scope, Failure> {
    let refused = |code, message: &str| {
        Err(Failure::new(
            StatusCode::UNAUTHORIZED,
            code,
            message.to_owned(),
        ))
    };
    let token = match headers.get("x-auth-token") {
        Some(token) if !token.is_empty() => token.to_str().unwrap_or_default(),
        _ => {
            return refused(
                "AutoBackup.0002",
                "the request has no token; send one in the header X-Auth-Token",
            );
        }
    };
    // The reference has one code only for tokens that are not accepted.
    match world.tokens.check(token, world.now) {
        Ok(scope) => Ok(scope),
        Err(Refusal::Expired) => refused(
            "AutoBackup.0003",
            "the token expired 24 hours after it was given out; ask the identity service for a new one",
        ),
        Err(Refusal::Unknown) => refused(
            "AutoBackup.0003",
            "the sandbox never gave out this token; ask its identity service for one",
        ),
    }
}
