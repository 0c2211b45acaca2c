//! Everything that the sandbox knows and that requests share.

use jiff::Timestamp;
use url::Url;

use crate::builder::CountReading;
use crate::data::identifiers::{Identifiers, Kind};
use crate::data::job_list::JobList;
use crate::data::job_times::JobTimes;
use crate::data::policies::Policy;
use crate::data::seed::Seed;
use crate::data::statuses::Statuses;
use crate::tokens::Tokens;

/// The region that the sandbox says it is.
pub(crate) const REGION: &str = "eu-de";

/// The sandbox's user and project. The names say that they are none of the cloud's.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) user: &'static str,
    pub(crate) user_id: String,
    pub(crate) password: &'static str,
    pub(crate) domain: &'static str,
    pub(crate) domain_id: String,
    pub(crate) project: &'static str,
    pub(crate) project_id: String,
    pub(crate) role: &'static str,
    pub(crate) role_id: String,
}

impl Account {
    pub(crate) fn new(identifiers: &Identifiers) -> Self {
        Self {
            user: "sandbox-user",
            user_id: identifiers.plain(Kind::User, 0),
            password: "sandbox-password",
            domain: "sandbox-domain",
            domain_id: identifiers.plain(Kind::Domain, 0),
            project: "eu-de_sandbox",
            project_id: identifiers.plain(Kind::Project, 0),
            role: "sandbox-role",
            role_id: identifiers.plain(Kind::Role, 0),
        }
    }
}

/// What the requests of one sandbox share.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: Seed,
    pub(crate) identifiers: Identifiers,
    pub(crate) account: Account,
    pub(crate) tokens: Tokens,
    pub(crate) policies: Vec<Policy>,
    pub(crate) count_reading: CountReading,
    /// What the time is. It stands still.
    pub(crate) now: Timestamp,
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
