//! What the snapshot tests share: a socket that keeps what it saw, a transport that answers from memory, and the
//! examples of the OpenAPI document.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Only tests call it; a panic is a failed test.

mod canned;
mod document;
mod socket;

pub use canned::{Canned, client_answered_by, json};
pub use document::{Document, Example};
pub use socket::Socket;

/// The project of the tests.
pub const PROJECT: &str = "4229d7a45436489f8c3dc2b1d35d4987";
/// The policy of the tests.
pub const POLICY: &str = "af8a20b0-117d-4fc3-ae53-aa3968a4f870";
/// The token of the tests. No snapshot may show it.
pub const TOKEN: &str = "the-token-of-the-tests";

/// Checks that the snapshots of a directory are those of `names`, so that none outlives what it pins.
pub fn assert_snapshots(directory: &str, names: impl IntoIterator<Item = String>) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut found: Vec<String> = std::fs::read_dir(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".snap").map(str::to_owned))
        .collect();
    let mut expected: Vec<String> = names.into_iter().collect();
    found.sort();
    expected.sort();
    assert_eq!(
        found, expected,
        "the snapshots in {directory}, left, are not what the tests pin, right"
    );
}
