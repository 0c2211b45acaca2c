//! Finds the policies that arguments name.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use otc_vbs::types::{BackupPolicy, PolicyId};

use crate::connect::{Place, Target};
use crate::exit::Failure;
use crate::resolve::{self, Named};

/// The number of projects whose policies are listed at the same time.
const CONCURRENCY: usize = 16;

/// A policy whose jobs are shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Policy {
    pub(crate) id: PolicyId,
    pub(crate) name: Option<String>,
    /// What people read: the name, followed by the id if several policies have the name.
    pub(crate) label: String,
}

impl Named for Policy {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl Named for BackupPolicy {
    fn id(&self) -> &str {
        self.backup_policy_id.as_str()
    }

    fn name(&self) -> Option<&str> {
        self.backup_policy_name.as_deref().filter(|name| !name.is_empty())
    }
}

/// A policy and the project that it belongs to.
pub(crate) struct ProjectPolicy<'a> {
    pub(crate) target: &'a Target,
    pub(crate) policy: Arc<Policy>,
    /// The policy as the service lists it.
    pub(crate) listed: BackupPolicy,
}

/// A policy and its project, without the client.
pub(crate) struct NamedPolicy {
    pub(crate) place: Arc<Place>,
    pub(crate) policy: Arc<Policy>,
}

impl ProjectPolicy<'_> {
    pub(crate) fn named(&self) -> NamedPolicy {
        NamedPolicy { place: Arc::clone(&self.target.place), policy: Arc::clone(&self.policy) }
    }
}

/// All policies of each project, as the service lists them. A project whose policies can't be listed is added to `failures`.
pub(crate) async fn lists<'a>(
    targets: &'a [Target],
    failures: &mut Vec<Failure>,
) -> Vec<ProjectPolicies<'a>> {
    let (lists, unlisted) = list(targets).await;
    failures.extend(unlisted.into_iter().map(|(_, failure)| failure));
    lists
}

/// The policies of these projects that `wanted` lists, or all if it is empty. A project whose policies can't be listed is
/// added to `failures`. A name must be that of a policy in one of the projects.
pub(crate) async fn find_policies<'a>(
    targets: &'a [Target],
    wanted: &[String],
    failures: &mut Vec<Failure>,
) -> Result<Vec<ProjectPolicy<'a>>, Failure> {
    let lists = lists(targets, failures).await;
    choose(lists, wanted, failures.is_empty())
}

/// A project and all of its policies.
pub(crate) type ProjectPolicies<'a> = (&'a Target, Vec<BackupPolicy>);

/// Lists the policies of these projects. The second list has the projects whose policies can't be listed.
pub(crate) async fn list(targets: &[Target]) -> (Vec<ProjectPolicies<'_>>, Vec<(&Target, Failure)>) {
    let lists = targets.iter().map(|target| target.client.policies().list().items().try_collect());
    let lists: Vec<otc_vbs::Result<Vec<BackupPolicy>>> =
        stream::iter(lists).buffered(CONCURRENCY).collect().await;
    let (mut listed, mut unlisted) = (Vec::new(), Vec::new());
    for (target, list) in targets.iter().zip(lists) {
        match list {
            Ok(list) => listed.push((target, list)),
            Err(error) => {
                let doing = match target.place.is_one_of_several {
                    true => format!("can't list the policies of {}", target.place),
                    false => "can't list policies".to_owned(),
                };
                unlisted.push((target, Failure::Vbs { doing, error }));
            }
        }
    }
    (listed, unlisted)
}

