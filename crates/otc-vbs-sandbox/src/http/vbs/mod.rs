//! The operations, a module for each area of the API.

pub(crate) mod backup_job_query;
pub(crate) mod backup_jobs;
pub(crate) mod backup_refusal;
pub(crate) mod backups;
pub(crate) mod page_body;
pub(crate) mod policies;
pub(crate) mod policies_by_tag;
pub(crate) mod policy_body;
mod quotas;
pub(crate) mod resources;
pub(crate) mod share_query;
pub(crate) mod shares;
pub(crate) mod tags;
pub(crate) mod vbs_jobs;
