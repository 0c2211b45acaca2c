//! The settings of a sandbox.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

use super::Sandbox;
use super::error::{Error, Result};
use crate::domain::identifiers::Identifiers;
use crate::domain::limits::{CountReading, MOST_DAYS, MOST_DISKS, MOST_POLICIES, MOST_PROJECTS};
use crate::domain::seed::Seed;
use crate::domain::{Sizes, TooManyJobs, Vbs};
use crate::faults::{Fault, Faults};
use crate::identity::accounts::Accounts;
use crate::identity::tokens::Tokens;
use crate::state::AppState;
use crate::state::clock::Clock;
use crate::state::request_counts::RequestCounts;
use crate::state::request_log::RequestLog;
use crate::state::signature_clock::SignatureClock;
use crate::state::state_file::StateFile;

/// The settings of a sandbox. Created by [`Sandbox::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct SandboxBuilder {
    seed: u64,
    projects: u8,
    policies: u64,
    disks: Option<u64>,
    jobs: Option<u64>,
    days: u16,
    clock: Timestamp,
    clock_rate: u32,
    real_time_tokens: bool,
    signature_clock: SignatureClock,
    count_reading: CountReading,
    address: SocketAddr,
    allow_remote: bool,
    gzip: bool,
    state: Option<PathBuf>,
    record_requests: bool,
    faults: Vec<Fault>,
    fault_rate: f64,
}

/// 2026-01-15T06:00:00Z
const DEFAULT_CLOCK: Timestamp = Timestamp::constant(1_768_456_800, 0);
/// Leaves room for the times of jobs and tokens.
const CLOCK_MARGIN: SignedDuration = SignedDuration::from_hours(24 * 366 * 2);

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            seed: 0,
            projects: 2,
            policies: 3,
            disks: None,
            jobs: None,
            days: 30,
            clock: DEFAULT_CLOCK,
            clock_rate: 0,
            real_time_tokens: false,
            signature_clock: SignatureClock::default(),
            count_reading: CountReading::default(),
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            allow_remote: false,
            gzip: false,
            state: None,
            record_requests: false,
            faults: Vec::new(),
            fault_rate: 0.0,
        }
    }
}

impl SandboxBuilder {
    /// The seed from which all data is generated: sandboxes with the same seed and sizes have the same data.
    /// Defaults to 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The number of projects in which the users have rights: 2 to 100. Defaults to 2. Each has its own
    /// policies, backups and jobs. The first two are in the region `eu-de`; the others alternate between
    /// `eu-nl` and `eu-de`. In every fifth project, the users have read-only access.
    pub fn projects(mut self, projects: u8) -> Self {
        self.projects = projects;
        self
    }

    /// The number of backup policies in each project: at most 10,000. Defaults to 3.
    pub fn policies(mut self, policies: u64) -> Self {
        self.policies = policies;
        self
    }

    /// The number of disks in the policies of a project: at most 1,000,000. Defaults to 7, or more if the
    /// [`jobs`](Self::jobs) need them. The policies get disks in turn, so with fewer disks than policies, the
    /// last policies have no disks and no jobs.
    pub fn disks(mut self, disks: u64) -> Self {
        self.disks = Some(disks);
        self
    }

    /// The total number of backup jobs that the policies of a project have triggered. By default, it follows
    /// from the schedules: one job for each disk whenever a policy was due.
    ///
    /// If it is set, each policy has a share of the jobs in proportion to its schedule, and only its newest
    /// jobs. One disk of `nightly`, the policy that runs most often, has 90 jobs in 30 days, so a million
    /// jobs need many [`disks`](Self::disks); if that number is set and too small, [`start`](Self::start)
    /// fails. The jobs are computed when requested, so they use no memory.
    pub fn jobs(mut self, jobs: u64) -> Self {
        self.jobs = Some(jobs);
        self
    }

