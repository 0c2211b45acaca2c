//! A sandbox that runs.

pub(crate) mod builder;
mod clouds_yaml;
mod credentials;
pub(crate) mod error;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use otc_vbs_api::values::{BackupId, BackupJobId, DiskId, PolicyId};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use crate::domain::identifiers::Kind;
use crate::domain::numbers::{DiskNumber, JobNumber, PolicyNumber, ProjectNumber};
use crate::faults::Fault;
use crate::http::connection;
use crate::http::server;
use crate::identity::accounts::{Holder, Role};
use crate::identity::tokens::{Grant, Methods, Scope};
use crate::sandbox::builder::SandboxBuilder;
use crate::sandbox::error::{Error, Result};
use crate::state::AppState;
use crate::state::catch_up::keep_up;
use crate::state::request_log::ReceivedRequest;
use crate::state::state_file::{Saver, StateFile};

/// A policy has no more numbers for jobs that arrive at once.
const MOST_ARRIVING: u64 = 1_000_000;
/// The time limit for requests in progress when the sandbox shuts down.
const GRACE: Duration = Duration::from_secs(5);

/// A project of a sandbox: see [`Sandbox::projects`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SandboxProject {
    /// The id.
    pub id: String,
    /// The name, which begins with the region.
    pub name: String,
    /// The region whose endpoints the catalog of a token for this project lists.
    pub region: &'static str,
    /// Whether the users have read-only access.
    pub is_read_only: bool,
}

/// A VBS and its identity service, listening until it is shut down or dropped.
#[must_use = "a sandbox stops when it is dropped"]
pub struct Sandbox {
    pub(crate) app: Arc<AppState>,
    token: String,
    /// The server stops when this is dropped.
    stop: watch::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
    /// Saves the state, if there is a state file.
    saver: Option<JoinHandle<()>>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sandbox = f.debug_struct("Sandbox");
        sandbox.field("endpoint", &self.app.address.as_str());
        sandbox.finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Returns a builder with the settings of a sandbox.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    async fn serve(
        app: AppState,
        listener: TcpListener,
        file: Option<StateFile>,
        stop: watch::Sender<()>,
    ) -> Result<Self> {
        let app = Arc::new(app);
        let saver = match (file, &app.saver) {
            (Some(file), Some(saver)) => {
                // Reports now that the file can't be written, instead of losing the first change.
                file.save_first(&app.vbs_at_now())?;
                let (saver, vbs) = (Arc::downgrade(saver), Arc::downgrade(&app.vbs));
                Some(tokio::spawn(Saver::run(saver, vbs, Arc::new(file))))
            }
            _ => None,
        };
        if app.clock.is_running() {
            tokio::spawn(keep_up(Arc::downgrade(&app)));
        }
        let mut stopped = app.stopped.clone();
        let router = server::router(Arc::clone(&app));
        let server = connection::serve(listener, router, async move {
            // Nothing is ever sent: this waits until the sender is dropped.
            let _ = stopped.changed().await;
        });
        let methods = Methods::PASSWORD;
        let grant = Grant::new(Holder::User, Scope::Project(ProjectNumber::OWN), methods, app.token_now());
        Ok(Self { token: app.tokens.issue(&grant), app, stop, server: tokio::spawn(server), saver })
    }

    /// The address of the service, without a version. Operations are under `v2/{project_id}/…`.
    pub fn endpoint(&self) -> Url {
        self.app.address.clone()
    }

    /// The address of the identity service, including the version. `POST auth/tokens` under it returns
    /// tokens.
    pub fn identity_endpoint(&self) -> Url {
        let mut address = self.endpoint();
        address.set_path("v3");
        address
    }

    /// The id of the users' first project.
    pub fn project_id(&self) -> &str {
        &self.app.accounts.own.projects[0].id
    }

    /// The name of the users' first project.
    pub fn project(&self) -> &str {
        &self.app.accounts.own.projects[0].name
    }

    /// The id of the users' second project, which has its own data. The methods that list or change
    /// data, such as [`policy_ids`](Self::policy_ids) and [`trigger`](Self::trigger), use the first project.
    pub fn second_project_id(&self) -> &str {
        &self.app.accounts.own.projects[1].id
    }

