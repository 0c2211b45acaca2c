//! The operations, a module for each area of the API.

pub(crate) mod backup_job_query;
pub(crate) mod backup_jobs;
mod backup_refusal;
pub(crate) mod backups;
pub(crate) mod beyond_vbs;
pub(crate) mod fields;
pub(crate) mod native;
pub(crate) mod page_body;
pub(crate) mod policies;
pub(crate) mod policies_by_tag;
pub(crate) mod policy_body;
pub(crate) mod query;
mod quotas;
pub(crate) mod resources;
pub(crate) mod share_query;
pub(crate) mod shares;
pub(crate) mod tags;
pub(crate) mod vbs_jobs;
mod wire_time;

use axum::extract::RawPathParams;

/// A parameter of the path, decoded; empty where the route has none of that name.
pub(crate) fn path_parameter<'a>(parameters: &'a RawPathParams, name: &str) -> &'a str {
    parameters
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, value)| value)
}
