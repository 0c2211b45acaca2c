//! The backup jobs that a policy triggered.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawPathParams, RawQuery, State};
use axum::response::Response;

use super::backup_job_query::BackupJobQuery;
use super::page_body;
use crate::domain::history::page::Page;
use crate::domain::limits::CountReading;
use crate::domain::numbers::ProjectNumber;
use crate::http::failure::Failure;
use crate::http::path::path_parameter;
use crate::state::AppState;

/// `listBackupJobs`
pub(crate) async fn list(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = BackupJobQuery::parse(query.as_deref().unwrap_or_default())?;
    let policy_id = path_parameter(&parameters, "policy_id");
    let unknown = || super::unknown_policy(policy_id);
    let number = app.policy_number(project, policy_id).ok_or_else(unknown)?;
    let vbs = app.vbs_at_now();
    let jobs = vbs.backup_jobs(vbs.policy(number).ok_or_else(unknown)?);
    drop(vbs);
    let page = Page::new(jobs.clone(), query.page_request(&app.identifiers, &jobs)?);
    let count = match app.count_reading {
        CountReading::All => page.matching,
        CountReading::Page => page.len(),
    };
    Ok(page_body::response(app.identifiers, jobs, page, count)?)
}
