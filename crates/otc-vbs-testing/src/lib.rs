//! Support for the tests of the other crates: a scripted transport, servers that misbehave, TLS servers, recorders of
//! requests, logs and traces, and the search for secrets in them. Only the feature `vbs`, with clients of VBS, knows VBS.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Only tests call it; a panic is a failed test.

mod canaries;
mod counted;
mod faulty;
mod log;
mod script;
mod socket;
mod tls;
mod trace;
#[cfg(feature = "vbs")]
mod vbs;

pub use canaries::{Canaries, CapturedOutput, canary, plain_canary};
pub use counted::{Counted, Counting};
pub use faulty::{Fault, Faulty};
pub use log::Log;
pub use otc_http::testing::{MockTransport, RecordedRequest, Reply};
pub use script::{Script, json, ok, status, status_with};
pub use socket::Socket;
pub use tls::{Authority, Certificate, TlsServer};
pub use trace::TraceRecorder;
#[cfg(feature = "vbs")]
pub use vbs::{
    BACKUP, Canned, DISK, Id, JOB, POLICY, PROJECT, SHARE, SNAPSHOT, TOKEN, TestService, client_answered_by,
};