/// The policies that `wanted` lists, or all if it is empty. Unless a project is missing from `lists`, a name must be that of
/// a policy in one of the projects.
pub(crate) fn choose<'a>(
    lists: Vec<ProjectPolicies<'a>>,
    wanted: &[String],
    is_complete: bool,
) -> Result<Vec<ProjectPolicy<'a>>, Failure> {
    let mut policies = Vec::new();
    let mut missing: Vec<Option<Failure>> = wanted.iter().map(|_| None).collect();
    let mut found = vec![false; wanted.len()];
    for (target, list) in lists {
        let selected = match wanted {
            [] => select(list.clone(), wanted)?,
            wanted => {
                let mut of_this: Vec<Policy> = Vec::new();
                for (place, text) in wanted.iter().enumerate() {
                    match select(list.clone(), std::slice::from_ref(text)) {
                        Ok(selected) => {
                            found[place] = true;
                            of_this.extend(
                                selected
                                    .into_iter()
                                    .filter(|policy| !of_this.contains(policy))
                                    .collect::<Vec<_>>(),
                            );
                        }
                        Err(failure @ Failure::NotFound { .. }) => {
                            _ = missing[place].get_or_insert(failure);
                        }
                        Err(failure) => return Err(failure),
                    }
                }
                of_this
            }
        };
        let mut by_id: HashMap<PolicyId, BackupPolicy> =
            list.into_iter().map(|policy| (policy.backup_policy_id.clone(), policy)).collect();
        policies.extend(selected.into_iter().filter_map(|policy| {
            // It was selected from this list.
            let listed = by_id.remove(&policy.id)?;
            Some(ProjectPolicy { target, policy: Arc::new(policy), listed })
        }));
    }
    let missing = missing.into_iter().zip(found).filter(|(_, found)| !found).find_map(|(failure, _)| failure);
    match missing {
        // It may be in a project whose policies can't be listed.
        Some(failure) if is_complete => Err(failure),
        _ => Ok(policies),
    }
}

/// The policies that `wanted` lists by name or id, in this order, each once. All if it is empty.
pub(crate) fn select(all: Vec<BackupPolicy>, wanted: &[String]) -> Result<Vec<Policy>, Failure> {
    let all = labelled(all);
    if wanted.is_empty() {
        return Ok(all);
    }
    let mut selected: Vec<Policy> = Vec::with_capacity(wanted.len());
    for text in wanted {
        let policy = resolve::find("policy", &all, text)?;
        if !selected.iter().any(|known| known.id == policy.id) {
            selected.push(policy.clone());
        }
    }
    Ok(selected)
}

fn labelled(all: Vec<BackupPolicy>) -> Vec<Policy> {
    let mut times: HashMap<String, usize> = HashMap::new();
    for name in all.iter().filter_map(|policy| policy.backup_policy_name.clone()) {
        *times.entry(name).or_default() += 1;
    }
    all.into_iter()
        .map(|policy| {
            let id = policy.backup_policy_id;
            let name = policy.backup_policy_name.filter(|name| !name.is_empty());
            let label = match &name {
                None => id.to_string(),
                Some(name) if times.get(name).is_some_and(|times| *times > 1) => {
                    format!("{name} ({id})")
                }
                Some(name) => name.clone(),
            };
            Policy { id, name, label }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn policies(of: &[(&str, &str)]) -> Vec<BackupPolicy> {
        of.iter()
            .map(|(id, name)| {
                let mut policy = BackupPolicy::new(PolicyId::new(id).unwrap());
                policy.backup_policy_name = Some((*name).to_owned());
                policy
            })
            .collect()
    }

    fn ids(selected: &[Policy]) -> Vec<&str> {
        selected.iter().map(|policy| policy.id.as_str()).collect()
    }

    fn wanted(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn policies_are_selected_once_in_the_order_of_the_arguments() {
        let all = policies(&[("p1", "nightly"), ("p2", "weekly"), ("p3", "p1")]);
        let selected = select(all.clone(), &wanted(&["weekly", "p1", "nightly", "p2"])).unwrap();
        assert_eq!(ids(&selected), ["p2", "p1"]);
        assert_eq!(ids(&select(all, &[]).unwrap()), ["p1", "p2", "p3"]);
    }

    #[test]
    fn label_has_the_id_if_the_name_is_not_unique() {
        let all = policies(&[("p1", "nightly"), ("p2", "nightly"), ("p3", "weekly")]);
        let labels: Vec<_> = labelled(all).into_iter().map(|policy| policy.label).collect();
        assert_eq!(labels, ["nightly (p1)", "nightly (p2)", "weekly"]);
    }
}
