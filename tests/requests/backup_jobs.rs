//! Requests for backup jobs: each filter alone, and values that need encoding.

use otc_vbs::request::ListBackupJobs;
use otc_vbs::types::{BackupJobSortKey, BackupJobStatus, SortDirection};
use otc_vbs_testing::{Id, POLICY, Socket, TestService as _};
use otc_vbs_tests::see;

use crate::snapshot;

const NO_JOBS: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{\"tasks\":[],\"count\":0}";
const JOB: Id = Id("0781095c-b8ab-4ce5-99f3-4c5f6ff75319");

/// The name of a snapshot, and the filter that it shows.
type Case = (&'static str, fn(ListBackupJobs) -> ListBackupJobs);

const JOB_QUERIES: &[Case] = &[
    ("listBackupJobs-no_filter", |query| query),
    ("listBackupJobs-sort_dir", |query| query.sort_dir(SortDirection::Asc)),
    ("listBackupJobs-limit", |query| query.limit(10)),
    ("listBackupJobs-marker", |query| query.marker(JOB)),
    ("listBackupJobs-job_id", |query| query.job_id(JOB)),
    ("listBackupJobs-status", |query| query.status(BackupJobStatus::ExecuteFail)),
    ("listBackupJobs-sort_key", |query| query.sort_key(BackupJobSortKey::CreatedAt)),
    ("listBackupJobs-offset", |query| query.offset(40)),
    ("listBackupJobs-all_filters", |query| {
        query
            .sort_dir(SortDirection::Desc)
            .limit(1)
            .marker(JOB)
            .job_id(JOB)
            .status(BackupJobStatus::Running)
            .sort_key(BackupJobSortKey::CreatedAt)
            .offset(0)
    }),
    ("listBackupJobs-status_space", |query| query.status("NOT YET")),
    ("listBackupJobs-status_ampersand", |query| query.status("A&limit=1")),
    ("listBackupJobs-status_slash", |query| query.status("A/B")),
    ("listBackupJobs-status_percent", |query| query.status("100%25")),
    ("listBackupJobs-status_plus_and_hash", |query| query.status("A+B#C")),
    ("listBackupJobs-status_non_ascii", |query| query.status("gelöscht✓")),
    ("listBackupJobs-status_empty", |query| query.status("")),
];

#[tokio::test]
async fn each_filter_is_sent_as_in_its_snapshot() {
    for (name, filter) in JOB_QUERIES {
        let socket = Socket::listen().await;
        let query = filter(socket.client().policy(POLICY).backup_jobs());
        let seen = see(&socket, NO_JOBS, async { query.send().await.unwrap() }).await;
        snapshot(name, &seen);
    }
}

#[tokio::test]
async fn identifier_is_percent_encoded_in_the_path() {
    let socket = Socket::listen().await;
    let query = socket.client().policy(Id("a b&c?d#e%2fé")).backup_jobs();
    let seen = see(&socket, NO_JOBS, async { query.send().await.unwrap() }).await;
    snapshot("listBackupJobs-policy_id_encoded", &seen);
}

#[tokio::test]
async fn stream_requests_pages_of_1000() {
    let socket = Socket::listen().await;
    let mut jobs = socket.client().policy(POLICY).backup_jobs().items();
    let call = async { assert_eq!(jobs.try_next().await.unwrap(), None) };
    let seen = see(&socket, NO_JOBS, call).await;
    snapshot("listBackupJobs-stream", &seen);
}

#[tokio::test]
async fn header_of_a_request_is_sent() {
    let socket = Socket::listen().await;
    let query = socket.client().policy(POLICY).backup_jobs();
    let query = query.header("x-trace", "report-7");
    let seen = see(&socket, NO_JOBS, async { query.send().await.unwrap() }).await;
    snapshot("listBackupJobs-header", &seen);
}

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let others = ["listBackupJobs-policy_id_encoded", "listBackupJobs-stream", "listBackupJobs-header"];
    JOB_QUERIES.iter().map(|(name, _)| *name).chain(others)
}
