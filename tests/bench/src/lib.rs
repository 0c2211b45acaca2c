//! What the measured programs and their driver share: the jobs, the server that sends them, and the ways to decode them.

pub mod decode;
pub mod jobs;
pub mod peers;
pub mod server;
