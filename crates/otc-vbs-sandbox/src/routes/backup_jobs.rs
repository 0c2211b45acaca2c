//! The backup jobs that a policy triggered.

use std::sync::Arc;

use axum::extract::{RawPathParams, RawQuery, State};
use axum::response::Response;

use super::backup_job_query::BackupJobQuery;
use super::{page_body, path_parameter};
use crate::builder::CountReading;
use crate::data::page::Page;
use crate::failure::Failure;
use crate::world::World;

/// `listBackupJobs`
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    parameters: RawPathParams,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = BackupJobQuery::parse(query.as_deref().unwrap_or_default())?;
    let policy_id = path_parameter(&parameters, "policy_id");
    let policy = world
        .policy(policy_id)
        .ok_or_else(|| Failure::unknown_policy(policy_id))?;
    let jobs = world.jobs(policy);
    let page = Page::new(jobs, query.page_request(&jobs)?);
    let count = match world.count_reading {
        CountReading::All => page.matching,
        CountReading::Page => page.len(),
    };
    Ok(page_body::response(jobs, page, count)?)
}
