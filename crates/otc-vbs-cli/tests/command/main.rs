//! Runs the binary as its users do, and compares what it says with golden files.
//!
//! The sandbox's data follow from its seed and its clock stands still, so the output is the same on every run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clouds;
mod failures;
mod formats;
mod help;
mod projects;
mod queries;
mod server;
mod state;
mod support;
mod token;
