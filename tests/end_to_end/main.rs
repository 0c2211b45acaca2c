//! The client against the sandbox, from the first request to the last: life cycles that span many operations.

#![allow(clippy::unwrap_used, missing_docs)]

mod backups;
mod policies;
mod sixty_days;
