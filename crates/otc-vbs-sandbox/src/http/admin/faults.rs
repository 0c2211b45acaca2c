//! Lists, adds and clears faults.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::faults::{Fault, Pending};
use crate::http::admin::{bad_request, parse};
use crate::http::failure::Failure;
use crate::state::AppState;

#[derive(Serialize)]
pub(crate) struct List {
    faults: Vec<Pending>,
}

/// `GET /admin/faults`
pub(crate) async fn list(State(app): State<Arc<AppState>>) -> Json<List> {
    Json(List { faults: app.faults.pending() })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Addition {
    fault: String,
}

/// `POST /admin/faults`
pub(crate) async fn add(
    state: State<Arc<AppState>>,
    body: Bytes,
) -> Result<(StatusCode, Json<List>), Failure> {
    let addition: Addition = parse(&body)?;
    let fault = addition.fault.parse::<Fault>();
    let fault = fault.map_err(|problem| bad_request(problem.to_string()))?;
    state.faults.add(fault);
    Ok((StatusCode::CREATED, list(state).await))
}

/// `DELETE /admin/faults`
pub(crate) async fn clear(State(app): State<Arc<AppState>>) -> StatusCode {
    app.faults.clear();
    StatusCode::NO_CONTENT
}
