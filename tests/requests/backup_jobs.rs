//! The queries of backup jobs, each filter alone and with values that need encoding.

use otc_vbs::{BackupJobQuery, BackupJobSortKey, BackupJobStatus, Client, SortDirection};
use otc_vbs_tests::{POLICY, Socket, TestService as _, see};

use crate::snapshot;

const NO_JOBS: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{\"tasks\":[],\"count\":0}";
const JOB: &str = "0781095c-b8ab-4ce5-99f3-4c5f6ff75319";

/// A query of the backup jobs, by the name of its snapshot.
type Case = (&'static str, fn(BackupJobQuery) -> BackupJobQuery);

const JOB_QUERIES: &[Case] = &[
    ("listBackupJobs-no_filter", |query| query),
    ("listBackupJobs-sort_dir", |query| {
        query.sort_dir(SortDirection::Asc)
    }),
    ("listBackupJobs-limit", |query| query.limit(10)),
    ("listBackupJobs-marker", |query| query.marker(JOB)),
    ("listBackupJobs-job_id", |query| query.job_id(JOB)),
    ("listBackupJobs-status", |query| {
        query.status(BackupJobStatus::ExecuteFail)
    }),
    ("listBackupJobs-sort_key", |query| {
        query.sort_key(BackupJobSortKey::CreatedAt)
    }),
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
    ("listBackupJobs-status_ampersand", |query| {
        query.status("A&limit=1")
    }),
    ("listBackupJobs-status_slash", |query| query.status("A/B")),
    ("listBackupJobs-status_percent", |query| query.status("100%25")),
    ("listBackupJobs-status_plus_and_hash", |query| {
        query.status("A+B#C")
    }),
    ("listBackupJobs-status_non_ascii", |query| {
        query.status("gelöscht✓")
    }),
    ("listBackupJobs-status_empty", |query| query.status("")),
];

#[tokio::test]
async fn each_query_of_backup_jobs() {
    for (name, filter) in JOB_QUERIES {
        let socket = Socket::listen().await;
        let query = filter(socket.client().policy(POLICY).tasks());
        let seen = see(&socket, NO_JOBS, async { query.page().await.unwrap() }).await;
        snapshot(name, &seen);
    }
}

#[tokio::test]
async fn a_policy_whose_identifier_needs_encoding() {
    let socket = Socket::listen().await;
    let query = socket.client().policy("a b&c?d#e%2fé").tasks();
    let seen = see(&socket, NO_JOBS, async { query.page().await.unwrap() }).await;
    snapshot("listBackupJobs-policy_id_encoded", &seen);
}

#[tokio::test]
async fn the_first_page_of_a_stream() {
    use futures_util::TryStreamExt;

    let socket = Socket::listen().await;
    let mut jobs = socket.client().policy(POLICY).tasks().stream();
    let call = async { assert_eq!(jobs.try_next().await.unwrap(), None) };
    let seen = see(&socket, NO_JOBS, call).await;
    snapshot("listBackupJobs-stream", &seen);
}

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let others = ["listBackupJobs-policy_id_encoded", "listBackupJobs-stream"];
    JOB_QUERIES.iter().map(|(name, _)| *name).chain(others)
}

#[tokio::test]
async fn what_can_not_be_sent_is_not() {
    // No answer is there, so a request would fail the test.
    let client: Client = otc_vbs_tests::client_answered_by([]);
    for (policy, problem) in [
        ("", "listBackupJobs: `` is not a valid PolicyId: it is empty"),
        (
            "a/b",
            "listBackupJobs: `a/b` is not a valid PolicyId: it contains a slash",
        ),
        (
            "..",
            "listBackupJobs: `..` is not a valid PolicyId: it is a relative path segment",
        ),
        (
            "a\nb",
            "listBackupJobs: `a\\nb` is not a valid PolicyId: it contains a control character",
        ),
    ] {
        let error = client.policy(policy).tasks().page().await.unwrap_err();
        assert_eq!(error.to_string(), problem);
        assert!(error.is_invalid());
    }
    let query = client.policy(POLICY).tasks();
    let error = query.clone().limit(0).page().await.unwrap_err();
    assert_eq!(error.to_string(), "listBackupJobs: limit must be at least 1");
    let error = query.clone().marker("").page().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "listBackupJobs: marker: `` is not a valid BackupJobId: it is empty"
    );
    let error = query.job_id("a/b").page().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "listBackupJobs: job_id: `a/b` is not a valid BackupJobId: it contains a slash"
    );
}
