//! The errors of a sandbox.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::faults::InvalidFault;
use crate::state::clock::AdvanceError;
use crate::state::state_file::StateFileError;

/// The error of a sandbox that did not start, or of an operation that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Other machines can reach the address, which must be allowed.
    #[error(
        "the sandbox does not listen on {0}, which other machines can reach: its credentials are public. Choose a \
         loopback address, or allow it with `allow_remote(true)`"
    )]
    NotLoopback(SocketAddr),
    /// The sandbox can't listen on the address.
    #[error("the sandbox can't listen on {address}. Choose another port, or port 0 for any that is free")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The error of the system.
        source: std::io::Error,
    },
    /// More policies, disks or jobs than the sandbox can hold.
    #[error("the sandbox holds at most {most} {what}, not {asked}. Ask for fewer")]
    TooMany {
        /// The kind of object.
        what: &'static str,
        /// The requested number.
        asked: u64,
        /// The maximum.
        most: u64,
    },
    /// Fewer projects than the minimum.
    #[error("the sandbox has at least 2 projects, not {0}. Ask for 2 to 100")]
    TooFewProjects(u8),
    /// More backup jobs than the schedules of the policies can have triggered.
    #[error(
        "{disks} disks have at most {most} backup jobs in {days} days, by the schedules of the policies, not {asked}. Ask \
         for fewer jobs, more disks or more days"
    )]
    TooManyJobs {
        /// The requested number of jobs.
        asked: u64,
        /// The maximum for the disks.
        most: u64,
        /// The number of disks in the policies.
        disks: u64,
        /// The age of the oldest jobs, in days.
        days: u16,
    },
    /// Backup jobs need at least one policy and one disk.
    #[error(
        "the sandbox can't have backup jobs without a policy that has a disk: ask for at least one of each"
    )]
    JobsWithoutDisk,
    /// A time too close to the first or last one that can be represented.
    #[error(
        "the sandbox's clock can't start at {0}: the times of its jobs would be out of range. Choose a time closer to today"
    )]
    Clock(jiff::Timestamp),
    /// A jump of the clock that is too long.
    #[error("{0}")]
    Advance(String),
    /// The sandbox has no such policy.
    #[error("the sandbox has no backup policy {0}. `policy_ids()` lists those it has")]
    UnknownPolicy(String),
    /// An invalid fault.
    #[error(transparent)]
    Fault(#[from] InvalidFault),
    /// A clouds.yaml that can't be written.
    #[error("the sandbox can't write its credentials into {}. Choose another file, or make its directory", path.display())]
    CloudsYaml {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// A clouds.yaml that the sandbox did not write.
    #[error(
        "{} exists and was not written by a sandbox, so it was not changed. Choose another file, or overwrite it with `replace_clouds_yaml`",
        .0.display()
    )]
    ForeignCloudsYaml(PathBuf),
    /// The state file can't be read or written.
    #[error("the sandbox can't read or write its state in {}. Check the directory and its permissions", path.display())]
    StateFile {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// A file that the sandbox needs next to the state file was not written by a sandbox.
    #[error(
        "{} was not written by a sandbox, so it was not changed. Choose another state file: the sandbox needs this name next to it",
        .0.display()
    )]
    ForeignFile(PathBuf),
    /// The state file, or a file next to it, is a link, a directory or a device.
    #[error("{} is not a regular file. Choose another state file; the sandbox follows no links", .0.display())]
    NotRegularFile(PathBuf),
    /// The last changes could not be saved.
    #[error("the sandbox could not save its last changes: {0}. The file has the previous state")]
    NotSaved(String),
    /// Another sandbox uses the state file.
    #[error("another sandbox uses {}. Stop that one, or choose another file", .0.display())]
    StateInUse(PathBuf),
    /// The state file is not one, or contains an invalid state.
    #[error(
        "{} is not the state of a sandbox of this version: {problem}. It was not changed. Choose another file, or move this one to start again",
        path.display()
    )]
    State {
        /// The file.
        path: PathBuf,
        /// The problem.
        problem: String,
    },
    /// Data that can't be serialized as the API requires.
    #[error("the sandbox could not create its data")]
    Data(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server stopped unexpectedly.
    #[error("the sandbox's server failed")]
    Server(#[source] std::io::Error),
    /// Connections were still open after the time limit for shutting down.
    #[error(
        "the sandbox accepts no more connections, but some are still open {seconds} seconds after it was told to stop"
    )]
    StillBusy {
        /// The time that it waited.
        seconds: u64,
    },
}

impl From<AdvanceError> for Error {
    fn from(error: AdvanceError) -> Self {
        Self::Advance(error.to_string())
    }
}

impl From<StateFileError> for Error {
    fn from(error: StateFileError) -> Self {
        match error {
            StateFileError::Io { path, source } => Self::StateFile { path, source },
            StateFileError::Foreign(path) => Self::ForeignFile(path),
            StateFileError::NotRegular(path) => Self::NotRegularFile(path),
            StateFileError::InUse(path) => Self::StateInUse(path),
            StateFileError::Invalid { path, problem } => Self::State { path, problem },
        }
    }
}

/// The result of an operation of a sandbox.
pub type Result<T, E = Error> = std::result::Result<T, E>;
