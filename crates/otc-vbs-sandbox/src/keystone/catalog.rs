//! The services and where they are.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use http::HeaderMap;
use serde::Serialize;
use url::Url;

use super::failure::Failure;
use super::reached_at;
use crate::accounts::{Holder, REGION};
use crate::caller::Caller;
use crate::data::identifiers::Kind;
use crate::routes::beyond_vbs::PREFIX;
use crate::tokens::Scope;
use crate::world::World;

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
    State(world): State<Arc<World>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Json<Catalog>, Failure> {
    if caller.scope == Scope::Unscoped {
        let message = "a token without a scope has no catalog";
        return Err(Failure::new(http::StatusCode::FORBIDDEN, message));
    }
    let address = reached_at(&world, &headers);
    Ok(Json(Catalog {
        catalog: services(&world, caller.holder, caller.scope, &address),
        links: Links {
            this: format!("{address}v3/auth/catalog"),
        },
    }))
}

/// The services for a scope. Those that work for a project are there only for who asked for one.
pub(super) fn services(world: &World, holder: Holder, scope: Scope, address: &Url) -> Vec<Service> {
    let project_id = &world.accounts.domain(holder).project.id;
    let vbs = format!("{address}v2/{project_id}");
    let identity = format!("{address}v3");
    let address = address.as_str().trim_end_matches('/');
    let block_storage = |version| format!("{address}{PREFIX}/{version}/{project_id}");
    let (block_storage_v2, block_storage) = (block_storage("v2"), block_storage("v3"));
    // The last are for OpenStack's clients, which look for backups in block storage.
    let services = [
        ("vbs", Scope::Project, &vbs),
        ("vbsv2", Scope::Project, &vbs),
        ("identity", Scope::Domain, &identity),
        ("volumev2", Scope::Project, &block_storage_v2),
        ("volumev3", Scope::Project, &block_storage),
        ("block-storage", Scope::Project, &block_storage),
    ];
    let entry = |number| world.identifiers.plain(Kind::CatalogEntry, number);
    services
        .into_iter()
        .zip(0..)
        .filter(|((_, needed, _), _)| match scope {
            Scope::Project => true,
            Scope::Domain => *needed == Scope::Domain,
            Scope::Unscoped => false,
        })
        .map(|((name, _, url), number)| Service {
            id: entry(2 * number),
            name,
            kind: name,
            endpoints: [Endpoint {
                id: entry(2 * number + 1),
                interface: "public",
                region: REGION,
                region_id: REGION,
                url: url.clone(),
            }],
        })
        .collect()
}
