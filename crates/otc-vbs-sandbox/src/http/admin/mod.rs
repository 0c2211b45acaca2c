//! Controls a running sandbox over HTTP, for tests in any language. None of it is part of VBS.

mod clock;
mod faults;
mod requests;

use std::sync::Arc;

use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::failure::Failure;
use super::middleware::persist::save_changes;
use crate::faults::{NAMED, Named};
use crate::state::AppState;

/// The routes under `/admin`.
pub(crate) fn router(app: &Arc<AppState>) -> Router<Arc<AppState>> {
    Router::new()
        // Events that become due change the state, as operations do.
        .route("/admin/clock", get(clock::show).post(clock::advance))
        .route_layer(from_fn_with_state(Arc::clone(app), save_changes))
        .route("/admin", get(show))
        .route("/admin/faults", get(faults::list).post(faults::add).delete(faults::clear))
        .route("/admin/tokens/expire", post(expire_tokens))
        .route("/admin/tokens/revoke", post(revoke_tokens))
        .route("/admin/requests", get(requests::list).delete(requests::clear))
}

/// Method, path and effect.
const ROUTES: [(&str, &str, &str); 10] = [
    ("GET", "/admin", "list the admin routes and faults"),
    ("GET", "/admin/clock", "show the time"),
    ("POST", "/admin/clock", "move the clock forward: {\"advance\":\"P1DT2H\"} or {\"advance_seconds\":60}"),
    ("GET", "/admin/faults", "list the pending faults"),
    ("POST", "/admin/faults", "add a fault: {\"fault\":\"GET /v2/*/backuppolicy: 503-html; times=2\"}"),
    ("DELETE", "/admin/faults", "clear all faults"),
    ("POST", "/admin/tokens/expire", "expire all tokens issued so far"),
    ("POST", "/admin/tokens/revoke", "revoke all tokens issued so far"),
    ("GET", "/admin/requests", "count the requests by operation and status"),
    ("DELETE", "/admin/requests", "reset the counts"),
];

#[derive(Serialize)]
pub(crate) struct Overview {
    version: &'static str,
    routes: Vec<Route>,
    faults: Vec<FaultName>,
}

#[derive(Serialize)]
struct Route {
    method: &'static str,
    path: &'static str,
    about: &'static str,
}

#[derive(Serialize)]
struct FaultName {
    name: &'static str,
    about: &'static str,
    parameters: &'static [&'static str],
}

/// `GET /admin`
async fn show() -> Json<Overview> {
    let routes = ROUTES.map(|(method, path, about)| Route { method, path, about });
    let fault =
        |named: &Named| FaultName { name: named.name, about: named.about, parameters: named.parameters };
    Json(Overview {
        version: env!("CARGO_PKG_VERSION"),
        routes: routes.into(),
        faults: NAMED.iter().map(fault).collect(),
    })
}

/// `POST /admin/tokens/expire`
async fn expire_tokens(State(app): State<Arc<AppState>>) -> StatusCode {
    app.tokens.expire_all();
    StatusCode::NO_CONTENT
}

/// `POST /admin/tokens/revoke`
async fn revoke_tokens(State(app): State<Arc<AppState>>) -> StatusCode {
    app.tokens.revoke_all();
    StatusCode::NO_CONTENT
}

/// Reads the body of an admin request.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|error| {
        bad_request(format!("the body is not valid for this route: {error}. `GET /admin` shows an example"))
    })
}

fn bad_request(message: String) -> Failure {
    Failure::without_code(StatusCode::BAD_REQUEST, message)
}
