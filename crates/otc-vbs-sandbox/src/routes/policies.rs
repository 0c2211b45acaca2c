//! Backup policies.

use std::sync::Arc;

use axum::extract::{RawPathParams, State};
use axum::routing::{get, post, put};
use axum::{Extension, Json, Router};
use bytes::Bytes;
use http::StatusCode;
use otc_vbs_api::types::{BackupPolicy, BackupPolicyList, BackupPolicyReference};
use otc_vbs_api::values::PolicyId;

use super::fields::{OF_POLICIES, json};
use super::{path_parameter, policy_body};
use crate::error::DataError;
use crate::failure::Failure;
use crate::service::Service;
use crate::service::numbers::{PolicyNumber, ProjectNumber};
use crate::world::World;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/backuppolicy", get(list).post(create))
        .route("/backuppolicy/{policy_id}", put(update).delete(delete))
        .route("/backuppolicy/{policy_id}/action", post(run))
}

/// The policy with an identifier, if the project has it.
pub(crate) fn find(
    world: &World,
    service: &Service,
    project: ProjectNumber,
    policy_id: &str,
) -> Result<PolicyNumber, Failure> {
    let number = world.policy_number(project, policy_id);
    number
        .filter(|number| service.policy(*number).is_some())
        .ok_or_else(|| Failure::unknown_policy(policy_id))
}

/// `listBackupPolicies`
async fn list(
    State(world): State<Arc<World>>,
    Extension(project): Extension<ProjectNumber>,
) -> Result<Json<BackupPolicyList>, Failure> {
    let service = world.service();
    let policies = service.policies(project);
    let policies = policies.map(|policy| policy_body::wire(&world, policy));
    let policies: Vec<BackupPolicy> = policies.collect::<Result<_, _>>()?;
    Ok(Json(BackupPolicyList::new(policies)))
}

/// `createBackupPolicy`
async fn create(
    State(world): State<Arc<World>>,
    Extension(project): Extension<ProjectNumber>,
    body: Bytes,
) -> Result<Json<BackupPolicyReference>, Failure> {
    let spec = policy_body::spec(&json(&body, OF_POLICIES)?)?;
    let number = world.service().create_policy(project, spec)?;
    reference(&world, number)
}

/// `updateBackupPolicy`
async fn update(
    State(world): State<Arc<World>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
    body: Bytes,
) -> Result<Json<BackupPolicyReference>, Failure> {
    let change = policy_body::change(&json(&body, OF_POLICIES)?)?;
    let mut service = world.service();
    let policy_id = path_parameter(&parameters, "policy_id");
    let number = find(&world, &service, project, policy_id)?;
    service.change_policy(number, change)?;
    reference(&world, number)
}

fn reference(world: &World, number: PolicyNumber) -> Result<Json<BackupPolicyReference>, Failure> {
    let id: PolicyId = world.policy_id(number).parse().map_err(DataError::from)?;
    Ok(Json(BackupPolicyReference::new(id)))
}

/// `deleteBackupPolicy`
async fn delete(
    State(world): State<Arc<World>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
) -> Result<StatusCode, Failure> {
    let mut service = world.service();
    let policy_id = path_parameter(&parameters, "policy_id");
    let number = find(&world, &service, project, policy_id)?;
    service.delete_policy(number);
    Ok(StatusCode::NO_CONTENT)
}

/// `runBackupPolicy`
async fn run(
    State(world): State<Arc<World>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
) -> Result<StatusCode, Failure> {
    let mut service = world.service();
    let policy_id = path_parameter(&parameters, "policy_id");
    let number = find(&world, &service, project, policy_id)?;
    service.run_policy(number)?;
    Ok(StatusCode::NO_CONTENT)
}
