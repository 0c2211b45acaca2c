//! Everything that the sandbox knows and that requests share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use url::Url;

use crate::accounts::Accounts;
use crate::admin::RequestCounts;
use crate::builder::CountReading;
use crate::clock::Clock;
use crate::data::identifiers::{Identifiers, Kind};
use crate::fault::Faults;
use crate::request_log::RequestLog;
use crate::service::Service;
use crate::service::numbers::{PolicyNumber, ProjectNumber};
use crate::signature_clock::SignatureClock;
use crate::state_file::Saver;
use crate::tokens::Tokens;

/// What the requests of one sandbox share.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) identifiers: Identifiers,
    pub(crate) accounts: Accounts,
    pub(crate) tokens: Tokens,
    pub(crate) service: Mutex<Service>,
    pub(crate) clock: Clock,
    /// Saves the state, where it is to be saved.
    pub(crate) saver: Option<Saver>,
    pub(crate) count_reading: CountReading,
    /// What the time is when the age of a signature is looked at.
    pub(crate) signature_clock: SignatureClock,
    /// What is to go wrong.
    pub(crate) faults: Faults,
    /// What was asked so far.
    pub(crate) requests: RequestLog,
    /// How many requests there were.
    pub(crate) request_counts: RequestCounts,
    /// Whether other machines may reach the sandbox.
    pub(crate) allow_remote: bool,
    /// The address of the server, for callers that do not say under which address they reached it.
    pub(crate) address: Url,
}

impl World {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The service as it is now.
    pub(crate) fn service(&self) -> MutexGuard<'_, Service> {
        let mut service = self.service.lock().unwrap_or_else(PoisonError::into_inner);
        service.catch_up(self.now());
        service
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
        ProjectNumber::ALL.contains(&number).then_some(number)
    }

    pub(crate) fn policy_id(&self, number: PolicyNumber) -> String {
        self.identifiers.hyphenated(Kind::Policy, number.0.into())
    }
}
