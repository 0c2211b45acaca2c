//! Finds the policies that arguments name.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};

use otc_vbs::types::{BackupPolicy, PolicyId};

use crate::connect::{Place, Target};
use crate::exit::Failure;
use crate::words;

/// The number of projects whose policies are listed at the same time.
const CONCURRENCY: usize = 16;
/// An error lists at most so many names.
const MAX_NAMES: usize = 10;

/// A policy whose jobs are shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Policy {
    pub(crate) id: PolicyId,
    pub(crate) name: Option<String>,
    /// What people read: the name, followed by the id if several policies have the name.
    pub(crate) label: String,
}

/// A policy and the project that it belongs to.
pub(crate) struct PolicyOf<'a> {
    pub(crate) target: &'a Target,
    pub(crate) policy: Arc<Policy>,
}

/// The same without the client.
pub(crate) struct NamedPolicy {
    pub(crate) place: Arc<Place>,
    pub(crate) policy: Arc<Policy>,
}

impl PolicyOf<'_> {
    pub(crate) fn named(&self) -> NamedPolicy {
        NamedPolicy { place: Arc::clone(&self.target.place), policy: Arc::clone(&self.policy) }
    }
}

/// The policies of these projects that `wanted` lists, or all if it is empty. A project whose policies can't be listed is
/// added to `failures`. A name must be that of a policy in one of the projects.
pub(crate) async fn of_targets<'a>(
    targets: &'a [Target],
    wanted: &[String],
    failures: &mut Vec<Failure>,
) -> Result<Vec<PolicyOf<'a>>, Failure> {
    let lists = targets.iter().map(|target| target.client.policies().list().items().try_collect());
    let lists: Vec<otc_vbs::Result<Vec<BackupPolicy>>> =
        stream::iter(lists).buffered(CONCURRENCY).collect().await;
    let mut policies = Vec::new();
    let mut missing: Vec<Option<Failure>> = wanted.iter().map(|_| None).collect();
    let mut found = vec![false; wanted.len()];
    for (target, list) in targets.iter().zip(lists) {
        let of_target = |policy| PolicyOf { target, policy: Arc::new(policy) };
        let list = match list {
            Ok(list) => list,
            Err(error) => {
                let doing = match targets.len() {
                    1 => "can't list policies".to_owned(),
                    _ => format!("can't list the policies of {}", target.place.project),
                };
                failures.push(Failure::Vbs { doing, error });
                continue;
            }
        };
        if wanted.is_empty() {
            policies.extend(select(list, wanted)?.into_iter().map(of_target));
            continue;
        }
        let mut of_this: Vec<Policy> = Vec::new();
        for (place, text) in wanted.iter().enumerate() {
            match select(list.clone(), std::slice::from_ref(text)) {
                Ok(selected) => {
                    found[place] = true;
                    of_this.extend(
                        selected.into_iter().filter(|policy| !of_this.contains(policy)).collect::<Vec<_>>(),
                    );
                }
                Err(failure @ Failure::NotFound { .. }) => drop(missing[place].get_or_insert(failure)),
                Err(failure) => return Err(failure),
            }
        }
        policies.extend(of_this.into_iter().map(of_target));
    }
    let missing = missing.into_iter().zip(found).filter(|(_, found)| !found).find_map(|(failure, _)| failure);
    match missing {
        // It may be in a project whose policies can't be listed.
        Some(failure) if failures.is_empty() => Err(failure),
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
        let policy = find(&all, text)?;
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

/// An id takes precedence over a name, since only one policy can have it.
fn find<'a>(all: &'a [Policy], text: &str) -> Result<&'a Policy, Failure> {
    if let Some(policy) = all.iter().find(|policy| policy.id.as_str() == text) {
        return Ok(policy);
    }
    let named: Vec<&Policy> = all.iter().filter(|policy| policy.name.as_deref() == Some(text)).collect();
    match named.as_slice() {
        [] => Err(unknown(all, text)),
        [policy] => Ok(policy),
        several => Err(ambiguous(text, several)),
    }
}

fn ambiguous(name: &str, policies: &[&Policy]) -> Failure {
    let ids = policies.iter().map(|policy| policy.id.as_str());
    Failure::Usage {
        problem: format!("{} policies have the name `{name}`", policies.len()),
        hint: Some(format!("name it by its id: {}", listed(ids))),
    }
}

fn unknown(all: &[Policy], text: &str) -> Failure {
    let problem = format!("the project has no policy with the name or id `{text}`");
    let names = all.iter().map(|policy| policy.name.as_deref().unwrap_or_default());
    let ids = all.iter().map(|policy| policy.id.as_str());
    let near = words::similar(text, names.chain(ids), MAX_NAMES);
    let hint = if all.is_empty() {
        "it has no policies at all; check the project id".to_owned()
    } else if near.is_empty() {
        let labels = all.iter().map(|policy| policy.label.as_str());
        format!("it has {}", listed(labels))
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Failure::NotFound { problem, hint }
}

/// `a, b, c`, or the first of them and how many more there are.
fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = names.len().saturating_sub(MAX_NAMES);
    let mut text = names.take(MAX_NAMES).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
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
    fn ambiguous_name_is_refused_with_the_ids() {
        let all = policies(&[("p1", "nightly"), ("p2", "nightly")]);
        let failure = select(all.clone(), &wanted(&["nightly"])).unwrap_err();
        assert_eq!(failure.to_string(), "2 policies have the name `nightly`");
        assert_eq!(failure.hint().unwrap(), "name it by its id: p1, p2");
        let labels: Vec<_> = labelled(all).into_iter().map(|policy| policy.label).collect();
        assert_eq!(labels, ["nightly (p1)", "nightly (p2)"]);
    }

    #[test]
    fn unknown_name_lists_similar_or_all_names() {
        let hint = |all: &[(&str, &str)], text: &str| {
            let failure = select(policies(all), &wanted(&[text])).unwrap_err();
            failure.hint().unwrap()
        };
        let two = [("p1", "nightly"), ("p2", "weekly")];
        assert_eq!(hint(&two, "Nightyl"), "did you mean nightly?");
        assert_eq!(hint(&two, "zzz"), "it has nightly, weekly");
        assert_eq!(hint(&[], "zzz"), "it has no policies at all; check the project id");
        let names: Vec<String> = (0..12).map(|n| format!("{n}")).collect();
        let many: Vec<_> = names.iter().map(|n| (n.as_str(), n.as_str())).collect();
        assert_eq!(hint(&many, "zzz"), "it has 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more");
    }
}
