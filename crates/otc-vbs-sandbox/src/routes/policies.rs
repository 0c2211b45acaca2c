//! Backup policies.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use otc_vbs_api::types::{BackupPolicy, BackupPolicyList};

use crate::data::policies::Policy;
use crate::error::DataError;
use crate::failure::Failure;
use crate::world::World;

/// `listBackupPolicies`
pub(crate) async fn list(
    State(world): State<Arc<World>>,
) -> Result<Json<BackupPolicyList>, Failure> {
    let policies = world.policies.iter().map(Policy::wire);
    let policies: Vec<BackupPolicy> = policies.collect::<Result<_, _>>()?;
    let list: Result<BackupPolicyList, _> = BackupPolicyList::builder()
        .backup_policies(policies)
        .try_into();
    Ok(Json(list.map_err(DataError::from)?))
}
