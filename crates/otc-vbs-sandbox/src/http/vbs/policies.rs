//! Backup policies.

use std::sync::Arc;

use axum::extract::{RawPathParams, State};
use axum::routing::{get, post, put};
use axum::{Extension, Json, Router};
use bytes::Bytes;
use http::StatusCode;
use otc_vbs_api::types::{BackupPolicy, BackupPolicyList, BackupPolicyReference};
use otc_vbs_api::values::PolicyId;

use super::{find_policy, policy_body};
use crate::domain::data_error::DataError;
use crate::domain::numbers::{PolicyNumber, ProjectNumber};
use crate::http::failure::Failure;
use crate::http::fields::{OF_POLICIES, json};
use crate::http::path::path_parameter;
use crate::state::AppState;

pub(crate) fn router() -> Router<Arc<AppState>> {
    Router::new()
        .route("/backuppolicy", get(list).post(create))
        .route("/backuppolicy/{policy_id}", put(update).delete(delete))
        .route("/backuppolicy/{policy_id}/action", post(run))
}

/// `listBackupPolicies`
async fn list(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
) -> Result<Json<BackupPolicyList>, Failure> {
    let vbs = app.vbs_at_now();
    let policies = vbs.policies(project);
    let policies = policies.map(|policy| policy_body::to_wire(&app, policy));
    let policies: Vec<BackupPolicy> = policies.collect::<Result<_, _>>()?;
    Ok(Json(BackupPolicyList::new(policies)))
}

/// `createBackupPolicy`
async fn create(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    body: Bytes,
) -> Result<Json<BackupPolicyReference>, Failure> {
    let spec = policy_body::spec(&json(&body, OF_POLICIES)?)?;
    let number = app.vbs_at_now().create_policy(project, spec)?;
    reference(&app, number)
}

/// `updateBackupPolicy`
async fn update(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
    body: Bytes,
) -> Result<Json<BackupPolicyReference>, Failure> {
    let change = policy_body::change(&json(&body, OF_POLICIES)?)?;
    let mut vbs = app.vbs_at_now();
    let policy_id = path_parameter(&parameters, "policy_id");
    let number = find_policy(&app, &vbs, project, policy_id)?;
    vbs.change_policy(number, change)?;
    reference(&app, number)
}

fn reference(app: &AppState, number: PolicyNumber) -> Result<Json<BackupPolicyReference>, Failure> {
    let id: PolicyId = app.policy_id(number).parse().map_err(DataError::from)?;
    Ok(Json(BackupPolicyReference::new(id)))
}

/// `deleteBackupPolicy`
async fn delete(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
) -> Result<StatusCode, Failure> {
    let mut vbs = app.vbs_at_now();
    let policy_id = path_parameter(&parameters, "policy_id");
    let number = find_policy(&app, &vbs, project, policy_id)?;
    vbs.delete_policy(number)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `runBackupPolicy`
async fn run(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
) -> Result<StatusCode, Failure> {
    let mut vbs = app.vbs_at_now();
    let policy_id = path_parameter(&parameters, "policy_id");
    let number = find_policy(&app, &vbs, project, policy_id)?;
    vbs.run_policy(number)?;
    Ok(StatusCode::NO_CONTENT)
}
