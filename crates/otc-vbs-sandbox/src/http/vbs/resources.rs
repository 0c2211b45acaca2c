//! The disks of backup policies.

use std::sync::Arc;

use axum::extract::{RawPathParams, State};
use axum::routing::post;
use axum::{Extension, Json, Router};
use bytes::Bytes;
use http::StatusCode;
use otc_vbs_api::types::AssociatedResource;
use otc_vbs_api::values::{ResourceId, ResourceType};
use serde_json::{Value, json};

use super::find_policy;
use crate::domain::Vbs;
use crate::domain::association::Candidate;
use crate::domain::data_error::DataError;
use crate::domain::disk::Disk;
use crate::domain::identifiers::Kind;
use crate::domain::numbers::{DiskNumber, ProjectNumber};
use crate::http::failure::Failure;
use crate::http::fields::{Fields, OF_POLICIES, json as read_json};
use crate::http::path::path_parameter;
use crate::http::refusals::RequestIds;
use crate::state::AppState;

pub(crate) fn router() -> Router<Arc<AppState>> {
    Router::new()
        .route("/backuppolicyresources", post(associate))
        .route("/backuppolicyresources/{policy_id}/deleted_resources", post(disassociate))
}

/// `associateResources`
async fn associate(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    body: Bytes,
) -> Result<Json<Value>, Failure> {
    let body = read_json(&body, OF_POLICIES)?;
    let fields = Fields::of(&body, OF_POLICIES)?;
    let policy_id = fields.required_text("backup_policy_id")?;
    if policy_id.is_empty() {
        let message = "`backup_policy_id` is empty; send the id of the policy";
        return Err(Failure::new(StatusCode::BAD_REQUEST, "AutoBackup.0006", message));
    }
    let mut requested = Vec::new();
    for resource in resources(&fields)? {
        let resource_type = resource.required_text("resource_type")?;
        requested.push((resource.required_text("resource_id")?, resource_type));
    }
    let candidate = |(id, resource_type): &(&str, &str)| candidate_of(&app, id, resource_type);
    let candidates: Vec<Candidate> = requested.iter().map(candidate).collect();

    let mut vbs = app.vbs_at_now();
    let number = find_policy(&app, &vbs, project, policy_id)?;
    let outcomes = vbs.associate(number, &candidates)?;
    let mut outcome = Outcome::default();
    for (((id, resource_type), candidate), result) in requested.into_iter().zip(candidates).zip(outcomes) {
        match result {
            Ok(disk) => outcome.add_success(id, Some(disk))?,
            Err(refusal) => {
                let (_, code, message) = RequestIds::default().row(&refusal);
                let mut failed = json!({
                    "resource_id": id,
                    "resource_type": resource_type,
                    "code": code,
                    "message": message,
                });
                if let Some(disk) = known_disk(&vbs, project, candidate) {
                    failed["availability_zone"] = disk.availability_zone.into();
                    failed["os_vol_host_attr"] = disk.host.into();
                }
                outcome.failed.push(failed);
            }
        }
    }
    Ok(outcome.into())
}

fn candidate_of(app: &AppState, id: &str, resource_type: &str) -> Candidate {
    match disk_number(app, id) {
        _ if resource_type != ResourceType::Volume.as_str() => Candidate::OfOtherType,
        Some(disk) => Candidate::Disk(disk),
        None if id.is_empty() => Candidate::WithoutIdentifier,
        None => Candidate::UnknownDisk,
    }
}

/// The disk of a candidate, if it is a disk of the project.
fn known_disk(vbs: &Vbs, project: ProjectNumber, candidate: Candidate) -> Option<Disk> {
    let Candidate::Disk(disk) = candidate else {
        return None;
    };
    let exists = vbs.project(project)?.has_disk(disk);
    exists.then(|| vbs.disk(disk))
}

/// `disassociateResources`
async fn disassociate(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
    body: Bytes,
) -> Result<Json<Value>, Failure> {
    let body = read_json(&body, OF_POLICIES)?;
    let fields = Fields::of(&body, OF_POLICIES)?;
    let requested = resources(&fields)?;
    let requested = requested.iter().map(|resource| resource.required_text("resource_id"));
    let requested: Vec<&str> = requested.collect::<Result<_, _>>()?;
    let disks: Vec<Option<DiskNumber>> = requested.iter().map(|id| disk_number(&app, id)).collect();

    let mut vbs = app.vbs_at_now();
    let policy_id = path_parameter(&parameters, "policy_id");
    let number = find_policy(&app, &vbs, project, policy_id)?;
    let outcomes = vbs.disassociate(number, &disks)?;
    let mut outcome = Outcome::default();
    for (id, result) in requested.into_iter().zip(outcomes) {
        match result {
            Ok(()) => outcome.add_success(id, None)?,
            Err(refusal) => {
                let (_, _, message) = RequestIds::default().row(&refusal);
                // Without a code: as in the reference, only the presence in this list shows the failure.
                let failed = json!({ "resource_id": id, "message": message });
                outcome.failed.push(failed);
            }
        }
    }
    Ok(outcome.into())
}

fn resources<'a>(fields: &Fields<'a>) -> Result<Vec<Fields<'a>>, Failure> {
    let resources = fields.objects("resources")?;
    let resources = resources.ok_or_else(|| fields.missing("resources"))?;
    if resources.is_empty() {
        let message = "`resources` is empty; list at least one disk";
        return Err(Failure::new(StatusCode::BAD_REQUEST, "AutoBackup.0207", message));
    }
    Ok(resources)
}

fn disk_number(app: &AppState, id: &str) -> Option<DiskNumber> {
    app.identifiers.number(Kind::Disk, id)
}

/// The outcome for each disk of a request.
#[derive(Default)]
struct Outcome {
    succeeded: Vec<AssociatedResource>,
    /// As JSON, because an id is returned as sent, even if it is empty and thus not an id.
    failed: Vec<Value>,
}

impl Outcome {
    /// Adds a disk that was associated or disassociated. The response describes `disk`, if given.
    fn add_success(&mut self, id: &str, disk: Option<Disk>) -> Result<(), DataError> {
        let mut resource = AssociatedResource::new(id.parse::<ResourceId>()?);
        if let Some(disk) = disk {
            resource.resource_type = Some(ResourceType::Volume);
            resource.availability_zone = Some(disk.availability_zone.to_owned());
            resource.os_vol_host_attr = Some(disk.host.to_owned());
        }
        self.succeeded.push(resource);
        Ok(())
    }
}

impl From<Outcome> for Json<Value> {
    fn from(outcome: Outcome) -> Self {
        Self(json!({ "success_resources": outcome.succeeded, "fail_resources": outcome.failed }))
    }
}