    /// The name of the users' second project.
    pub fn second_project(&self) -> &str {
        &self.app.accounts.own.projects[1].name
    }

    /// The projects in which the users have rights: see [`SandboxBuilder::projects`].
    pub fn projects(&self) -> impl Iterator<Item = SandboxProject> {
        self.app.accounts.own.projects.iter().map(|project| SandboxProject {
            id: project.id.clone(),
            name: project.name.clone(),
            region: project.region,
            is_read_only: project.role == Role::Reader,
        })
    }

    /// A token for the users' first project, for the header `X-Auth-Token`. It depends only on the seed and
    /// the [clock for tokens](SandboxBuilder::real_time_tokens).
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Expires all tokens issued so far, including [`token`](Self::token): requests with them result in 401
    /// with the code `AutoBackup.0003`.
    pub fn expire_tokens(&self) {
        self.app.tokens.expire_all();
    }

    /// Revokes all tokens issued so far, including [`token`](Self::token): the API gateway rejects requests
    /// with them, with 401 and the code `APIGW.0301`.
    pub fn revoke_tokens(&self) {
        self.app.tokens.revoke_all();
    }

    /// Injects a fault into the next requests. Faults are injected in the order in which they were added.
    pub fn fault(&self, fault: Fault) {
        self.app.faults.add(fault);
    }

