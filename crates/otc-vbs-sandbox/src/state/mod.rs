//! The state that the requests of a sandbox share.

pub(crate) mod catch_up;
pub(crate) mod clock;
pub(crate) mod request_counts;
pub(crate) mod request_log;
pub(crate) mod signature_clock;
pub(crate) mod state_file;

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tokio::sync::watch;
use url::Url;

use crate::domain::Vbs;
use crate::domain::identifiers::{Identifiers, Kind};
use crate::domain::limits::CountReading;
use crate::domain::numbers::{PolicyNumber, ProjectNumber};
use crate::faults::Faults;
use crate::identity::accounts::Accounts;
use crate::identity::tokens::Tokens;
use crate::state::clock::{Clock, to_millisecond};
use crate::state::request_counts::RequestCounts;
use crate::state::request_log::RequestLog;
use crate::state::signature_clock::SignatureClock;
use crate::state::state_file::Saver;

/// The state that the requests of one sandbox share.
#[derive(Debug)]
pub(crate) struct AppState {
    pub(crate) identifiers: Identifiers,
    pub(crate) accounts: Accounts,
    pub(crate) tokens: Tokens,
    pub(crate) vbs: Arc<Mutex<Vbs>>,
    pub(crate) clock: Clock,
    /// Whether tokens expire by the real time instead of the clock of the sandbox.
    pub(crate) real_time_tokens: bool,
    /// Closed when the sandbox stops.
    pub(crate) stopped: watch::Receiver<()>,
    /// Saves the state, if there is a state file.
    pub(crate) saver: Option<Arc<Saver>>,
    pub(crate) count_reading: CountReading,
    /// The clock for checking the age of a signature.
    pub(crate) signature_clock: SignatureClock,
    /// The faults to inject.
    pub(crate) faults: Faults,
    /// The requests so far.
    pub(crate) requests: RequestLog,
    /// The number of requests so far.
    pub(crate) request_counts: RequestCounts,
    /// Whether responses are compressed for clients that accept gzip.
    pub(crate) gzip: bool,
    /// Whether other machines may reach the sandbox.
    pub(crate) allow_remote: bool,
    /// The address of the server, for callers that do not send the address at which they reached it.
    pub(crate) address: Url,
}

impl AppState {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The clock by which tokens are issued and expire.
    ///
    /// Clients compare `expires_at` with their own clock, so a token that expires by the sandbox's clock
    /// looks expired to them if that clock is behind.
    pub(crate) fn token_now(&self) -> Timestamp {
        match self.real_time_tokens {
            true => to_millisecond(Timestamp::now()),
            false => self.now(),
        }
    }

    /// The number of the policy with this id, if it belongs to this project. The policy may be gone.
    pub(crate) fn policy_number(&self, project: ProjectNumber, id: &str) -> Option<PolicyNumber> {
        let number = self.identifiers.number(Kind::Policy, id)?;
        let number = PolicyNumber(u32::try_from(number).ok()?);
        (number.project() == project).then_some(number)
    }

    pub(crate) fn project_id(&self, number: ProjectNumber) -> String {
        self.identifiers.plain(Kind::Project, number.0.into())
    }

    /// The number of the project with this id.
    pub(crate) fn project_number(&self, id: &str) -> Option<ProjectNumber> {
        let number = self.identifiers.number_of_plain(Kind::Project, id)?;
        let number = ProjectNumber(u8::try_from(number).ok()?);
        self.accounts.project(number).map(|project| project.number)
    }

    /// The region of the project in a path.
    pub(crate) fn region_of(&self, path: &str) -> Option<&'static str> {
        let number = path.split('/').find_map(|segment| self.project_number(segment))?;
        self.accounts.project(number).map(|project| project.region)
    }

    pub(crate) fn policy_id(&self, number: PolicyNumber) -> String {
        self.identifiers.hyphenated(Kind::Policy, number.0.into())
    }
}
