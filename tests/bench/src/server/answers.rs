//! The responses.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Options, header};
use crate::jobs::{Jobs, PAGE};

/// The project of the measured programs.
pub const PROJECT: &str = "7ab0ea55c85c4b8286a05061ee6e5c1a";
/// The first policy.
pub const POLICY: &str = "5e45f976-4a5e-4636-8d00-000000000000";

pub(super) struct Answers {
    jobs: Jobs,
    policies: Vec<u8>,
    job: Vec<u8>,
    token: Vec<u8>,
    /// The whole pages, compressed, if the server compresses.
    compressed: Vec<Vec<u8>>,
}

impl Answers {
    pub(super) fn new(options: &Options, address: &str) -> Self {
        let jobs = Jobs::new(options.jobs);
        let pages = if options.gzip { options.jobs.div_ceil(PAGE) } else { 0 };
        let compressed = (0..pages).map(|page| {
            let mut body = Vec::new();
            jobs.write_page(page * PAGE, PAGE, &mut body);
            gzip(&body)
        });
        Self {
            compressed: compressed.collect(),
            jobs,
            policies: policies(options.policies),
            job: job().into_bytes(),
            token: token(address).into_bytes(),
        }
    }

    /// Appends the response to a request with this head.
    pub(super) fn write(&self, head: &str, response: &mut Vec<u8>) {
        let target = head.split(' ').nth(1).unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if path.ends_with("/backuptasks") {
            self.write_page(head, query, response);
        } else if path.ends_with("/backuppolicy") {
            write(response, "200 OK", "", &self.policies);
        } else if path.contains("/jobs/") {
            write(response, "200 OK", "", &self.job);
        } else if path.ends_with("/auth/tokens") {
            write(response, "201 Created", "x-subject-token: token\r\n", &self.token);
        } else {
            write(response, "404 Not Found", "", b"{}");
        }
    }

    fn write_page(&self, head: &str, query: &str, response: &mut Vec<u8>) {
        let value = |name| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let first = value("marker").and_then(Jobs::after).unwrap_or(0);
        let limit = value("limit").and_then(|limit| limit.parse().ok()).unwrap_or(20);
        let accepted = header(head, "accept-encoding").is_some_and(|accepted| accepted.contains("gzip"));
        if accepted
            && limit == PAGE
            && first % PAGE == 0
            && let Some(page) = self.compressed.get(first / PAGE)
        {
            write(response, "200 OK", "content-encoding: gzip\r\n", page);
            return;
        }
        // The length is written when it is known, into as many digits.
        const LENGTH: &[u8] = b"content-length: 000000000\r\n\r\n";
        response.extend_from_slice(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n");
        response.extend_from_slice(LENGTH);
        let start = response.len();
        self.jobs.write_page(first, limit, response);
        let length = format!("{:09}", response.len() - start);
        response[start - 13..start - 4].copy_from_slice(length.as_bytes());
    }
}

fn write(response: &mut Vec<u8>, status: &str, headers: &str, body: &[u8]) {
    let length = body.len();
    // Writing to a vector does not fail.
    let _ = write!(
        response,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n"
    );
    response.extend_from_slice(body);
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to a vector does not fail.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

fn policies(count: usize) -> Vec<u8> {
    let policy = |number: usize| {
        let id = format!("{}{number:012}", &POLICY[..24]);
        format!(
            r#"{{"backup_policy_id":"{id}","backup_policy_name":"policy-{number}","policy_resource_count":100,"scheduled_policy":{{"frequency":1,"remain_first_backup_of_curMonth":"N","rentention_num":14,"start_time":"02:00","status":"ON"}}}}"#
        )
    };
    let policies: Vec<String> = (0..count).map(policy).collect();
    format!(r#"{{"backup_policies":[{}]}}"#, policies.join(",")).into_bytes()
}

fn job() -> String {
    r#"{"status":"SUCCESS","entities":{"bks_create_volume_name":"autobk_volume","backup_type":"full","volume_id":"f47a4ab5-11f5-4509-97f5-80ce0dd74e37","snapshot_id":"25a3a0c7-2c5a-4d0e-9b3b-2b4c1d4e5f60","backup_id":"0c9dc0aa-7f0e-4a5f-a0f0-3e4a5b6c7d8e"},"job_id":"4010b39b5281d3590152874bfa3b1604","job_type":"bksCreateBackup","begin_time":"2026-01-28T16:14:09.466Z","end_time":"2026-01-28T16:25:27.690Z","error_code":null,"fail_reason":null}"#.to_owned()
}

/// The response to a login: a token, and a catalog with the addresses of this server.
fn token(address: &str) -> String {
    let service = |name: &str, kind: &str, version: &str| {
        let url = format!("{address}/{version}");
        format!(
            r#"{{"id":"{name}","name":"{name}","type":"{kind}","endpoints":[{{"id":"{name}","interface":"public","region":"eu-de","region_id":"eu-de","url":"{url}"}}]}}"#
        )
    };
    let catalog = [service("vbs", "vbs", &format!("v2/{PROJECT}")), service("keystone", "identity", "v3")];
    format!(
        r#"{{"token":{{"methods":["password"],"issued_at":"2026-01-01T00:00:00.000000Z","expires_at":"2100-01-01T00:00:00.000000Z","user":{{"id":"user","name":"user","domain":{{"id":"domain","name":"domain"}}}},"project":{{"id":"{PROJECT}","name":"eu-de","domain":{{"id":"domain","name":"domain"}}}},"roles":[],"catalog":[{}]}}}}"#,
        catalog.join(",")
    )
}
