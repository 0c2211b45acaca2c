//! Disks, as OpenStack's block storage shows them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawPathParams, State};
use serde_json::{Value, json};

use super::collection::{CollectionQuery, unknown};
use crate::domain::Vbs;
use crate::domain::disk::disk_named;
use crate::domain::identifiers::Kind;
use crate::domain::numbers::DiskNumber;
use crate::domain::project::Project;
use crate::domain::vbs_job::Kind as JobKind;
use crate::http::failure::Failure;
use crate::http::openstack::native::RequestContext;
use crate::http::path::path_parameter;
use crate::http::wire_time::six_digits;
use crate::state::AppState;

/// `GET /volume/v3/{project_id}/volumes` and `…/volumes/detail`
pub(super) async fn list(
    State(app): State<Arc<AppState>>,
    context: RequestContext,
) -> Result<Json<Value>, Failure> {
    let vbs = app.vbs_at_now();
    let query = CollectionQuery::parse(&context).map_err(Failure::of_openstack)?;
    let project = vbs.project(context.project);
    let project = project.ok_or_else(|| unknown("project", &context.place.project_id))?;
    let known = |id: &str| known_disk(&app, project, id);
    let numbers = project.disk_numbers();
    let begin = query.begin("disk", known)?.unwrap_or(numbers.start);
    let (begin, end) = match query.text("name") {
        None => (begin, numbers.end),
        // Each name belongs to one disk, so there is no need to scan a million of them.
        Some(name) => match disk_named(project.number, name).filter(|disk| *disk >= begin) {
            Some(disk) => (disk, numbers.end.min(disk + 1)),
            None => (0, 0),
        },
    };
    let disks = (begin..end).map(|disk| {
        let shown = to_wire(&app, &vbs, project, &context, disk);
        (app.identifiers.hyphenated(Kind::Disk, disk), shown)
    });
    Ok(Json(query.page(&context, "volumes", disks)))
}

/// `GET /volume/v3/{project_id}/volumes/{volume_id}`
pub(super) async fn show(
    State(app): State<Arc<AppState>>,
    context: RequestContext,
    parameters: RawPathParams,
) -> Result<Json<Value>, Failure> {
    let id = path_parameter(&parameters, "volume_id");
    let vbs = app.vbs_at_now();
    let project = vbs.project(context.project);
    let found = project.and_then(|project| Some((project, known_disk(&app, project, id)?)));
    let (project, disk) = found.ok_or_else(|| unknown("disk", id))?;
    let shown = to_wire(&app, &vbs, project, &context, disk);
    Ok(Json(json!({ "volume": shown })))
}

fn known_disk(app: &AppState, project: &Project, id: &str) -> Option<DiskNumber> {
    let number = app.identifiers.number(Kind::Disk, id)?;
    project.has_disk(number).then_some(number)
}

fn to_wire(
    app: &AppState,
    vbs: &Vbs,
    project: &Project,
    context: &RequestContext,
    number: DiskNumber,
) -> Value {
    let disk = vbs.disk(number);
    let id = app.identifiers.hyphenated(Kind::Disk, number);
    let job = (project.busy.get(&number)).and_then(|job| project.vbs_jobs.get(job));
    let status = match job.map(|job| job.kind) {
        None | Some(JobKind::Delete) => "available",
        Some(JobKind::Create) => "backing-up",
        Some(JobKind::Restore) => "restoring-backup",
    };
    json!({
        "id": id,
        "name": disk.name(),
        "description": null,
        "status": status,
        "size": disk.size,
        "availability_zone": disk.availability_zone,
        "volume_type": "SATA",
        "bootable": "false",
        "encrypted": false,
        "multiattach": false,
        "attachments": [],
        "metadata": {},
        "snapshot_id": null,
        "source_volid": null,
        "consistencygroup_id": null,
        "replication_status": null,
        "created_at": six_digits(disk.created_at(vbs.start)),
        "updated_at": null,
        "os-vol-host-attr:host": disk.host,
        "os-vol-tenant-attr:tenant_id": context.place.project_id,
        "links": context.place.links(&format!("volumes/{id}")),
    })
}
