//! The request line, the headers and the body of each request, as a socket receives them.
//!
//! Each operation is sent with everything that it accepts (`<operationId>-all`) and with only what it requires
//! (`<operationId>-least`), or once if it has only a path. The socket responds with the document's example.
//! `cargo xtask test prism` lets Prism check each request.

#![allow(clippy::unwrap_used, missing_docs)]

mod backup_jobs;
mod backups;
mod jobs;
mod native_backups;
mod policies;
mod prism;
mod shares;
mod success_statuses;

use std::collections::BTreeSet;
use std::path::Path;
use std::pin::Pin;

use otc_vbs::Client;
use otc_vbs_api::OPERATIONS;
use otc_vbs_testing::{Socket, TestService as _};
use otc_vbs_tests::{Document, assert_snapshots, see};

type Call = Pin<Box<dyn Future<Output = otc_vbs::Result<()>>>>;
/// The name of a snapshot (the operation and, after a hyphen, the variant), and its call.
type Case = (&'static str, fn(Client) -> Call);

/// A case of a call.
macro_rules! case {
    ($name:literal, |$vbs:ident| $call:expr) => {
        ($name, |$vbs: otc_vbs::Client| Box::pin(async move { $call.map(drop) }) as crate::Call)
    };
}
/// A case of a stream, whose first item is requested.
macro_rules! stream_case {
    ($name:literal, |$vbs:ident| $stream:expr) => {
        case!($name, |$vbs| { $stream.try_next().await })
    };
}
pub(crate) use {case, stream_case};

/// Sends each case and compares the request with its snapshot.
async fn check(cases: &[Case]) {
    let document = Document::read();
    for (name, call) in cases {
        let socket = Socket::listen().await;
        let answer = document.answer(operation_of(name));
        let client = socket.client();
        let call = async { call(client).await.unwrap_or_else(|error| unreachable!("{name}: {error}")) };
        let seen = see(&socket, &answer, call).await;
        assert_is_of_operation(name, &seen);
        snapshot(name, &seen);
    }
}

fn operation_of(name: &str) -> &str {
    name.split_once('-').map_or(name, |(operation, _)| operation)
}

/// Checks that the request is one of the operation that the snapshot is named after.
fn assert_is_of_operation(name: &str, seen: &str) {
    let operation = OPERATIONS.iter().find(|operation| operation.id == operation_of(name)).unwrap();
    let mut line = seen.split([' ', '?']);
    assert_eq!(line.next(), Some(operation.method), "{name}");
    let path = line.next().unwrap();
    assert_eq!(path.split('/').count(), operation.path.split('/').count(), "{name}");
    for (segment, expected) in path.split('/').zip(operation.path.split('/')) {
        let is_parameter = expected.starts_with('{');
        assert!(is_parameter || segment == expected, "{name}: {path}");
    }
}

fn snapshot(name: &str, seen: &str) {
    insta::with_settings!({ snapshot_path => "../snapshots/requests", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, seen);
    });
}

fn names() -> BTreeSet<&'static str> {
    let cases = [policies::CASES, backups::CASES, native_backups::CASES, shares::CASES, jobs::CASES];
    let names = cases.into_iter().flatten().map(|(name, _)| *name);
    names.chain(backup_jobs::names()).collect()
}

#[test]
fn no_snapshot_is_left_over() {
    assert_snapshots("snapshots/requests", names().into_iter().map(str::to_owned));
}

#[test]
fn each_operation_has_its_snapshots() {
    let document = Document::read();
    let documented: BTreeSet<&str> = document.operations().into_iter().collect();
    let generated = OPERATIONS.iter().map(|operation| operation.id).collect();
    assert_eq!(documented, generated, "run `cargo xtask generate`");
    let names = names();
    for operation in documented {
        let sent_whole_and_bare = [["all", "least"], ["all_filters", "no_filter"]]
            .iter()
            .any(|pair| pair.iter().all(|case| names.contains(format!("{operation}-{case}").as_str())));
        assert!(
            names.contains(operation) || sent_whole_and_bare,
            "no test in tests/requests sends {operation}: add the cases {operation}-all and {operation}-least"
        );
    }
}

#[test]
fn every_parameter_and_member_is_sent() {
    let document = Document::read();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/requests");
    let names = names();
    let mut checked = 0;
    for operation in document.operations() {
        let of_operation = |name: &&&str| operation_of(name) == operation;
        let sent: String = names
            .iter()
            .filter(of_operation)
            .filter_map(|name| std::fs::read_to_string(directory.join(format!("{name}.snap"))).ok())
            .collect();
        for name in document.sendable(operation) {
            let (parameter, header) =
                (format!("{}=", name.replace('~', "%7E")), format!("\n{}: ", name.to_lowercase()));
            let is_sent = sent.contains(&format!("?{parameter}"))
                || sent.contains(&format!("&{parameter}"))
                || sent.contains(&header)
                || sent.contains(&format!("\"{name}\":"));
            assert!(is_sent, "no test in tests/requests sends `{name}` with {operation}");
            checked += 1;
        }
    }
    assert!(checked >= 147, "only {checked} parameters and members were found");
}
