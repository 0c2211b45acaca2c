//! The sandbox as a client meets it: over a socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod admin;
mod arrivals;
mod associations;
mod backups;
mod block_storage;
mod caller;
mod clouds;
mod credentials;
mod documentation;
mod faults;
mod garbage;
mod gzip;
mod hosts;
mod identity;
mod jobs;
mod life;
mod named_faults;
mod native_backups;
mod native_lists;
mod paging;
mod policies;
mod policy_changes;
mod policy_tags;
mod projects;
mod refusals;
mod root;
mod secrets;
mod shared_restore;
mod shares;
mod signatures;
mod signer;
mod slow_peers;
mod state;
mod time;
