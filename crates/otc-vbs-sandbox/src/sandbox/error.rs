//! What can go wrong with a sandbox.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::faults::InvalidFault;

/// Why a sandbox does not start, or does not do what it was told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address can be reached from other machines, which has to be allowed.
    #[error(
        "the sandbox does not listen on {0}, which other machines can reach: its credentials are public. Choose a \
         loopback address, or allow it with `allow_remote(true)`"
    )]
    NotLoopback(SocketAddr),
    /// The address can't be listened on.
    #[error("the sandbox can't listen on {address}. Choose another port, or port 0 for any that is free")]
    Bind {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// A number of policies, disks or jobs that the sandbox can't hold.
    #[error("the sandbox holds at most {most} {what}, not {asked}. Ask for fewer")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The number that was asked for.
        asked: u64,
        /// The number that it can hold.
        most: u64,
    },
    /// Fewer projects than the sandbox always has.
    #[error("the sandbox has at least 2 projects, not {0}. Ask for 2 to 100")]
    TooFewProjects(u8),
    /// Backup jobs need a policy and a disk that they belong to.
    #[error(
        "the sandbox can't have backup jobs without a policy that holds a disk: ask for at least one of each"
    )]
    JobsWithoutDisk,
    /// A time too close to the first or the last that can be written.
    #[error(
        "the sandbox's clock can't stand at {0}: its jobs would not have times that can be written. Choose one nearer to today"
    )]
    Clock(jiff::Timestamp),
    /// The sandbox has no such policy.
    #[error("the sandbox has no backup policy {0}. `policy_ids()` lists those it has")]
    UnknownPolicy(String),
    /// A fault that can't happen.
    #[error(transparent)]
    Fault(#[from] InvalidFault),
    /// A clouds.yaml that can't be written.
    #[error("the sandbox can't write its credentials into {}. Choose another file, or make its directory", path.display())]
    CloudsYaml {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A clouds.yaml that the sandbox did not write.
    #[error(
        "{} is there already, and no sandbox wrote it, so it stays as it is. Choose another file, or overwrite it with \
         `replace_clouds_yaml`",
        .0.display()
    )]
    ForeignCloudsYaml(PathBuf),
    /// The file of the state can't be read or written.
    #[error("the sandbox can't read or write its state in {}. Check the directory and its permissions", path.display())]
    StateFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The last changes could not be saved.
    #[error("the sandbox could not save its last changes: {0}. The file holds the state before them")]
    NotSaved(String),
    /// Another sandbox uses the file of the state.
    #[error("another sandbox uses {}. Stop that one, or take another file", .0.display())]
    StateInUse(PathBuf),
    /// The file of the state holds something else, or its state can't be.
    #[error(
        "{} holds no state of a sandbox of this version: {problem}. It stays as it is; take another file, or move this one \
         away to begin anew",
        path.display()
    )]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Data that can't be written as the API wants it.
    #[error("the sandbox could not make its data")]
    Data(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server ended by itself.
    #[error("the sandbox's server failed")]
    Server(#[source] std::io::Error),
    /// Connections were still open some time after the sandbox was told to stop.
    #[error(
        "the sandbox takes no more connections, but {seconds} seconds after it was told to stop some are still busy"
    )]
    StillBusy {
        /// How long it waited.
        seconds: u64,
    },
}

/// What a sandbox answers its owner.
pub type Result<T, E = Error> = std::result::Result<T, E>;
