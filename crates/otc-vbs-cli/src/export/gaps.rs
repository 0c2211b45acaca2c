//! Times of which jobs are lost: no export ran while the service still listed them, or the policy was deleted.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::archive::manifest::Gap;
use crate::words::time::{duration, utc};

/// The number of policies that a warning names.
const MAX_NAMES: usize = 5;

/// The gap of a policy whose jobs are known until `complete_until`, if the service lists only those since `listed_since`.
pub(super) fn gap(policy_id: &str, complete_until: Timestamp, listed_since: Timestamp) -> Option<Gap> {
    let is_gap = complete_until < listed_since;
    is_gap.then(|| Gap { policy_id: policy_id.to_owned(), from: complete_until, to: listed_since })
}

/// Adds a gap, or extends the gap of the same policy that it continues.
pub(super) fn add(gaps: &mut Vec<Gap>, new: Gap) {
    match gaps.iter_mut().find(|gap| gap.policy_id == new.policy_id && gap.to == new.from) {
        Some(gap) => gap.to = new.to,
        None => gaps.push(new),
    }
}

/// The warning of the gap of a policy that was deleted.
pub(super) fn deleted(gap: &Gap, name: &str, project: &str) -> String {
    format!(
        "policy {name} in project {project} was deleted after the last export at {}: jobs that it triggered since then are lost",
        utc(gap.from)
    )
}

/// The warnings of new gaps, by the names of their policies. Policies with the same gap share one.
pub(super) fn warnings<'a>(
    gaps: impl IntoIterator<Item = (&'a Gap, String)>,
    now: Timestamp,
    project: &str,
) -> Vec<String> {
    let mut policies: BTreeMap<(Timestamp, Timestamp), Vec<String>> = BTreeMap::new();
    for (gap, name) in gaps {
        policies.entry((gap.from, gap.to)).or_default().push(name);
    }
    let warning = |((from, to), mut names): ((Timestamp, Timestamp), Vec<String>)| {
        let others = names.len().saturating_sub(MAX_NAMES);
        names.truncate(MAX_NAMES);
        if others > 0 {
            names.push(format!("{others} other{}", if others == 1 { "" } else { "s" }));
        }
        format!(
            "the jobs of {} in project {project} were last read {} ago: those created between {} and {} are lost",
            list(&names),
            duration(now.duration_since(from)),
            utc(from),
            utc(to)
        )
    };
    policies.into_iter().map(warning).collect()
}

/// `a, b and c`
fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [name] => name.clone(),
        [names @ .., last] => format!("{} and {last}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn export_within_30_days_leaves_no_gap() {
        let (earlier, later) = (time("2026-01-10T06:00:00Z"), time("2026-01-12T06:00:00Z"));
        assert_eq!(gap("p1", later, earlier), None);
        assert_eq!(gap("p1", later, later), None);
        assert_eq!(gap("p1", earlier, later).unwrap().from, earlier);
    }

    #[test]
    fn policies_with_the_same_gap_share_a_warning() {
        let gap = gap("p1", time("2026-01-10T06:00:00Z"), time("2026-01-12T06:00:00Z")).unwrap();
        let now = time("2026-02-11T06:00:00Z");
        let names = |number: usize| (0..number).map(|n| (&gap, format!("policy-{n}"))).collect::<Vec<_>>();
        assert_eq!(
            warnings(names(2), now, "shop"),
            [
                "the jobs of policy-0 and policy-1 in project shop were last read 32d ago: those created between \
                 2026-01-10 06:00Z and 2026-01-12 06:00Z are lost"
            ]
        );
        assert!(warnings(names(6), now, "shop")[0].contains("policy-4 and 1 other in"));
        assert!(warnings(names(7), now, "shop")[0].contains("policy-4 and 2 others in"));
    }

    #[test]
    fn gaps_that_follow_each_other_are_one() {
        let times = ["2026-01-10T06:00:00Z", "2026-01-12T06:00:00Z", "2026-01-13T06:00:00Z"].map(time);
        let mut gaps = Vec::new();
        for (policy, from, to) in [("p1", 0, 1), ("p2", 1, 2), ("p1", 1, 2)] {
            add(&mut gaps, gap(policy, times[from], times[to]).unwrap());
        }
        assert_eq!(gaps, [gap("p1", times[0], times[2]).unwrap(), gap("p2", times[1], times[2]).unwrap()]);
    }
}
