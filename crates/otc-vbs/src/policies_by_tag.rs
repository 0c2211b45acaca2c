//! Backup policies by their tags.

use otc_vbs_api::types::{PolicyMatch, PolicyQuery, TagFilter};

use crate::body::unbuildable;
use crate::call::call;
use crate::text::shown;
use crate::walk::{ItemStream, OffsetWalk, STREAM_LIMIT};
use crate::{
    Client, Error, PolicyId, PolicyMatchField, PolicyQueryAction, Result, TaggedPolicy, TaggedPolicyPage,
};

const FUNCTION: &str = "query_backup_policies_by_tag";

/// A query for backup policies by their tags and their name: made by
/// [`Policies::by_tag`](crate::Policies::by_tag), narrowed by its filters, run by [`page`](Self::page),
/// [`stream`](Self::stream) or [`count`](Self::count).
///
/// Each filter takes up to 10 keys, each with up to 10 values of which one has to fit.
///
/// Reference: [en-us_topic_0067142133](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/querying_backup_policies_by_tag.html)
///
/// ```
/// # async fn f(vbs: otc_vbs::Client) -> otc_vbs::Result<()> {
/// let of_the_db_team = vbs.policies().by_tag().tag("team", ["db"]).count().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until `page`, `stream` or `count` is called"]
pub struct PoliciesByTag {
    client: Client,
    tags: Vec<Filter>,
    tags_any: Vec<Filter>,
    not_tags: Vec<Filter>,
    not_tags_any: Vec<Filter>,
    name: Option<String>,
    limit: Option<u32>,
    offset: Option<u32>,
}

type Filter = (String, Vec<String>);

impl PoliciesByTag {
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            tags: Vec::new(),
            tags_any: Vec::new(),
            not_tags: Vec::new(),
            not_tags_any: Vec::new(),
            name: None,
            limit: None,
            offset: None,
        }
    }

    /// Only policies that have this tag, with one of the values where there are some. Called again, all of the tags.
    pub fn tag<V: Into<String>>(
        mut self,
        key: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.tags.push(filter(key, values));
        self
    }

    /// Only policies that have this tag. Called again, at least one of the tags.
    pub fn any_tag<V: Into<String>>(
        mut self,
        key: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.tags_any.push(filter(key, values));
        self
    }

    /// Only policies that do not have this tag. Called again, not all of the tags.
    pub fn without_tag<V: Into<String>>(
        mut self,
        key: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.not_tags.push(filter(key, values));
        self
    }

    /// Only policies that do not have this tag. Called again, none of the tags.
    pub fn without_any_tag<V: Into<String>>(
        mut self,
        key: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.not_tags_any.push(filter(key, values));
        self
    }

    /// Only policies whose name fits.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The most policies in one answer, 1 to 1000. 1000 where it is not set.
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// How many policies to pass over before the first that is wanted.
    pub fn offset(mut self, offset: u32) -> Self {
        self.offset = Some(offset);
        self
    }

    /// One page, with the number of policies that fit.
    ///
    /// # Errors
    ///
    /// Where a filter or the limit is out of its range, and as every request can fail: see [`Error`].
    pub async fn page(&self) -> Result<TaggedPolicyPage> {
        let limit = self.limit.map(|limit| limit.to_string());
        let offset = self.offset.map(|offset| offset.to_string());
        self.send(PolicyQueryAction::Filter, limit, offset).await
    }

    /// How many policies fit.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page), and one where the service does not say how many. The reference does not show what
    /// it answers here.
    pub async fn count(&self) -> Result<u64> {
        let page = self.send(PolicyQueryAction::Count, None, None).await?;
        let count = page.total_count.and_then(|count| u64::try_from(count).ok());
        count.ok_or_else(|| Error::paging(FUNCTION, "the service did not say how many policies fit"))
    }

    /// All policies that fit, page after page, as they are asked for.
    ///
    /// The service has no marker here: where policies are made or deleted while it walks, one may be missed.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page), and one where the service sends the same page again and again.
    pub fn stream(mut self) -> ItemStream<TaggedPolicy> {
        self.limit.get_or_insert(STREAM_LIMIT);
        let walk = OffsetWalk::new(self.offset.unwrap_or(0));
        ItemStream::of_pages((self, walk), |(query, walk)| query.next_page(walk))
    }

    async fn next_page(
        mut self,
        mut walk: OffsetWalk<PolicyId>,
    ) -> Result<(Vec<TaggedPolicy>, Option<(Self, OffsetWalk<PolicyId>)>)> {
        self.offset = Some(walk.offset());
        let page = self.page().await?;
        let policies = page.resources.unwrap_or_default();
        let (policies, more) = walk
            .take(policies, page.total_count, |policy| &policy.resource_id)
            .map_err(|repetition| repetition.in_call(FUNCTION, "policy"))?;
        Ok((policies, more.then_some((self, walk))))
    }

    async fn send(
        &self,
        action: PolicyQueryAction,
        limit: Option<String>,
        offset: Option<String>,
    ) -> Result<TaggedPolicyPage> {
        if let Some(limit) = self.limit.filter(|limit| !(1..=STREAM_LIMIT).contains(limit)) {
            let problem = format!("limit {limit} is out of range; it goes from 1 to {STREAM_LIMIT}");
            return Err(Error::argument(FUNCTION, problem));
        }
        let body: PolicyQuery = PolicyQuery::builder()
            .action(action)
            .tags(filters("tag", &self.tags)?)
            .tags_any(filters("any_tag", &self.tags_any)?)
            .not_tags(filters("without_tag", &self.not_tags)?)
            .not_tags_any(filters("without_any_tag", &self.not_tags_any)?)
            .matches(self.matches()?)
            .limit(limit)
            .offset(offset)
            .try_into()
            .map_err(|error| unbuildable(FUNCTION, &error))?;
        call!(&self.client, query_backup_policies_by_tag { body: body })
    }

    fn matches(&self) -> Result<Vec<PolicyMatch>> {
        let name = self.name.iter().map(|name| {
            let name = PolicyMatch::builder()
                .key(PolicyMatchField::ResourceName)
                .value(name);
            name.try_into().map_err(|error| unbuildable(FUNCTION, &error))
        });
        name.collect()
    }
}

fn filter<V: Into<String>>(key: impl Into<String>, values: impl IntoIterator<Item = V>) -> Filter {
    (key.into(), values.into_iter().map(Into::into).collect())
}

fn filters(what: &str, filters: &[Filter]) -> Result<Vec<TagFilter>> {
    const MOST: usize = 10;
    let refuse = |problem: String| Err(Error::argument(FUNCTION, format!("{what}: {problem}")));
    if filters.len() > MOST {
        return refuse(format!(
            "there are {} keys; at most {MOST} are allowed",
            filters.len()
        ));
    }
    for (index, (key, values)) in filters.iter().enumerate() {
        if filters.iter().take(index).any(|(other, _)| other == key) {
            return refuse(format!(
                "the key `{}` is there twice; name it once, with all of its values",
                shown(key)
            ));
        }
        if values.len() > MOST {
            return refuse(format!(
                "the key `{}` has {} values; at most {MOST} are allowed",
                shown(key),
                values.len()
            ));
        }
    }
    filters
        .iter()
        .map(|(key, values)| {
            let filter = TagFilter::builder().key(key).values(values.clone());
            filter.try_into().map_err(|error| unbuildable(FUNCTION, &error))
        })
        .collect()
}
