//! The query parameters of lists: filters, order and page.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use otc_vbs_api::limit::NumberRange;
use otc_vbs_api::limits;

use crate::http::failure::Failure;
use crate::text::excerpt;

/// The values of a boolean parameter.
pub(crate) const BOOLEANS: [(&str, bool); 2] = [("true", true), ("false", false)];

/// The query parameters of an operation. Others are ignored, as the service does.
#[derive(Debug)]
pub(crate) struct Query {
    values: BTreeMap<&'static str, String>,
}

impl Query {
    /// Reads a query. A repeated parameter is rejected, because it is ambiguous.
    pub(crate) fn parse(query: &str, known: &[&'static str]) -> Result<Self, Failure> {
        let mut values = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let Some(name) = known.iter().find(|known| **known == name) else {
                continue;
            };
            if values.insert(*name, value.into_owned()).is_some() {
                return Err(Failure::parameter(name, "appears twice; send it once"));
            }
        }
        Ok(Self { values })
    }

    /// The known parameters that were sent, sorted by name.
    fn sent(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.values.iter().map(|(name, value)| (*name, value.as_str()))
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A whole number.
    pub(crate) fn number(&self, name: &str, range: &NumberRange) -> Result<Option<u64>, Failure> {
        let called = format!("query parameter `{name}`");
        let number = range.check_optional_text(&called, self.text(name));
        let number = number.map_err(|violation| Failure::violation(&violation))?;
        // A text of digits has no sign.
        Ok(number.map(i64::unsigned_abs))
    }

    /// One of the listed values, with exact spelling.
    pub(crate) fn one_of<T: Copy>(&self, name: &str, listed: &[(&str, T)]) -> Result<Option<T>, Failure> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match listed.iter().find(|(value, _)| *value == text) {
            Some((_, meaning)) => Ok(Some(*meaning)),
            None => {
                let values: Vec<&str> = listed.iter().map(|(value, _)| *value).collect();
                let problem = format!("must be {}, not `{}`", values.join(" or "), excerpt(text));
                Err(Failure::parameter(name, &problem))
            }
        }
    }
}

/// The query parameters of a list, except `limit` and `offset`, which all lists have.
pub(crate) struct ListParameters<K: 'static> {
    /// Filters, and `marker` if the list has one.
    pub(crate) filters: &'static [&'static str],
    /// The values of `sort_key`. Without any, the list ignores `sort_key` and `sort_dir`.
    pub(crate) sort_keys: &'static [(&'static str, K)],
    pub(crate) limit: &'static NumberRange,
    pub(crate) offset: &'static NumberRange,
    /// The size of a page without `limit`.
    pub(crate) default_limit: u64,
    /// The maximum size of a page, regardless of `limit`.
    pub(crate) largest_page: u64,
}

impl<K> ListParameters<K> {
    /// Parameters within the limits that most lists have.
    pub(crate) const fn new(
        filters: &'static [&'static str],
        sort_keys: &'static [(&'static str, K)],
        largest_page: u64,
    ) -> Self {
        Self {
            filters,
            sort_keys,
            limit: &limits::LIMIT,
            offset: &limits::OFFSET,
            default_limit: largest_page,
            largest_page,
        }
    }
}

/// The query of a list.
#[derive(Debug)]
pub(crate) struct ListQuery<K> {
    query: Query,
    /// `None` if the query has no `sort_key`.
    pub(crate) sort_key: Option<K>,
    /// Lists are in descending order unless the query says otherwise.
    pub(crate) is_ascending: bool,
    pub(crate) limit: u64,
    pub(crate) offset: u64,
}

impl<K: Copy> ListQuery<K> {
    pub(crate) fn parse(query: &str, parameters: &ListParameters<K>) -> Result<Self, Failure> {
        let mut known = vec!["limit", "offset"];
        if !parameters.sort_keys.is_empty() {
            known.extend(["sort_dir", "sort_key"]);
        }
        known.extend(parameters.filters);
        let query = Query::parse(query, &known)?;
        let limit = query.number("limit", parameters.limit)?;
        let sort_dir = query.one_of("sort_dir", &[("asc", true), ("desc", false)])?;
        Ok(Self {
            sort_key: query.one_of("sort_key", parameters.sort_keys)?,
            is_ascending: sort_dir.unwrap_or(false),
            limit: limit.unwrap_or(parameters.default_limit).min(parameters.largest_page),
            offset: query.number("offset", parameters.offset)?.unwrap_or(0),
            query,
        })
    }

    /// A filter or the marker, as sent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.query.text(name)
    }

    /// A filter that is one of the listed values.
    pub(crate) fn one_of<T: Copy>(&self, name: &str, listed: &[(&str, T)]) -> Result<Option<T>, Failure> {
        self.query.one_of(name, listed)
    }

    /// The items in the order of the query, given the ascending order.
    pub(crate) fn directed(&self, ascending: Ordering) -> Ordering {
        match self.is_ascending {
            true => ascending,
            false => ascending.reverse(),
        }
    }

    /// The items of the page, out of those after the marker, and whether there are more.
    pub(crate) fn page<T>(&self, items: impl IntoIterator<Item = T>) -> (Vec<T>, bool) {
        let size = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let mut rest = items.into_iter().skip(size(self.offset));
        let page = rest.by_ref().take(size(self.limit)).collect();
        (page, rest.next().is_some())
    }

    /// The query of the next page, after the item with this id.
    pub(crate) fn after(&self, last: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.query.sent() {
            if !["limit", "offset", "marker"].contains(&name) {
                query.append_pair(name, value);
            }
        }
        query.append_pair("limit", &self.limit.to_string());
        query.append_pair("marker", last);
        query.finish()
    }
}
