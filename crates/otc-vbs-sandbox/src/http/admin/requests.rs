//! Counts the requests.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;

use crate::state::AppState;

#[derive(Serialize)]
pub(crate) struct Counts {
    total: u64,
    requests: Vec<Count>,
}

#[derive(Serialize)]
struct Count {
    operation: String,
    /// `None` if the connection was reset before the caller received a status.
    status: Option<u16>,
    count: u64,
}

/// `GET /admin/requests`
pub(crate) async fn list(State(app): State<Arc<AppState>>) -> Json<Counts> {
    let counts = app.request_counts.lock();
    let requests = counts.iter().map(|((operation, status), count)| Count {
        operation: operation.clone(),
        status: *status,
        count: *count,
    });
    Json(Counts { total: counts.values().sum(), requests: requests.collect() })
}

/// `DELETE /admin/requests`
pub(crate) async fn clear(State(app): State<Arc<AppState>>) -> StatusCode {
    app.request_counts.lock().clear();
    StatusCode::NO_CONTENT
}
