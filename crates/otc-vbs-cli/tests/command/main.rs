//! Runs the binary as its users do, and compares its output with snapshots.
//!
//! The sandbox's data follow from its seed, and its clock is frozen, so the output is the same in every run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod backup;
mod check;
mod clouds;
mod disks;
mod escapes;
mod export;
mod export_append;
mod export_crash;
mod export_days;
#[cfg(feature = "parquet")]
mod export_parquet;
mod export_verify;
mod failures;
mod formats;
mod from_archive;
mod help;
mod job;
mod migrate;
mod offline;
#[cfg(unix)]
mod operators_day;
mod partial;
mod policy;
mod projects;
mod queries;
mod quota;
mod readme;
mod regions;
mod report;
mod server;
mod share;
mod state;
mod support;
#[cfg(unix)]
mod terminal;
mod token;
mod verbs;
mod watch;
mod whoami;
mod widths;
