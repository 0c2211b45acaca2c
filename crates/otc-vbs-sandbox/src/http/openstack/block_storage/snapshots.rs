//! Snapshots of disks, as OpenStack's block storage shows them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawPathParams, State};
use serde_json::{Value, json};

use super::collection::{CollectionQuery, unknown};
use crate::domain::Vbs;
use crate::domain::disk::Snapshot;
use crate::domain::identifiers::Kind;
use crate::http::failure::Failure;
use crate::http::openstack::native::RequestContext;
use crate::http::path::path_parameter;
use crate::http::wire_time::six_digits;
use crate::state::AppState;

/// `GET /volume/v3/{project_id}/snapshots` and `…/snapshots/detail`
pub(super) async fn list(
    State(app): State<Arc<AppState>>,
    context: RequestContext,
) -> Result<Json<Value>, Failure> {
    let vbs = app.vbs_at_now();
    let query = CollectionQuery::parse(&context).map_err(Failure::of_openstack)?;
    let project = vbs.project(context.project);
    let project = project.ok_or_else(|| unknown("project", &context.place.project_id))?;
    let known = |id: &str| {
        let number = app.identifiers.number(Kind::Snapshot, id);
        number.filter(|number| project.snapshot(*number).is_some())
    };
    let begin = query.begin("snapshot", known)?.unwrap_or(0);
    let disk = query.text("volume_id");
    let disk = disk.map(|id| app.identifiers.number(Kind::Disk, id));
    let snapshots = project.snapshots().into_iter();
    let snapshots = snapshots.skip_while(|snapshot| snapshot.number < begin);
    let matching = snapshots.filter(|snapshot| {
        disk.is_none_or(|disk| disk == Some(snapshot.disk))
            && (query.text("name")).is_none_or(|name| snapshot.name == name)
    });
    let items = matching.map(|snapshot| {
        let id = app.identifiers.hyphenated(Kind::Snapshot, snapshot.number);
        (id, to_wire(&app, &vbs, &context, &snapshot))
    });
    Ok(Json(query.page(&context, "snapshots", items)))
}

/// `GET /volume/v3/{project_id}/snapshots/{snapshot_id}`
pub(super) async fn show(
    State(app): State<Arc<AppState>>,
    context: RequestContext,
    parameters: RawPathParams,
) -> Result<Json<Value>, Failure> {
    let id = path_parameter(&parameters, "snapshot_id");
    let vbs = app.vbs_at_now();
    let number = app.identifiers.number(Kind::Snapshot, id);
    let project = vbs.project(context.project);
    let snapshot = project.and_then(|project| project.snapshot(number?));
    let snapshot = snapshot.ok_or_else(|| unknown("snapshot", id))?;
    let shown = to_wire(&app, &vbs, &context, &snapshot);
    Ok(Json(json!({ "snapshot": shown })))
}

fn to_wire(app: &AppState, vbs: &Vbs, context: &RequestContext, snapshot: &Snapshot) -> Value {
    json!({
        "id": app.identifiers.hyphenated(Kind::Snapshot, snapshot.number),
        "name": snapshot.name,
        "description": null,
        "status": "available",
        "volume_id": app.identifiers.hyphenated(Kind::Disk, snapshot.disk),
        "size": vbs.disk(snapshot.disk).size,
        "created_at": six_digits(snapshot.created_at),
        "updated_at": null,
        "metadata": {},
        "os-extended-snapshot-attributes:progress": "100%",
        "os-extended-snapshot-attributes:project_id": context.place.project_id,
    })
}
