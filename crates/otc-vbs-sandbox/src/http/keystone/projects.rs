//! The projects and domains that a caller has rights in.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use http::{HeaderMap, Uri};
use serde_json::{Value, json};

use crate::http::caller::Caller;
use crate::http::reached_at::reached_at;
use crate::identity::accounts::Project;
use crate::state::AppState;

/// `GET /v3/projects` and `GET /v3/auth/projects`: the projects that the caller may act for, filtered by
/// `name` and `domain_id` if they are given
pub(super) async fn list(
    State(app): State<Arc<AppState>>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Json<Value> {
    let domain = app.accounts.domain(caller.holder);
    let query = query.unwrap_or_default();
    let matches = |project: &&Project| {
        let mut filters = url::form_urlencoded::parse(query.as_bytes());
        filters.all(|(name, value)| match &*name {
            "name" => value == project.name,
            "domain_id" => value == domain.id,
            _ => true,
        })
    };
    let address = reached_at(&app, &headers);
    let projects = domain.projects.iter().filter(matches).map(|project| {
        json!({
            "id": project.id,
            "name": project.name,
            "description": "",
            "domain_id": domain.id,
            "parent_id": domain.id,
            "is_domain": false,
            "enabled": true,
            "links": { "self": format!("{address}v3/projects/{}", project.id) },
        })
    });
    Json(json!({
        "projects": Vec::from_iter(projects),
        "links": links(&address, &uri),
    }))
}

/// `GET /v3/auth/domains`
pub(super) async fn domains(
    State(app): State<Arc<AppState>>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
    headers: HeaderMap,
) -> Json<Value> {
    let domain = app.accounts.domain(caller.holder);
    let address = reached_at(&app, &headers);
    Json(json!({
        "domains": [{
            "id": domain.id,
            "name": domain.name,
            "description": "",
            "enabled": true,
            "links": { "self": format!("{address}v3/domains/{}", domain.id) },
        }],
        "links": links(&address, &uri),
    }))
}

fn links(address: &url::Url, uri: &Uri) -> Value {
    let path = uri.path().trim_start_matches('/');
    json!({ "self": format!("{address}{path}"), "next": null, "previous": null })
}
