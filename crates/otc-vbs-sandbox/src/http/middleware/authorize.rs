//! Checks that the caller may use the project in the path.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::http::caller::{Caller, identify, too_large};
use crate::http::failure::Failure;
use crate::http::limits::MOST_BODY;
use crate::http::path::path_parameter;
use crate::identity::accounts::{Project, Role};
use crate::identity::tokens::Scope;
use crate::state::AppState;
use crate::text::excerpt;

/// The code of a request without the necessary permission.
const FORBIDDEN: &str = "AutoBackup.0213";

/// Middleware that rejects requests whose caller has no rights in the project in the path.
pub(crate) async fn authorize(
    State(app): State<Arc<AppState>>,
    parameters: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let (caller, request) = identify(&app, request).await;
    let caller = match caller {
        Ok(caller) => caller,
        Err(failure) => return failure.into_response(),
    };
    let checked = check_project(&app, caller, parameters);
    match checked.and_then(|project| check_role(project, &request)) {
        Ok(project) => {
            // Read here, because the handler would reject a body that is too large with its own message.
            let (parts, body) = request.into_parts();
            let Ok(body) = to_bytes(body, MOST_BODY).await else {
                return too_large().into_response();
            };
            let mut request = Request::from_parts(parts, Body::from(body));
            request.extensions_mut().insert(project.number);
            next.run(request).await
        }
        Err(failure) => failure.into_response(),
    }
}

/// The project in the path, if the caller acts for it.
fn check_project(
    app: &AppState,
    caller: Caller,
    parameters: Result<RawPathParams, RawPathParamsRejection>,
) -> Result<&Project, Failure> {
    let parameters = parameters.map_err(|_| {
        let message = "the percent-decoded path is not UTF-8".to_owned();
        Failure::without_code(StatusCode::BAD_REQUEST, message)
    })?;
    let project_id = path_parameter(&parameters, "project_id");
    let forbidden = |message| Failure::new(StatusCode::FORBIDDEN, FORBIDDEN, message);
    let number = match caller.scope {
        Scope::Project(number) => number,
        Scope::Domain => {
            let message =
                "the caller acts for a domain; ask the identity service for a token for one of its projects";
            return Err(forbidden(message.to_owned()));
        }
        Scope::Unscoped => {
            let message = "the token is not for a project; ask the identity service for one with a scope";
            return Err(forbidden(message.to_owned()));
        }
    };
    // The response is the same for every other project, so that it does not reveal whether the project
    // exists.
    let own = app.accounts.project(number);
    own.filter(|project| project.id == project_id).ok_or_else(|| {
        let credential = caller.credential;
        forbidden(format!("the {credential} is not for project `{}`", excerpt(project_id)))
    })
}

/// Rejects changes by callers with read-only access.
fn check_role<'a>(project: &'a Project, request: &Request) -> Result<&'a Project, Failure> {
    // The only operation that reads with POST.
    const QUERY: &str = "/backuppolicy/resource_instances/action";
    let reads = request.method().is_safe() || request.uri().path().ends_with(QUERY);
    if project.role == Role::Administrator || reads {
        return Ok(project);
    }
    let message =
        format!("the caller's role in project `{}`, `{}`, is read-only", project.name, project.role.name());
    Err(Failure::new(StatusCode::FORBIDDEN, FORBIDDEN, message))
}
