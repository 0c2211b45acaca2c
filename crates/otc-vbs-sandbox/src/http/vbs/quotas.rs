//! Quotas.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use otc_vbs_api::types::{Quota, QuotaOverview, QuotaSet};
use otc_vbs_api::values::QuotaType;

use crate::domain::numbers::ProjectNumber;
use crate::state::AppState;

/// `getQuotas`
pub(crate) async fn show(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
) -> Json<QuotaOverview> {
    let vbs = app.vbs_at_now();
    let quotas = vbs
        .project(project)
        .into_iter()
        .flat_map(|project| {
            let backups = project.backups.count();
            let quotas = project.quotas;
            [
                (QuotaType::Backups, backups, quotas.backups),
                (QuotaType::BackupGigabytes, project.backups.gigabytes(), quotas.backup_gigabytes),
            ]
        })
        .map(|(kind, used, most)| quota(kind, used, most));
    Json(QuotaOverview::new(QuotaSet::new(quotas)))
}

fn quota(kind: QuotaType, used: u64, most: Option<u64>) -> Quota {
    let mut quota = Quota::new(kind);
    quota.used = i64::try_from(used).ok();
    quota.reserved = Some(0);
    quota.quota = match most {
        Some(most) => i64::try_from(most).ok(),
        None => Some(-1),
    };
    quota
}
