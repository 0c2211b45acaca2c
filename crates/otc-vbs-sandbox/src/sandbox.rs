//! A sandbox that runs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use otc_vbs_api::values::{BackupJobId, PolicyId};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;

use crate::accounts::Holder;
use crate::builder::SandboxBuilder;
use crate::data::identifiers::Kind;
use crate::data::job_times::MOST_ARRIVED;
use crate::data::policies::Policy;
use crate::error::{Error, Result};
use crate::fault::Fault;
use crate::request_log::ReceivedRequest;
use crate::server;
use crate::tokens::{Grant, Methods, Scope};
use crate::world::World;

/// How long requests that are under way may take when the sandbox is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// A VBS and its identity service, listening until it is shut down or dropped.
#[must_use = "a sandbox stops when it is dropped"]
pub struct Sandbox {
    pub(crate) world: Arc<World>,
    token: String,
    /// The server stops when this is dropped.
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sandbox = f.debug_struct("Sandbox");
        sandbox.field("endpoint", &self.world.address.as_str());
        sandbox.finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Says what a sandbox is made of, then starts it.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    pub(crate) fn serve(world: World, listener: TcpListener) -> Self {
        let world = Arc::new(world);
        let (stop, stopped) = oneshot::channel::<()>();
        let router = server::router(Arc::clone(&world));
        let server = axum::serve(listener, router).with_graceful_shutdown(async {
            // The sender is only ever dropped.
            let _ = stopped.await;
        });
        let methods = Methods::PASSWORD;
        let grant = Grant::new(Holder::User, Scope::Project, methods, world.now);
        Self {
            token: world.tokens.issue(&grant),
            world,
            stop,
            server: tokio::spawn(server.into_future()),
        }
    }

    /// The address of the service, without a version: operations are under `v2/{project_id}/…`.
    pub fn endpoint(&self) -> Url {
        self.world.address.clone()
    }

    /// The address of the identity service, version included: tokens are made by `POST auth/tokens` under it.
    pub fn identity_endpoint(&self) -> Url {
        let mut address = self.endpoint();
        address.set_path("v3");
        address
    }

    /// The identifier of the users' only project.
    pub fn project_id(&self) -> &str {
        &self.world.accounts.own.project.id
    }

    /// The name of the users' only project.
    pub fn project(&self) -> &str {
        self.world.accounts.own.project.name
    }

    /// A token for the project, as `X-Auth-Token` takes it. It follows from the seed and the clock.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Lets all tokens that were given out so far expire, [`token`](Self::token) among them: requests with them are
    /// answered with 401 and the code `AutoBackup.0003`.
    pub fn expire_tokens(&self) {
        self.world.tokens.expire_all();
    }

    /// Takes back all tokens that were given out so far, [`token`](Self::token) among them: requests with them are
    /// answered by the API gateway, with 401 and the code `APIGW.0301`.
    pub fn revoke_tokens(&self) {
        self.world.tokens.revoke_all();
    }

    /// Lets something go wrong with the next requests. Faults happen in the order in which they were given.
    pub fn fault(&self, fault: Fault) {
        self.world.faults.add(fault);
    }

    /// The requests so far, in the order in which they came, whatever became of them. Empty unless
    /// [`record_requests`](SandboxBuilder::record_requests) says that they are kept.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.world.requests.read()
    }

    /// What the time is in the sandbox.
    pub fn now(&self) -> Timestamp {
        self.world.now
    }

    /// The identifiers of the backup policies, in the order of the list.
    pub fn policy_ids(&self) -> impl ExactSizeIterator<Item = &PolicyId> {
        self.world.policies.iter().map(|policy| &policy.id)
    }

    /// How many backup jobs there are by now, of all policies.
    pub fn job_count(&self) -> u64 {
        let jobs = |policy: &Policy| policy.seeded + policy.arrived();
        self.world.policies.iter().map(jobs).sum()
    }

    /// Runs a policy: one backup job for each of its disks arrives at the front of the policy's list. Returns their
    /// identifiers, newest first.
    pub fn trigger(&self, policy: &PolicyId) -> Result<Vec<BackupJobId>> {
        let disks = self.policy(policy)?.disks;
        self.arrive(policy, disks)
    }

    /// Lets so many backup jobs arrive at the front of a policy's list, at most 3,599,999 over the life of the sandbox.
    /// They run or wait, and stay so, because the clock stands still. Returns their identifiers, newest first.
    pub fn arrive(&self, policy: &PolicyId, jobs: u64) -> Result<Vec<BackupJobId>> {
        let policy = self.policy(policy)?;
        if policy.disks == 0 && jobs > 0 {
            return Err(Error::JobsWithoutDisk);
        }
        let before = policy.arrive(jobs).ok_or(Error::TooMany {
            what: "jobs that arrive",
            asked: jobs,
            most: MOST_ARRIVED.saturating_sub(policy.arrived()),
        })?;
        let first = policy.seeded + before;
        (first..first + jobs)
            .rev()
            .map(|ordinal| {
                let number = policy.job_number(ordinal).into();
                let id = self.world.identifiers.hyphenated(Kind::BackupJob, number);
                BackupJobId::try_from(id).map_err(|error| Error::Data(Box::new(error)))
            })
            .collect()
    }

    fn policy(&self, id: &PolicyId) -> Result<&Policy> {
        self.world
            .policy(id.as_str())
            .ok_or_else(|| Error::UnknownPolicy(id.to_string()))
    }

    /// Stops listening, lets requests that are under way end, and returns when all have. Dropping a sandbox stops it
    /// too, but does not wait.
    pub async fn shutdown(self) -> Result<()> {
        let Self { stop, server, .. } = self;
        drop(stop);
        let abort = server.abort_handle();
        match tokio::time::timeout(GRACE, server).await {
            Ok(Ok(ended)) => ended.map_err(Error::Server),
            Ok(Err(ended)) => Err(Error::Server(std::io::Error::other(ended))),
            Err(_) => {
                abort.abort();
                Err(Error::StillBusy {
                    seconds: GRACE.as_secs(),
                })
            }
        }
    }
}
