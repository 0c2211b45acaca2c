//! What the tests of VBS share: clients of the servers and transports in otc-vbs-testing, and the OpenAPI document with its
//! examples, what they decode to and how the service may vary them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Only tests call it; a panic is a failed test.

use std::collections::BTreeSet;

mod canaries;
mod canned;
mod clients;
mod decoders;
mod document;
mod id;
mod prism;
mod variations;

pub use canaries::{Canaries, Told, canary, plain_canary};
pub use canned::{Canned, client_answered_by};
pub use clients::{TestService, see};
pub use decoders::{Decoded, decode};
pub use document::{Document, Example, answer, without_nulls};
pub use id::Id;
pub use otc_vbs_testing::{
    Authority, Certificate, Counted, Fault, Faulty, Log, MockTransport, Reply, Script, Socket, TlsServer,
    TraceRecorder, json, status, status_with,
};
pub use prism::{prism, refusal_by_prism};
pub use variations::Variation;

/// The project of the tests.
pub const PROJECT: &str = "4229d7a45436489f8c3dc2b1d35d4987";
/// The policy of the tests.
pub const POLICY: Id = Id("af8a20b0-117d-4fc3-ae53-aa3968a4f870");
/// The backup of the tests.
pub const BACKUP: Id = Id("1d1139d8-8989-49d3-8aa1-83eb691e6db2");
/// The job of the tests.
pub const JOB: Id = Id("4010b39b5281d3590152874bfa3b1604");
/// The disk of the tests.
pub const DISK: Id = Id("c68ae7fb-0aa5-4a97-ab01-ed02c5b7e768");
/// The snapshot of the tests.
pub const SNAPSHOT: Id = Id("2bb856e1-b3d8-4432-a858-09e4ce939389");
/// The share of the tests.
pub const SHARE: Id = Id("8332443e-9866-41d8-8a58-a898cf5db030");
/// The token of the tests. No snapshot may show it.
pub const TOKEN: &str = "the-token-of-the-tests";

/// Checks that the snapshots of a directory are those of `names`, so that none outlives what it pins.
pub fn assert_snapshots(directory: &str, names: impl IntoIterator<Item = String>) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let found: BTreeSet<String> = std::fs::read_dir(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".snap").map(str::to_owned))
        .collect();
    let expected: BTreeSet<String> = names.into_iter().collect();
    let left_over: Vec<_> = found.difference(&expected).collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    assert!(
        left_over.is_empty() && missing.is_empty(),
        "{directory}: no test pins {left_over:?}, delete them; there is no snapshot {missing:?}, run the tests with \
         INSTA_UPDATE=always and review it"
    );
}
