//! Disks, as OpenStack's block storage shows them.

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
use crate::service::disk::disk_named;
use crate::service::numbers::DiskNumber;
use crate::service::project::Project;
use crate::service::vbs_job::Kind as JobKind;
use crate::world::World;

/// `GET /volume/v3/{project_id}/volumes` and `…/volumes/detail`
pub(super) async fn list(State(world): State<Arc<World>>, asked: Asked) -> Result<Json<Value>, Failure> {
    let service = world.service();
    let query = CollectionQuery::parse(&asked).map_err(Failure::of_openstack)?;
    let project = service.project(asked.project);
    let project = project.ok_or_else(|| unknown("project", &asked.place.project_id))?;
    let known = |id: &str| known_disk(&world, project, id);
    let numbers = project.disk_numbers();
    let begin = query.begin("disk", known)?.unwrap_or(numbers.start);
    let (begin, end) = match query.text("name") {
        None => (begin, numbers.end),
        // Each name is that of one disk, so there is no need to look at a million of them.
        Some(name) => match disk_named(project.number, name).filter(|disk| *disk >= begin) {
            Some(disk) => (disk, numbers.end.min(disk + 1)),
            None => (0, 0),
        },
    };
    let disks = (begin..end).map(|disk| {
        let shown = wire(&world, &service, project, &asked, disk);
        (world.identifiers.hyphenated(Kind::Disk, disk), shown)
    });
    Ok(Json(query.page(&asked, "volumes", disks)))
}

/// `GET /volume/v3/{project_id}/volumes/{volume_id}`
pub(super) async fn show(
    State(world): State<Arc<World>>,
    asked: Asked,
    parameters: RawPathParams,
) -> Result<Json<Value>, Failure> {
    let id = path_parameter(&parameters, "volume_id");
    let service = world.service();
    let project = service.project(asked.project);
    let found = project.and_then(|project| Some((project, known_disk(&world, project, id)?)));
    let (project, disk) = found.ok_or_else(|| unknown("disk", id))?;
    let shown = wire(&world, &service, project, &asked, disk);
    Ok(Json(json!({ "volume": shown })))
}

fn known_disk(world: &World, project: &Project, id: &str) -> Option<DiskNumber> {
    let number = world.identifiers.number(Kind::Disk, id)?;
    project.has_disk(number).then_some(number)
}

fn wire(world: &World, service: &Service, project: &Project, asked: &Asked, number: DiskNumber) -> Value {
    let disk = service.disk(number);
    let id = world.identifiers.hyphenated(Kind::Disk, number);
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
        "created_at": six_digits(service.start),
        "updated_at": null,
        "os-vol-host-attr:host": disk.host,
        "os-vol-tenant-attr:tenant_id": asked.place.project_id,
        "links": asked.place.links(&format!("volumes/{id}")),
    })
}
