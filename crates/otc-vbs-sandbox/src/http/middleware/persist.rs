//! Saves the changes of a request.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use crate::http::failure::Failure;
use crate::state::AppState;

/// Delays the response to a request that may have changed something until the change is in the state file, if
/// there is one.
pub(crate) async fn save_changes(State(app): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    let changes = !request.method().is_safe();
    let response = next.run(request).await;
    let Some(saver) = app.saver.as_ref().filter(|_| changes) else {
        return response;
    };
    match saver.save().await {
        Ok(()) => response,
        Err(problem) => {
            let message = format!("the sandbox could not save its state: {problem}");
            Failure::without_code(StatusCode::INTERNAL_SERVER_ERROR, message).into_response()
        }
    }
}
