//! What the measured programs and their driver share: the jobs, and the server that sends them.

pub mod jobs;
pub mod server;
