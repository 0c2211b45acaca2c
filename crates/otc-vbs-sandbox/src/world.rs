//! Everything that the sandbox knows and that requests share.

use jiff::Timestamp;
use url::Url;

use crate::accounts::Accounts;
use crate::builder::CountReading;
use crate::data::identifiers::{Identifiers, Kind};
use crate::data::job_list::JobList;
use crate::data::job_times::JobTimes;
use crate::data::policies::Policy;
use crate::data::seed::Seed;
use crate::data::statuses::Statuses;
use crate::fault::Faults;
use crate::request_log::RequestLog;
use crate::signature_clock::SignatureClock;
use crate::tokens::Tokens;

/// What the requests of one sandbox share.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: Seed,
    pub(crate) identifiers: Identifiers,
    pub(crate) accounts: Accounts,
    pub(crate) tokens: Tokens,
    pub(crate) policies: Vec<Policy>,
    pub(crate) count_reading: CountReading,
    /// What the time is. It stands still.
    pub(crate) now: Timestamp,
    /// What the time is when the age of a signature is looked at.
    pub(crate) signature_clock: SignatureClock,
    /// What is to go wrong.
    pub(crate) faults: Faults,
    /// What was asked so far.
    pub(crate) requests: RequestLog,
    /// The address of the server, for callers that do not say under which address they reached it.
    pub(crate) address: Url,
}

impl World {
    pub(crate) fn policy(&self, id: &str) -> Option<&Policy> {
        let index = self.identifiers.number(Kind::Policy, id)?;
        self.policies.get(usize::try_from(index).ok()?)
    }

    /// The backup jobs that a policy has triggered by now.
    pub(crate) fn jobs(&self, policy: &Policy) -> JobList {
        JobList {
            identifiers: self.identifiers,
            statuses: Statuses {
                seed: self.seed,
                policy: policy.index,
                seeded: policy.seeded,
                arrived: policy.arrived(),
            },
            times: JobTimes {
                seed: self.seed,
                seeded: policy.seeded,
                disks: policy.disks.max(1),
            },
            policies: self.policies.len() as u64,
            now: self.now.as_millisecond(),
        }
    }
}