    /// The requests so far, in order of arrival, regardless of their outcome. Empty unless they are recorded:
    /// see [`record_requests`](SandboxBuilder::record_requests).
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.app.requests.read()
    }

    /// The seed from which all data is generated, or the seed in the state file if there was one.
    pub fn seed(&self) -> u64 {
        self.app.vbs_at_now().seed.0
    }

    /// The time in the sandbox.
    pub fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// Moves the clock forward, and applies the events that are due until then, in time order. Policies that
    /// are on run by their schedules, backup jobs start and end, and backups are created, or deleted if their
    /// policy no longer keeps them.
    ///
    /// Blocks until all events are applied. Meanwhile, the sandbox serves requests only if its runtime has
    /// another thread.
    ///
    /// # Errors
    ///
    /// [`Error::Advance`] if the jump is longer than 3,660 days (10 years), or if the new time can't be
    /// represented.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use otc_vbs_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder().start().await?;
    /// let before = sandbox.job_count();
    /// sandbox.advance(Duration::from_secs(24 * 60 * 60))?;
    /// assert!(sandbox.job_count() > before, "a policy ran in the night");
    /// # Ok(())
    /// # }
    /// ```
    #[expect(
        clippy::expect_used,
        reason = "only a sandbox that is stopping does not catch up, and `stop` takes the sandbox"
    )]
    pub fn advance(&self, by: Duration) -> Result<()> {
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        let until = self.app.clock.advance(by)?;
        self.app.catch_up(until).expect("the sandbox is not stopping");
        Ok(())
    }

    /// The ids of the backup policies of the users' first project, in the order of the list.
    pub fn policy_ids(&self) -> impl ExactSizeIterator<Item = PolicyId> + use<> {
        let vbs = self.app.vbs_at_now();
        let policies = vbs.policies(ProjectNumber::OWN);
        let ids = policies.map(|policy| self.app.policy_id(policy.number));
        let ids: Vec<PolicyId> = ids.map(own_id).collect();
        ids.into_iter()
    }

    /// The ids of disks of the users' first project that are not in a policy.
    pub fn free_disk_ids(&self) -> impl ExactSizeIterator<Item = DiskId> + use<> {
        let vbs = self.app.vbs_at_now();
        let disks = vbs.project(ProjectNumber::OWN).into_iter();
        let free = disks.flat_map(|project| project.free_disks());
        let ids = free.map(|disk| self.app.identifiers.hyphenated(Kind::Disk, disk));
        let ids: Vec<DiskId> = ids.map(own_id).collect();
        ids.into_iter()
    }

    /// The ids of the backups of the users' first project, in no particular order.
    pub fn backup_ids(&self) -> impl ExactSizeIterator<Item = BackupId> + use<> {
        let vbs = self.app.vbs_at_now();
        let backups = vbs.project(ProjectNumber::OWN).into_iter();
        let numbers = backups.flat_map(|project| project.backups.iter().map(|backup| backup.number));
        let ids = numbers.map(|number| self.app.identifiers.hyphenated(Kind::Backup, number));
        let ids: Vec<BackupId> = ids.map(own_id).collect();
        ids.into_iter()
    }

    /// The number of backup jobs that the policies of the users' first project have triggered, including
    /// those that are too old to be listed.
    pub fn job_count(&self) -> u64 {
        let vbs = self.app.vbs_at_now();
        let policies = vbs.policies(ProjectNumber::OWN);
        policies.map(|policy| u64::from(policy.job_count)).sum()
    }

    /// Runs a policy: one backup job for each of its disks arrives at the front of the policy's list. Returns
    /// their ids, newest first.
    pub fn trigger(&self, policy: &PolicyId) -> Result<Vec<BackupJobId>> {
        self.arrive_at(policy, None)
    }

    /// Adds at most 1,000,000 backup jobs at the front of a policy's list, for its disks in turn. The jobs
    /// wait until the clock advances. Returns their ids, newest first.
    pub fn arrive(&self, policy: &PolicyId, jobs: u64) -> Result<Vec<BackupJobId>> {
        self.arrive_at(policy, Some(jobs))
    }

    fn arrive_at(&self, id: &PolicyId, jobs: Option<u64>) -> Result<Vec<BackupJobId>> {
        let unknown = || Error::UnknownPolicy(id.to_string());
        let number = self.app.policy_number(ProjectNumber::OWN, id.as_str());
        let number: PolicyNumber = number.ok_or_else(unknown)?;
        let mut vbs = self.app.vbs_at_now();
        let policy = vbs.policy(number).ok_or_else(unknown)?;
        let (disks, triggered) = (policy.disks.clone(), u64::from(policy.job_count));
        let jobs = jobs.unwrap_or(disks.len() as u64);
        if disks.is_empty() && jobs > 0 {
            return Err(Error::JobsWithoutDisk);
        }
        if jobs > MOST_ARRIVING {
            return Err(Error::TooMany {
                what: "jobs that arrive at once",
                asked: jobs,
                most: MOST_ARRIVING,
            });
        }
        let disks: Vec<DiskNumber> = disks.into_iter().cycle().take(jobs as usize).collect();
        let arrived = vbs.trigger(number, &disks).map_err(|_| Error::TooMany {
            what: "jobs of a policy",
            asked: triggered.saturating_add(jobs),
            most: u32::MAX.into(),
        })?;
        let newest_first = arrived.into_iter().rev();
        newest_first.map(|job| self.backup_job_id(job)).collect()
    }

    fn backup_job_id(&self, job: JobNumber) -> Result<BackupJobId> {
        let id = self.app.identifiers.hyphenated(Kind::BackupJob, job.into());
        BackupJobId::try_from(id).map_err(|error| Error::Data(Box::new(error)))
    }

    /// Stops listening, waits until the requests in progress have ended, and returns. Dropping a sandbox
    /// stops it too, but does not wait.
    pub async fn shutdown(self) -> Result<()> {
        let Self { stop, server, app, saver, .. } = self;
        drop(stop);
        let abort = server.abort_handle();
        let ended = match tokio::time::timeout(GRACE, server).await {
            Ok(Ok(ended)) => ended.map_err(Error::Server),
            Ok(Err(ended)) => Err(Error::Server(std::io::Error::other(ended))),
            Err(_) => {
                abort.abort();
                Err(Error::StillBusy { seconds: GRACE.as_secs() })
            }
        };
        if let (Some(saving), Some(saver)) = (saver, &app.saver) {
            saver.save().await.map_err(Error::NotSaved)?;
            saving.abort();
            // From here on, another sandbox can use the file.
            let _ = saving.await;
        }
        ended
    }
}

/// An id that the sandbox made.
#[expect(clippy::expect_used, reason = "the sandbox makes UUIDs, and every UUID is a valid identifier")]
fn own_id<T: TryFrom<String, Error: std::fmt::Debug>>(id: String) -> T {
    id.try_into().expect("a UUID is a valid identifier")
}
