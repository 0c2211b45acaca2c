//! What a sandbox is made of.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use jiff::{SignedDuration, Timestamp};
use otc_vbs_api::values::PolicyId;
use tokio::net::TcpListener;
use url::Url;

use crate::accounts::Accounts;
use crate::data::identifiers::{Identifiers, Kind};
use crate::data::job_times::MOST_SEEDED;
use crate::data::policies::Policy;
use crate::data::seed::Seed;
use crate::error::{Error, Result};
use crate::fault::Faults;
use crate::request_log::RequestLog;
use crate::sandbox::Sandbox;
use crate::signature_clock::SignatureClock;
use crate::tokens::Tokens;
use crate::world::World;

/// What the sandbox means by `count`, which the reference leaves open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CountReading {
    /// The number of jobs that match the filters, on whatever page.
    #[default]
    All,
    /// The number of jobs on the page.
    Page,
}

/// Says what a sandbox is made of. Made by [`Sandbox::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct SandboxBuilder {
    seed: u64,
    policies: u64,
    disks: u64,
    jobs: u64,
    clock: Timestamp,
    signature_clock: SignatureClock,
    count_reading: CountReading,
    address: SocketAddr,
    allow_remote: bool,
    record_requests: bool,
}

const MOST_POLICIES: u64 = 10_000;
const MOST_DISKS: u64 = 1_000_000;
/// 2026-01-15T06:00:00Z
const DEFAULT_CLOCK: Timestamp = Timestamp::constant(1_768_456_800, 0);
/// The room that the clock leaves for the times of jobs and tokens.
const CLOCK_MARGIN: SignedDuration = SignedDuration::from_hours(24 * 366);

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            seed: 0,
            policies: 3,
            disks: 7,
            jobs: 48,
            clock: DEFAULT_CLOCK,
            signature_clock: SignatureClock::default(),
            count_reading: CountReading::default(),
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            allow_remote: false,
            record_requests: false,
        }
    }
}

impl SandboxBuilder {
    /// The number from which all data follows: two sandboxes with the same seed and sizes hold the same. 0 by default.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many backup policies there are: at most 10,000, 3 by default.
    pub fn policies(mut self, policies: u64) -> Self {
        self.policies = policies;
        self
    }

    /// How many disks the policies hold: at most 1,000,000, 7 by default. The policies take them in turn, so with fewer
    /// disks than policies, the last policies hold none and have no jobs.
    pub fn disks(mut self, disks: u64) -> Self {
        self.disks = disks;
        self
    }

    /// How many backup jobs the policies have triggered, all taken together: at most 2,000,000,000 for each policy that
    /// holds a disk, 48 by default. They cost neither memory nor time before they are asked for.
    pub fn jobs(mut self, jobs: u64) -> Self {
        self.jobs = jobs;
        self
    }

    /// What the time is in the sandbox, to the millisecond: 2026-01-15T06:00:00Z by default. The clock stands still. All
    /// data and the life of tokens go by it, the age of signatures does not: see
    /// [`signature_clock`](Self::signature_clock).
    pub fn clock(mut self, now: Timestamp) -> Self {
        self.clock = now;
        self
    }

    /// What the time is when the sandbox looks at the age of a signature by access key: the real time by default, because
    /// a client signs with the real time, whatever the clock of the sandbox says. The header `Date` of a refused request
    /// follows this clock.
    pub fn signature_clock(
        mut self,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        self.signature_clock = SignatureClock::new(clock);
        self
    }

    /// What `count` means in a page of backup jobs: [`CountReading::All`] by default.
    pub fn count_reading(mut self, reading: CountReading) -> Self {
        self.count_reading = reading;
        self
    }

    /// The address to listen on: a free port of 127.0.0.1 by default.
    pub fn bind(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Whether the address may be one that other machines can reach. Everybody knows the sandbox's credentials, so this
    /// has to be allowed.
    pub fn allow_remote(mut self, allow: bool) -> Self {
        self.allow_remote = allow;
        self
    }

    /// Whether the requests are kept for [`requests`](Sandbox::requests), which costs memory for each. They are not by
    /// default.
    pub fn record_requests(mut self, record: bool) -> Self {
        self.record_requests = record;
        self
    }

    /// Starts the sandbox on the current Tokio runtime, which must have I/O and time enabled.
    pub async fn start(self) -> Result<Sandbox> {
        if !self.address.ip().is_loopback() && !self.allow_remote {
            return Err(Error::NotLoopback(self.address));
        }
        let seed = Seed(self.seed);
        let identifiers = Identifiers::new(seed);
        let policies = self.seeded_policies(&identifiers)?;
        let now = self.now()?;

        let cannot_bind = |source| Error::Bind {
            address: self.address,
            source,
        };
        let listener = TcpListener::bind(self.address).await.map_err(cannot_bind)?;
        let address = listener.local_addr().map_err(cannot_bind)?;
        let world = World {
            seed,
            accounts: Accounts::new(&identifiers),
            identifiers,
            tokens: Tokens::new(seed),
            policies,
            count_reading: self.count_reading,
            now,
            signature_clock: self.signature_clock,
            faults: Faults::default(),
            requests: RequestLog::new(self.record_requests),
            address: url_of(address).map_err(|error| cannot_bind(std::io::Error::other(error)))?,
        };
        Ok(Sandbox::serve(world, listener))
    }

    fn now(&self) -> Result<Timestamp> {
        let now = Timestamp::from_millisecond(self.clock.as_millisecond());
        now.and_then(|now| {
            now.checked_sub(CLOCK_MARGIN)?;
            now.checked_add(CLOCK_MARGIN)?;
            Ok(now)
        })
        .map_err(|_| Error::Clock(self.clock))
    }

    fn seeded_policies(&self, identifiers: &Identifiers) -> Result<Vec<Policy>> {
        at_most("policies", self.policies, MOST_POLICIES)?;
        at_most("disks", self.disks, MOST_DISKS)?;
        let with_disk = self.policies.min(self.disks);
        if with_disk == 0 && self.jobs > 0 {
            return Err(Error::JobsWithoutDisk);
        }
        at_most("jobs", self.jobs, with_disk * MOST_SEEDED)?;
        (0..self.policies)
            .map(|index| {
                let id = identifiers.hyphenated(Kind::Policy, index);
                let id = PolicyId::try_from(id.as_str())
                    .map_err(|error| Error::Data(Box::new(error)))?;
                let disks = share(self.disks, self.policies, index);
                let jobs = if index < with_disk {
                    share(self.jobs, with_disk, index)
                } else {
                    0
                };
                Ok(Policy::new(index as u32, id, disks, jobs))
            })
            .collect()
    }
}

/// How many of `total` things the one with this index gets, where `among` take them in turn.
fn share(total: u64, among: u64, index: u64) -> u64 {
    total / among + u64::from(index < total % among)
}

fn at_most(what: &'static str, asked: u64, most: u64) -> Result<()> {
    if asked > most {
        return Err(Error::TooMany { what, asked, most });
    }
    Ok(())
}

/// The address as a URL that this machine can reach. An address that stands for all of the machine becomes loopback.
fn url_of(address: SocketAddr) -> Result<Url, url::ParseError> {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}/", SocketAddr::new(ip, address.port())).parse()
}
