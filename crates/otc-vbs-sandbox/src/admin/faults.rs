//! What is to go wrong.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{bad_request, parse};
use crate::failure::Failure;
use crate::fault::{Fault, Pending};
use crate::world::World;

#[derive(Serialize)]
pub(crate) struct List {
    faults: Vec<Pending>,
}

/// `GET /admin/faults`
pub(crate) async fn list(State(world): State<Arc<World>>) -> Json<List> {
    Json(List {
        faults: world.faults.pending(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Addition {
    fault: String,
}

/// `POST /admin/faults`
pub(crate) async fn add(state: State<Arc<World>>, body: Bytes) -> Result<(StatusCode, Json<List>), Failure> {
    let addition: Addition = parse(&body)?;
    let fault = addition.fault.parse::<Fault>();
    let fault = fault.map_err(|problem| bad_request(problem.to_string()))?;
    state.faults.add(fault);
    Ok((StatusCode::CREATED, list(state).await))
}

/// `DELETE /admin/faults`
pub(crate) async fn clear(State(world): State<Arc<World>>) -> StatusCode {
    world.faults.clear();
    StatusCode::NO_CONTENT
}
