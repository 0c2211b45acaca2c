//! The versions of the block storage endpoint.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::http::openstack::PREFIX;
use crate::http::openstack::native::Version;
use crate::http::reached_at::reached_at;
use crate::state::AppState;

/// The newest minor version that matters for backups.
const NEWEST: &str = "3.45";

/// `GET /volume/`
pub(super) async fn all(State(app): State<Arc<AppState>>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    let versions = [Version::V2, Version::V3].map(|version| entry(&app, &headers, version));
    let versions = Json(json!({ "versions": versions }));
    (StatusCode::MULTIPLE_CHOICES, versions)
}

/// `GET /volume/v2/`
pub(super) async fn v2(State(app): State<Arc<AppState>>, headers: HeaderMap) -> Json<Value> {
    Json(json!({ "versions": [entry(&app, &headers, Version::V2)] }))
}

/// `GET /volume/v3/`
pub(super) async fn v3(State(app): State<Arc<AppState>>, headers: HeaderMap) -> Json<Value> {
    Json(json!({ "versions": [entry(&app, &headers, Version::V3)] }))
}

fn entry(app: &AppState, headers: &HeaderMap, version: Version) -> Value {
    let address = reached_at(app, headers);
    let address = address.as_str().trim_end_matches('/');
    let (id, status, newest, oldest) = match version {
        Version::V2 => ("v2.0", "DEPRECATED", "", ""),
        Version::V3 => ("v3.0", "CURRENT", NEWEST, "3.0"),
    };
    json!({
        "id": id,
        "status": status,
        "version": newest,
        "min_version": oldest,
        "updated": "2023-08-31T00:00:00Z",
        "links": [{ "rel": "self", "href": format!("{address}{PREFIX}/{}/", version.segment()) }],
        "media-types": [{
            "base": "application/json",
            "type": format!("application/vnd.openstack.volume+json;version={}", &id[1..2]),
        }],
    })
}