    /// The age of the oldest of those backup jobs: 1 to 365 days. Defaults to 30. The service lists only jobs
    /// of the last 30 days.
    pub fn days(mut self, days: u16) -> Self {
        self.days = days;
        self
    }

    /// The time at which the clock of the sandbox starts, to the millisecond. Defaults to
    /// 2026-01-15T06:00:00Z.
    ///
    /// All data depends on this clock. Signatures do not: see [`signature_clock`](Self::signature_clock).
    /// Tokens do unless [`real_time_tokens`](Self::real_time_tokens) applies.
    pub fn clock(mut self, now: Timestamp) -> Self {
        self.clock = now;
        self
    }

    /// The speed of the clock of the sandbox relative to real time. Defaults to 0: the clock is frozen until
    /// it is [advanced](Sandbox::advance).
    ///
    /// If the clock is faster than the sandbox can apply events, requests see an earlier state of the
    /// service.
    pub fn clock_rate(mut self, rate: u32) -> Self {
        self.clock_rate = rate;
        self
    }

    /// Makes tokens expire 24 hours of real time after they were issued, even if the clock is frozen. If the
    /// clock runs, they always do.
    ///
    /// Most clients compare `expires_at` with the real time, and sign in before every request if a token has
    /// expired. Otherwise tokens expire by the clock of the sandbox, so that a test can expire them with
    /// [`Sandbox::advance`]. [`Sandbox::expire_tokens`] works in both cases.
    pub fn real_time_tokens(mut self, enable: bool) -> Self {
        self.real_time_tokens = enable;
        self
    }

