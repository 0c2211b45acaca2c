//! Queries for policies by tags and names.

use otc_vbs_api::limit::ListLimit;
use otc_vbs_api::types::TagFilter;

use super::policy::Policy;
use super::refusal::Refusal;

/// The conditions of a query. An empty list matches every policy.
#[derive(Clone, Debug, Default)]
pub(crate) struct PolicyQuery {
    /// The policy has all of these.
    pub(crate) tags: Vec<TagFilter>,
    /// The policy has at least one of these.
    pub(crate) tags_any: Vec<TagFilter>,
    /// The policy does not have all of these.
    pub(crate) not_tags: Vec<TagFilter>,
    /// The policy has none of these.
    pub(crate) not_tags_any: Vec<TagFilter>,
    /// The name of the policy contains each of these.
    pub(crate) names: Vec<String>,
}

/// Whether a policy has a tag, with one of the values if there are any.
fn fits(filter: &TagFilter, policy: &Policy) -> bool {
    let value = policy.tags.get(&filter.key);
    value.is_some_and(|value| filter.values.is_empty() || filter.values.contains(value))
}

/// Refuses filters that the reference does not allow in one list of a query.
pub(crate) fn check_filters(name: &str, limit: &ListLimit, filters: &[TagFilter]) -> Result<(), Refusal> {
    let check = || {
        limit.check(name, filters.len())?;
        limit.check_keys(name, filters.iter().map(|filter| &filter.key))?;
        filters.iter().try_for_each(TagFilter::check)
    };
    check().map_err(Refusal::Tag)
}

impl PolicyQuery {
    pub(crate) fn fits(&self, policy: &Policy) -> bool {
        let all = |filters: &[TagFilter]| filters.iter().all(|filter| fits(filter, policy));
        let any = |filters: &[TagFilter]| filters.iter().any(|filter| fits(filter, policy));
        all(&self.tags)
            && (self.tags_any.is_empty() || any(&self.tags_any))
            && (self.not_tags.is_empty() || !all(&self.not_tags))
            && !any(&self.not_tags_any)
            && self.names.iter().all(|name| policy.name.contains(name))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use otc_vbs_api::limits;

    use super::*;
    use crate::domain::policies::tests::{policy, spec};

    /// Each filter as `key` or `key=value|value`, separated by spaces.
    fn filters(text: &str) -> Vec<TagFilter> {
        let filter = |text: &str| {
            let (key, values) = text.split_once('=').unwrap_or((text, ""));
            let values = values.split('|').filter(|value| !value.is_empty());
            TagFilter::new(key, values)
        };
        text.split_whitespace().map(filter).collect()
    }

    /// The names of the policies that match, out of four with none, one or both of two tags.
    fn fitting(query: PolicyQuery) -> String {
        let policies = [
            ("none", vec![]),
            ("team", vec![("team", "db")]),
            ("stage", vec![("stage", "test")]),
            ("both", vec![("team", "web"), ("stage", "test")]),
        ];
        let fitting = policies.into_iter().filter(|(name, tags)| {
            let mut spec = spec(name);
            let tags = tags.iter().map(|(key, value)| (key.to_string(), value.to_string()));
            spec.tags = tags.collect();
            query.fits(&policy(spec))
        });
        fitting.map(|(name, _)| name).collect::<Vec<_>>().join(" ")
    }

    fn query(list: &str, filter: &str) -> PolicyQuery {
        let mut query = PolicyQuery::default();
        let filters = filters(filter);
        match list {
            "tags" => query.tags = filters,
            "tags_any" => query.tags_any = filters,
            "not_tags" => query.not_tags = filters,
            _ => query.not_tags_any = filters,
        }
        query
    }

    #[test]
    fn each_list_combines_its_keys_as_documented() {
        let cases = [
            ("tags", "", "none team stage both"),
            ("tags", "team", "team both"),
            ("tags", "team=db", "team"),
            ("tags", "team=db|web", "team both"),
            ("tags", "team stage", "both"),
            ("tags", "team=other", ""),
            ("tags_any", "team=db stage", "team stage both"),
            ("tags_any", "", "none team stage both"),
            ("not_tags", "team", "none stage"),
            ("not_tags", "team stage", "none team stage"),
            ("not_tags", "", "none team stage both"),
            ("not_tags_any", "team stage", "none"),
            ("not_tags_any", "team=web", "none team stage"),
        ];
        for (list, filter, expected) in cases {
            assert_eq!(fitting(query(list, filter)), expected, "{list}: {filter}");
        }
    }

    #[test]
    fn policy_must_match_every_condition() {
        let mut both = query("tags", "stage");
        both.not_tags_any = filters("team");
        assert_eq!(fitting(both.clone()), "stage");
        both.names = vec!["tag".to_owned(), "st".to_owned()];
        assert_eq!(fitting(both.clone()), "stage");
        both.names.push("Stage".to_owned());
        assert_eq!(fitting(both), "");
    }

    #[test]
    fn keys_and_values_are_unique_and_at_most_ten() {
        let many = |count: usize, name: &str| {
            let names: Vec<String> = (0..count).map(|number| format!("{name}{number}")).collect();
            names
        };
        let check =
            |filter: &str| check_filters("tags", &limits::POLICY_QUERY_TAGS, &filters(filter)).is_ok();
        assert!(check(&many(10, "k").join(" ")));
        assert!(!check(&many(11, "k").join(" ")));
        assert!(check(&format!("k={}", many(10, "v").join("|"))));
        assert!(!check(&format!("k={}", many(11, "v").join("|"))));
        assert!(!check("k=a k=b"));
        assert!(!check("k=a|b|a"));
        assert!(check("k=a l=a"));
    }
}
