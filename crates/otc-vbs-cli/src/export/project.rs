//! What was read of a project.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;
use otc_vbs::types::{BackupPolicy, BackupShare, PolicyId, Quota, Tag};

use super::CONCURRENCY;
use super::read::{BackupsRead, JobsRead, ListRead, PolicyToRead};
use crate::archive::manifest::{self, Kind};
use crate::archive::write::spool::Spool;
use crate::connect::Target;
use crate::exit::Failure;
use crate::policies::{self, Policy};

type Tags = BTreeMap<PolicyId, otc_vbs::Result<Vec<Tag>>>;

/// What was read of a project.
pub(super) struct Read<'a> {
    pub(super) target: &'a Target,
    pub(super) before: Option<&'a manifest::Project>,
    pub(super) listed: ListRead<BackupPolicy>,
    /// The policies whose jobs are read: those that are listed, and those of the archive that may exist if the list is
    /// incomplete.
    pub(super) policies: Vec<Arc<Policy>>,
    pub(super) tags: Tags,
    pub(super) backups: BackupsRead,
    pub(super) shares: ListRead<BackupShare>,
    pub(super) quotas: ListRead<Quota>,
    pub(super) jobs: HashMap<PolicyId, JobsRead>,
}

/// Something that could not be read.
pub(super) struct Unread {
    pub(super) kind: Kind,
    /// The policy whose jobs or tags it is.
    pub(super) policy_id: Option<String>,
    /// Only single items could not be read.
    pub(super) rest_was_read: bool,
    pub(super) failure: Failure,
}

impl<'a> Read<'a> {
    /// Reads everything but the jobs.
    pub(super) async fn project(
        target: &'a Target,
        before: Option<&'a manifest::Project>,
        number: usize,
        spool: &Spool,
    ) -> Result<Self, Failure> {
        let client = &target.client;
        let (listed, quotas, backups, mut shares, received) = tokio::join!(
            async { ListRead::of_page(client.policies().list().send().await) },
            async { ListRead::of_page(client.quotas().list().send().await) },
            BackupsRead::read(target, number, spool),
            ListRead::read(client.shares().list().share_to_me(false).pages()),
            ListRead::read(client.shares().list().share_to_me(true).pages()),
        );
        shares.add(received);
        let mut policies = policies::select(listed.items.clone(), &[]).unwrap_or_default();
        let ids: HashSet<&str> = policies.iter().map(|policy| policy.id.as_str()).collect();
        let unlisted: Vec<Policy> = match listed.errors.is_empty() {
            true => Vec::new(),
            // They may be those that can't be decoded.
            false => before
                .iter()
                .flat_map(|before| &before.policies)
                .filter(|known| !known.deleted && !ids.contains(known.policy_id.as_str()))
                .filter_map(known)
                .collect(),
        };
        policies.extend(unlisted);
        let requests = listed.items.iter().map(|policy| {
            let id = policy.backup_policy_id.clone();
            async move {
                let tags = client.policy(&id).tags().items().try_collect().await;
                (id, tags)
            }
        });
        let tags = stream::iter(requests.collect::<Vec<_>>()).buffered(CONCURRENCY).collect().await;
        let policies = policies.into_iter().map(Arc::new).collect();
        let (backups, jobs) = (backups?, HashMap::new());
        Ok(Self { target, before, listed, policies, tags, backups, shares, quotas, jobs })
    }

    /// The policies whose jobs are to be read.
    pub(super) fn to_read(&self, now: Timestamp) -> Vec<PolicyToRead<'a>> {
        let to_read = self.policies.iter().map(|policy| {
            let known = self.known(policy.id.as_str());
            // A time to come says that a clock was wrong.
            let complete = known.and_then(|known| known.complete_until).filter(|until| *until <= now);
            let unfinished = known.and_then(|known| known.unfinished_since);
            let known_before = complete.map(|until| unfinished.map_or(until, |since| until.min(since)));
            PolicyToRead { target: self.target, policy: Arc::clone(policy), known_before }
        });
        to_read.collect()
    }

    pub(super) fn known(&self, policy: &str) -> Option<&'a manifest::Policy> {
        self.before?.policies.iter().find(|known| known.policy_id == policy)
    }

    /// Whether something was received.
    pub(super) fn has_something(&self) -> bool {
        self.listed.is_complete
            || self.quotas.is_complete
            || self.backups.number > 0
            || self.backups.is_complete
            || self.shares.is_complete
            || self.jobs.values().any(|jobs| jobs.has_page)
    }

    pub(super) fn into_failures(mut self) -> Vec<Failure> {
        self.take_unread().into_iter().map(|unread| unread.failure).collect()
    }

    /// What could not be read.
    pub(super) fn take_unread(&mut self) -> Vec<Unread> {
        let project = &self.target.place.project;
        let mut all = Vec::new();
        let mut add = |kind,
                       policy: Option<&Policy>,
                       what: &str,
                       errors: Vec<otc_vbs::Error>,
                       rest_was_read| {
            let mut doing = match policy {
                Some(policy) => format!("can't list the {what} of {} in project {project}", policy.label),
                None => format!("can't list the {what} of project {project}"),
            };
            // A thousand items may have the same error.
            if errors.len() > 1 {
                doing.push_str(&format!(", the first of {} errors", errors.len()));
            }
            if let Some(error) = errors.into_iter().next() {
                let policy_id = policy.map(|policy| policy.id.to_string());
                all.push(Unread { kind, policy_id, rest_was_read, failure: Failure::Vbs { doing, error } });
            }
        };
        let listed = &mut self.listed;
        add(Kind::Policies, None, "policies", std::mem::take(&mut listed.errors), listed.is_complete);
        for policy in &self.policies {
            if self.tags.get(&policy.id).is_some_and(Result::is_err)
                && let Some(Err(error)) = self.tags.remove(&policy.id)
            {
                add(Kind::Policies, Some(policy), "tags", vec![error], false);
            }
            if let Some(jobs) = self.jobs.get_mut(&policy.id) {
                let errors = std::mem::take(&mut jobs.errors);
                add(Kind::Jobs, Some(policy), "backup jobs", errors, jobs.is_complete);
            }
        }
        let (backups, shares, quotas) = (&mut self.backups, &mut self.shares, &mut self.quotas);
        add(Kind::Backups, None, "backups", std::mem::take(&mut backups.errors), backups.is_complete);
        add(Kind::Shares, None, "shares", std::mem::take(&mut shares.errors), shares.is_complete);
        add(Kind::Quotas, None, "quotas", std::mem::take(&mut quotas.errors), quotas.is_complete);
        all
    }
}

/// A policy of the archive.
fn known(policy: &manifest::Policy) -> Option<Policy> {
    let id = PolicyId::new(&policy.policy_id).ok()?;
    let name = policy.policy_name.clone();
    Some(Policy { label: name.clone().unwrap_or_else(|| id.to_string()), name, id })
}