    /// The clock for checking the age of an access key signature. Defaults to the real time, because clients
    /// sign with the real time, regardless of the clock of the sandbox. The header `Date` of a rejected
    /// request follows this clock.
    pub fn signature_clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.signature_clock = SignatureClock::new(clock);
        self
    }

    /// The meaning of `count` in a page of backup jobs. Defaults to [`CountReading::All`].
    pub fn count_reading(mut self, reading: CountReading) -> Self {
        self.count_reading = reading;
        self
    }

    /// The address to listen on. Defaults to a free port of 127.0.0.1.
    pub fn bind(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Allows an address that other machines can reach. The sandbox's credentials are public, so this is off
    /// by default.
    pub fn allow_remote(mut self, allow: bool) -> Self {
        self.allow_remote = allow;
        self
    }

    /// Compresses responses for clients that accept gzip. Off by default.
    pub fn gzip(mut self, compress: bool) -> Self {
        self.gzip = compress;
        self
    }

    /// Keeps the state in a JSON file. If the file exists, the sandbox continues from it, with the seed and
    /// the sizes in the file, and at the time in the file unless the [clock](Self::clock) is later.
    ///
    /// The response to a request that changes something is sent once the change is in the file. The file is
    /// always complete, even if the sandbox is killed. While a sandbox uses the file, a file with the same
    /// name and the extension `.lock` is locked; while it saves, there is one with the extension `.new`.
    /// Other files with these names are rejected, and so are links, directories, devices and pipes.
    pub fn state(mut self, file: impl Into<PathBuf>) -> Self {
        self.state = Some(file.into());
        self
    }

    /// Records the requests for [`requests`](Sandbox::requests), which uses memory for each. Off by default.
    pub fn record_requests(mut self, record: bool) -> Self {
        self.record_requests = record;
        self
    }

    /// Injects a fault from the start, as [`Sandbox::fault`] does later.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// The share of all requests into which a fault is injected, from 0 to 1. Defaults to 0. Which faults hit
    /// which requests depends on the seed and the order of the requests. Short for the
    /// [fault](Fault) `any; rate=…`.
    pub fn fault_rate(mut self, rate: f64) -> Self {
        self.fault_rate = rate;
        self
    }

    /// Starts the sandbox on the current Tokio runtime, which must have I/O and time enabled.
    pub async fn start(self) -> Result<Sandbox> {
        if !self.address.ip().is_loopback() && !self.allow_remote {
            return Err(Error::NotLoopback(self.address));
        }
        let file = self.state.as_deref().map(StateFile::open).transpose()?;
        let loaded = match &file {
            Some(file) => file.load()?,
            None => None,
        };
        let vbs = match loaded {
            Some(vbs) => vbs,
            None => self.seeded()?,
        };
        let seed = vbs.seed;
        let faults = self.all_faults(seed)?;
        let identifiers = Identifiers::new(seed);

        let cannot_bind = |source| Error::Bind { address: self.address, source };
        let listener = TcpListener::bind(self.address).await.map_err(cannot_bind)?;
        let address = listener.local_addr().map_err(cannot_bind)?;
        let (stop, stopped) = watch::channel(());
        let app = AppState {
            accounts: Accounts::new(&identifiers, vbs.own_projects()),
            identifiers,
            tokens: Tokens::new(seed),
            count_reading: self.count_reading,
            // With a state file, time never goes back.
            clock: Clock::new(vbs.now.max(self.start_of_clock()?), self.clock_rate),
            real_time_tokens: self.real_time_tokens || self.clock_rate > 0,
            stopped,
            vbs: Arc::new(Mutex::new(vbs)),
            saver: file.is_some().then(Arc::default),
            signature_clock: self.signature_clock,
            requests: RequestLog::new(self.record_requests),
            faults,
            request_counts: RequestCounts::default(),
            allow_remote: self.allow_remote,
            gzip: self.gzip,
            address: url_of(address).map_err(|error| cannot_bind(std::io::Error::other(error)))?,
        };
        Sandbox::serve(app, listener, file, stop).await
    }

    fn seeded(&self) -> Result<Vbs> {
        let vbs = Vbs::seeded(Seed(self.seed), self.start_of_clock()?, self.sizes()?);
        vbs.map_err(|TooManyJobs { disks, most }| Error::TooManyJobs {
            asked: self.jobs.unwrap_or(most),
            most,
            disks,
            days: self.days,
        })
    }

    fn all_faults(&self, seed: Seed) -> Result<Faults> {
        let faults = Faults::new(seed);
        for fault in &self.faults {
            faults.add(fault.clone());
        }
        if self.fault_rate != 0.0 {
            faults.add(format!("any; rate={}", self.fault_rate).parse()?);
        }
        Ok(faults)
    }

    fn start_of_clock(&self) -> Result<Timestamp> {
        let now = Timestamp::from_millisecond(self.clock.as_millisecond());
        now.and_then(|now| {
            now.checked_sub(CLOCK_MARGIN)?;
            now.checked_add(CLOCK_MARGIN)?;
            Ok(now)
        })
        .map_err(|_| Error::Clock(self.clock))
    }

    fn sizes(&self) -> Result<Sizes> {
        if self.projects < 2 {
            return Err(Error::TooFewProjects(self.projects));
        }
        at_most("projects", self.projects.into(), MOST_PROJECTS.into())?;
        at_most("policies", self.policies, MOST_POLICIES)?;
        at_most("disks", self.disks.unwrap_or(0), MOST_DISKS)?;
        let has_disk = self.policies > 0 && self.disks != Some(0);
        if !has_disk && self.jobs.is_some_and(|jobs| jobs > 0) {
            return Err(Error::JobsWithoutDisk);
        }
        at_most("days of backup jobs", self.days.into(), MOST_DAYS.into())?;
        Ok(Sizes {
            projects: self.projects,
            policies: self.policies,
            disks: self.disks,
            jobs: self.jobs,
            days: self.days.max(1),
        })
    }
}

fn at_most(what: &'static str, asked: u64, most: u64) -> Result<()> {
    if asked > most {
        return Err(Error::TooMany { what, asked, most });
    }
    Ok(())
}

/// The address as a URL that this machine can reach. An unspecified address becomes loopback.
fn url_of(address: SocketAddr) -> Result<Url, url::ParseError> {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}/", SocketAddr::new(ip, address.port())).parse()
}
