//! Pages that are changed, broken, moved, or of another service, and what the reader says of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod disks;
mod markup;
mod report;
mod services;
mod unreadable;
mod wording;
