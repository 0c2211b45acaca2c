//! How many requests there were.

use std::sync::Arc;

use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use http::{Method, StatusCode};
use otc_vbs_api::OPERATIONS;
use serde::Serialize;

use crate::state::AppState;

const METHODS: [&str; 6] = ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"];

/// The `operationId` of what a request asks for. What the document does not have is named by its method and path, and
/// what the sandbox does not have either, `unknown`.
pub(crate) fn operation(request: &Request) -> String {
    let path = request.extensions().get::<MatchedPath>();
    let Some(path) = path.map(MatchedPath::as_str) else {
        return "unknown".to_owned();
    };
    let method = match request.method() {
        // What is answered to one is answered to the other.
        &Method::HEAD => "GET",
        method => method.as_str(),
    };
    let known = OPERATIONS
        .iter()
        .find(|known| known.method == method && is_same(known.path, path));
    match known {
        Some(known) => known.id.to_owned(),
        // Callers can make up any number of methods.
        None if METHODS.contains(&method) => format!("{method} {path}"),
        None => "unknown".to_owned(),
    }
}

/// Whether two paths differ in the names of their parameters at most.
fn is_same(path: &str, other: &str) -> bool {
    let shape = |path: &str| -> Vec<String> {
        let segments = path.split('/');
        let segments = segments.map(|segment| match segment.starts_with('{') {
            true => String::new(),
            false => segment.to_owned(),
        });
        segments.collect()
    };
    shape(path) == shape(other)
}

#[derive(Serialize)]
pub(crate) struct Counts {
    total: u64,
    requests: Vec<Count>,
}

#[derive(Serialize)]
struct Count {
    operation: String,
    /// Nothing where the connection was reset before the caller could know.
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
    Json(Counts {
        total: counts.values().sum(),
        requests: requests.collect(),
    })
}

/// `DELETE /admin/requests`
pub(crate) async fn clear(State(app): State<Arc<AppState>>) -> StatusCode {
    app.request_counts.lock().clear();
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn paths_are_the_same_whatever_their_parameters_are_called() {
        assert!(is_same("/v2/{project_id}/a/{id}", "/v2/{project_id}/a/{b}"));
        assert!(!is_same("/v2/{project_id}/a/{id}", "/v2/{project_id}/a/b"));
        assert!(!is_same("/v2/{project_id}/a", "/v2/{project_id}/a/{b}"));
    }
}
