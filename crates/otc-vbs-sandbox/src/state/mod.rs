//! Everything that the sandbox knows and that requests share.

pub(crate) mod clock;
pub(crate) mod request_counts;
pub(crate) mod request_log;
pub(crate) mod signature_clock;
pub(crate) mod state_file;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use url::Url;

use crate::domain::Vbs;
use crate::domain::identifiers::{Identifiers, Kind};
use crate::domain::limits::CountReading;
use crate::domain::numbers::{PolicyNumber, ProjectNumber};
use crate::faults::Faults;
use crate::identity::accounts::Accounts;
use crate::identity::tokens::Tokens;
use crate::state::clock::Clock;
use crate::state::request_counts::RequestCounts;
use crate::state::request_log::RequestLog;
use crate::state::signature_clock::SignatureClock;
use crate::state::state_file::Saver;

/// What the requests of one sandbox share.
#[derive(Debug)]
pub(crate) struct AppState {
    pub(crate) identifiers: Identifiers,
    pub(crate) accounts: Accounts,
    pub(crate) tokens: Tokens,
    pub(crate) vbs: Arc<Mutex<Vbs>>,
    pub(crate) clock: Clock,
    /// Saves the state, if there is a state file.
    pub(crate) saver: Option<Arc<Saver>>,
    pub(crate) count_reading: CountReading,
    /// What the time is when the age of a signature is looked at.
    pub(crate) signature_clock: SignatureClock,
    /// What is to go wrong.
    pub(crate) faults: Faults,
    /// What was asked so far.
    pub(crate) requests: RequestLog,
    /// How many requests there were.
    pub(crate) request_counts: RequestCounts,
    /// Whether responses are compressed for clients that accept gzip.
    pub(crate) gzip: bool,
    /// Whether other machines may reach the sandbox.
    pub(crate) allow_remote: bool,
    /// The address of the server, for callers that do not say under which address they reached it.
    pub(crate) address: Url,
}

impl AppState {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The service as it is now.
    pub(crate) fn vbs_at_now(&self) -> MutexGuard<'_, Vbs> {
        let mut vbs = self.vbs.lock().unwrap_or_else(PoisonError::into_inner);
        vbs.catch_up(self.now());
        vbs
    }

    /// The number of the policy with an identifier, if it is one of this project. The policy may be gone.
    pub(crate) fn policy_number(&self, project: ProjectNumber, id: &str) -> Option<PolicyNumber> {
        let number = self.identifiers.number(Kind::Policy, id)?;
        let number = PolicyNumber(u32::try_from(number).ok()?);
        (number.project() == project).then_some(number)
    }

    pub(crate) fn project_id(&self, number: ProjectNumber) -> String {
        self.identifiers.plain(Kind::Project, number.0.into())
    }

    /// The number of the project with an identifier.
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
