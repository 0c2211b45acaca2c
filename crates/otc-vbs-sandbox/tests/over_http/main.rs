//! The sandbox as a client meets it: over a socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arrivals;
mod backups;
mod block_storage;
mod caller;
mod clouds;
mod credentials;
mod faults;
mod identity;
mod jobs;
mod life;
mod native_backups;
mod native_lists;
mod paging;
mod policies;
mod refusals;
mod secrets;
mod signatures;
mod signer;
