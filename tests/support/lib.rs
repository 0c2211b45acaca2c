//! Support for the tests of the document: the OpenAPI document with its examples, their decoders, variations
//! that the service may send, and requests as a socket, or Prism, receives them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Only tests call it; a panic is a failed test.

use std::collections::BTreeSet;

mod decoders;
mod document;
mod prism;
mod see;
mod variations;

pub use decoders::{Decoded, decode};
pub use document::{Document, Example, answer, without_nulls};
pub use prism::{prism, refusal_by_prism};
pub use see::see;
pub use variations::Variation;

/// Checks that the snapshots of a directory are those of `names`, so that no snapshot is left over.
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
