//! Quotas.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use otc_vbs_api::types::{Quota, QuotaOverview, QuotaSet};
use otc_vbs_api::values::QuotaType;

use crate::error::DataError;
use crate::failure::Failure;
use crate::service::numbers::ProjectNumber;
use crate::world::World;

/// `getQuotas`
pub(crate) async fn show(
    State(world): State<Arc<World>>,
    Extension(project): Extension<ProjectNumber>,
) -> Result<Json<QuotaOverview>, Failure> {
    let service = world.service();
    let resources: Result<Vec<Quota>, DataError> = service
        .project(project)
        .into_iter()
        .flat_map(|project| {
            let backups = project.backups.len() as u64;
            let quotas = project.quotas;
            [
                (QuotaType::Backups, backups, quotas.backups),
                (
                    QuotaType::BackupGigabytes,
                    project.gigabytes_used(),
                    quotas.backup_gigabytes,
                ),
            ]
        })
        .map(|(kind, used, most)| quota(kind, used, most))
        .collect();
    let quotas = QuotaSet::builder().resources(resources?);
    let quotas: QuotaSet = quotas.try_into().map_err(DataError::from)?;
    let overview = QuotaOverview::builder().quotas(quotas);
    let overview: QuotaOverview = overview.try_into().map_err(DataError::from)?;
    Ok(Json(overview))
}

fn quota(kind: QuotaType, used: u64, most: Option<u64>) -> Result<Quota, DataError> {
    let mut quota: Quota = Quota::builder().type_(kind).try_into()?;
    quota.used = i64::try_from(used).ok();
    quota.reserved = Some(0);
    quota.quota = match most {
        Some(most) => i64::try_from(most).ok(),
        None => Some(-1),
    };
    Ok(quota)
}
