//! A job as the formats for machines write it.

use otc_vbs::types::utc_timestamp::rfc3339;
use otc_vbs::types::{BackupJob, TimestampOrText, UtcTimestamp};
use serde::Serialize;

use crate::policies::Policy;

/// The fields have their names on the wire. What the service did not send is null, so every record has every field.
#[derive(Serialize)]
pub(super) struct Record<'a> {
    policy_id: &'a str,
    policy_name: Option<&'a str>,
    job_id: &'a str,
    status: &'a str,
    #[serde(serialize_with = "rfc3339::serialize")]
    created_at: TimestampOrText,
    #[serde(serialize_with = "rfc3339::serialize")]
    finished_at: Option<UtcTimestamp>,
    backup_name: Option<&'a str>,
    resource_id: Option<&'a str>,
    resource_type: Option<&'a str>,
    vbs_job_id: Option<&'a str>,
    code: Option<&'a str>,
    message: Option<&'a str>,
    fail_reason: Option<&'a str>,
}

/// The names of the fields, in order.
pub(super) const FIELDS: [&str; 13] = [
    "policy_id",
    "policy_name",
    "job_id",
    "status",
    "created_at",
    "finished_at",
    "backup_name",
    "resource_id",
    "resource_type",
    "vbs_job_id",
    "code",
    "message",
    "fail_reason",
];

impl<'a> Record<'a> {
    pub(super) fn new(policy: &'a Policy, job: &'a BackupJob) -> Self {
        Self {
            policy_id: policy.id.as_str(),
            policy_name: policy.name.as_deref(),
            job_id: job.job_id.as_str(),
            status: job.status.as_str(),
            created_at: job.created_at.clone(),
            finished_at: job.finished_at,
            backup_name: job.backup_name.as_deref(),
            resource_id: job.resource_id.as_ref().map(|id| id.as_str()),
            resource_type: job.resource_type.as_ref().map(|kind| kind.as_str()),
            vbs_job_id: job.vbs_job_id.as_ref().map(|id| id.as_str()),
            code: job.code.as_deref(),
            message: job.message.as_deref(),
            fail_reason: job.fail_reason.as_deref(),
        }
    }
}
