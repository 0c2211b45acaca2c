//! The sandbox as a client meets it: over a socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod admin;
mod arrivals;
mod caller;
mod clouds;
mod credentials;
mod faults;
mod garbage;
mod identity;
mod jobs;
mod life;
mod named_faults;
mod paging;
mod policies;
mod refusals;
mod secrets;
mod shares;
mod signatures;
mod signer;
