//! The operations, a module for each area of the API.

pub(crate) mod backup_job_query;
pub(crate) mod backup_jobs;
pub(crate) mod body;
pub(crate) mod fields;
pub(crate) mod page_body;
pub(crate) mod policies;
pub(crate) mod policies_by_tag;
pub(crate) mod policy_body;
pub(crate) mod query;
pub(crate) mod resources;
pub(crate) mod tags;

use axum::extract::RawPathParams;

/// A parameter of the path, decoded; empty where the route has none of that name.
pub(crate) fn path_parameter<'a>(parameters: &'a RawPathParams, name: &str) -> &'a str {
    parameters
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, value)| value)
}
