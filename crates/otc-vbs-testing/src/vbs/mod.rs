//! Clients of VBS whose requests go to the servers and transports of this crate, and the ids that the tests
//! use.

mod canned;
mod clients;
mod id;

pub use canned::{Canned, client_answered_by};
pub use clients::TestService;
pub use id::Id;

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
