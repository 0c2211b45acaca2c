//! Snapshots of disks, as OpenStack's block storage shows them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawPathParams, State};
use serde_json::{Value, json};

use super::collection::{CollectionQuery, unknown};
use crate::data::identifiers::Kind;
use crate::failure::Failure;
use crate::routes::native::Asked;
use crate::routes::path_parameter;
use crate::routes::wire_time::six_digits;
use crate::service::Service;
use crate::service::disk::Snapshot;
use crate::world::World;

/// `GET /volume/v3/{project_id}/snapshots` and `…/snapshots/detail`
pub(super) async fn list(State(world): State<Arc<World>>, asked: Asked) -> Result<Json<Value>, Failure> {
    let service = world.service();
    let query = CollectionQuery::parse(&asked).map_err(Failure::of_openstack)?;
    let project = service.project(asked.project);
    let project = project.ok_or_else(|| unknown("project", &asked.place.project_id))?;
    let known = |id: &str| {
        let number = world.identifiers.number(Kind::Snapshot, id);
        number.filter(|number| project.snapshots.contains_key(number))
    };
    let begin = query.begin("snapshot", known)?.unwrap_or(0);
    let disk = query.text("volume_id");
    let disk = disk.map(|id| world.identifiers.number(Kind::Disk, id));
    let snapshots = project.snapshots.range(begin..).map(|(_, snapshot)| snapshot);
    let matching = snapshots.filter(|snapshot| {
        disk.is_none_or(|disk| disk == Some(snapshot.disk))
            && (query.text("name")).is_none_or(|name| snapshot.name == name)
    });
    let items = matching.map(|snapshot| {
        let id = world.identifiers.hyphenated(Kind::Snapshot, snapshot.number);
        (id, wire(&world, &service, &asked, snapshot))
    });
    Ok(Json(query.page(&asked, "snapshots", items)))
}

/// `GET /volume/v3/{project_id}/snapshots/{snapshot_id}`
pub(super) async fn show(
    State(world): State<Arc<World>>,
    asked: Asked,
    parameters: RawPathParams,
) -> Result<Json<Value>, Failure> {
    let id = path_parameter(&parameters, "snapshot_id");
    let service = world.service();
    let number = world.identifiers.number(Kind::Snapshot, id);
    let project = service.project(asked.project);
    let snapshot = project.and_then(|project| project.snapshots.get(&number?));
    let snapshot = snapshot.ok_or_else(|| unknown("snapshot", id))?;
    let shown = wire(&world, &service, &asked, snapshot);
    Ok(Json(json!({ "snapshot": shown })))
}

fn wire(world: &World, service: &Service, asked: &Asked, snapshot: &Snapshot) -> Value {
    json!({
        "id": world.identifiers.hyphenated(Kind::Snapshot, snapshot.number),
        "name": snapshot.name,
        "description": null,
        "status": "available",
        "volume_id": world.identifiers.hyphenated(Kind::Disk, snapshot.disk),
        "size": service.disk(snapshot.disk).size,
        "created_at": six_digits(snapshot.created_at),
        "updated_at": null,
        "metadata": {},
        "os-extended-snapshot-attributes:progress": "100%",
        "os-extended-snapshot-attributes:project_id": asked.place.project_id,
    })
}
