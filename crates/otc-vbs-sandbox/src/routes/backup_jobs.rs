//! The backup jobs that a policy triggered.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawPathParams, RawQuery, State};
use axum::response::Response;

use super::backup_job_query::BackupJobQuery;
use super::{page_body, path_parameter};
use crate::builder::CountReading;
use crate::data::page::Page;
use crate::failure::Failure;
use crate::service::numbers::ProjectNumber;
use crate::world::World;

/// `listBackupJobs`
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = BackupJobQuery::parse(query.as_deref().unwrap_or_default())?;
    let policy_id = path_parameter(&parameters, "policy_id");
    let unknown = || Failure::unknown_policy(policy_id);
    let number = world.policy_number(project, policy_id).ok_or_else(unknown)?;
    let service = world.service();
    let jobs = service.backup_jobs(service.policy(number).ok_or_else(unknown)?);
    drop(service);
    let page = Page::new(jobs.clone(), query.page_request(&world.identifiers, &jobs)?);
    let count = match world.count_reading {
        CountReading::All => page.matching,
        CountReading::Page => page.len(),
    };
    Ok(page_body::response(world.identifiers, jobs, page, count)?)
}
