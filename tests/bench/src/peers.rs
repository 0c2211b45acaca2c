//! Types that are written by hand and check nothing, as the limit of what a client can reach.

use serde::Deserialize;

/// A page of backup jobs that borrows every text.
#[derive(Debug, Deserialize)]
pub struct Page<'a> {
    pub count: Option<u64>,
    #[serde(borrow)]
    pub tasks: Vec<BackupJob<'a>>,
}

/// A backup job. A text with an escape could not be borrowed, but the service sends none here.
#[derive(Debug, Deserialize)]
pub struct BackupJob<'a> {
    pub status: &'a str,
    pub job_id: &'a str,
    pub created_at: &'a str,
    pub finished_at: Option<&'a str>,
    pub backup_name: Option<&'a str>,
    pub resource_id: Option<&'a str>,
    pub resource_type: Option<&'a str>,
    pub code: Option<&'a str>,
    pub message: Option<&'a str>,
    pub fail_reason: Option<&'a str>,
    pub vbs_job_id: Option<&'a str>,
}

/// An asynchronous job.
#[derive(Debug, Deserialize)]
pub struct Job {
    pub status: String,
    pub job_id: String,
    pub job_type: Option<String>,
    pub begin_time: Option<String>,
    pub end_time: Option<String>,
    pub entities: Option<std::collections::BTreeMap<String, String>>,
    pub error_code: Option<String>,
    pub fail_reason: Option<String>,
}
