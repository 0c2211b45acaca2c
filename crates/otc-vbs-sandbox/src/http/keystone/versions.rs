//! The identity service's description of itself.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use serde_json::{Value, json};

use crate::http::reached_at::reached_at;
use crate::state::AppState;

/// `GET /v3`
pub(super) async fn show(State(app): State<Arc<AppState>>, headers: HeaderMap) -> Json<Value> {
    let address = reached_at(&app, &headers);
    Json(json!({
        "version": {
            "id": "v3.6",
            "status": "stable",
            "updated": "2016-04-04T00:00:00Z",
            "links": [{ "rel": "self", "href": format!("{address}v3/") }],
            "media-types": [{
                "base": "application/json",
                "type": "application/vnd.openstack.identity-v3+json",
            }],
        },
    }))
}
