//! The services and their addresses.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use http::HeaderMap;
use serde::Serialize;
use url::Url;

use crate::domain::identifiers::Kind;
use crate::domain::limits::REGIONS;
use crate::http::caller::Caller;
use crate::http::failure::Failure;
use crate::http::openstack::PREFIX;
use crate::http::reached_at::reached_at;
use crate::identity::tokens::Scope;
use crate::state::AppState;

#[derive(Serialize)]
pub(super) struct Service {
    id: String,
    name: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    endpoints: [Endpoint; 1],
}

#[derive(Serialize)]
struct Endpoint {
    id: String,
    interface: &'static str,
    region: &'static str,
    region_id: &'static str,
    url: String,
}

#[derive(Serialize)]
pub(super) struct Catalog {
    catalog: Vec<Service>,
    links: Links,
}

#[derive(Serialize)]
struct Links {
    #[serde(rename = "self")]
    this: String,
}

/// `GET /v3/auth/catalog`
pub(super) async fn show(
    State(app): State<Arc<AppState>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Json<Catalog>, Failure> {
    if caller.scope == Scope::Unscoped {
        let message = "a token without a scope has no catalog";
        return Err(Failure::identity(http::StatusCode::FORBIDDEN, message));
    }
    let address = reached_at(&app, &headers);
    Ok(Json(Catalog {
        catalog: services(&app, caller.scope, &address),
        links: Links { this: format!("{address}v3/auth/catalog") },
    }))
}

/// The services for a scope. Services of a project are listed only if the scope is a project.
pub(super) fn services(app: &AppState, scope: Scope, address: &Url) -> Vec<Service> {
    if scope == Scope::Unscoped {
        return Vec::new();
    }
    let project = scope.project().and_then(|number| app.accounts.project(number));
    let project_id = project.map_or("", |project| &project.id);
    let region = project.map_or(REGIONS[0], |project| project.region);
    let vbs = format!("{address}v2/{project_id}");
    let identity = format!("{address}v3");
    let address = address.as_str().trim_end_matches('/');
    let block_storage = |version| format!("{address}{PREFIX}/{version}/{project_id}");
    let (block_storage_v2, block_storage) = (block_storage("v2"), block_storage("v3"));
    // The last ones are for OpenStack's clients, which look for backups in block storage.
    let services = [
        ("vbs", true, &vbs),
        ("vbsv2", true, &vbs),
        ("identity", false, &identity),
        ("volumev2", true, &block_storage_v2),
        ("volumev3", true, &block_storage),
        ("block-storage", true, &block_storage),
    ];
    let entry = |number| app.identifiers.plain(Kind::CatalogEntry, number);
    services
        .into_iter()
        .zip(0..)
        .filter(|((_, needs_project, _), _)| project.is_some() || !needs_project)
        .map(|((name, _, url), number)| Service {
            id: entry(2 * number),
            name,
            kind: name,
            endpoints: [Endpoint {
                id: entry(2 * number + 1),
                interface: "public",
                region,
                region_id: region,
                url: url.clone(),
            }],
        })
        .collect()
}
