//! Lists of backups, by the OpenStack API.

use std::fmt;
use std::num::NonZeroU32;

use crate::call::call;
use crate::filters::Refused;
use crate::walk::{ItemStream, MarkerWalk, Page, STREAM_LIMIT};
use crate::{
    Backup, BackupId, BackupPage, BackupPageV2, BackupSortKey, BackupStatus, BackupSummary,
    BackupSummaryPage, BackupV2, Client, DiskId, Link, LinkRelation, Result, SortDirection,
};

/// The version of the volume API in which the filters by pattern and `with_count` exist.
const MICROVERSION: &str = "volume 3.45";

#[derive(Clone, Debug, Default)]
struct Filters {
    name: Option<String>,
    status: Option<BackupStatus>,
    volume_id: Option<DiskId>,
    limit: Option<NonZeroU32>,
    offset: Option<u32>,
    marker: Option<BackupId>,
    name_like: Option<String>,
    status_like: Option<String>,
    volume_id_like: Option<String>,
    with_count: Option<bool>,
    sort_key: Option<BackupSortKey>,
    sort_dir: Option<SortDirection>,
    /// The header without which the service does not know some of the filters. Filled in by `checked`.
    open_stack_api_version: Option<&'static str>,
    refused: Refused,
}

impl Filters {
    /// The filters as they are sent.
    fn checked(&self, function: &str) -> Result<Self> {
        self.refused.check(function)?;
        let newer = self.name_like.is_some()
            || self.status_like.is_some()
            || self.volume_id_like.is_some()
            || self.with_count.is_some();
        Ok(Self {
            open_stack_api_version: newer.then_some(MICROVERSION),
            ..self.clone()
        })
    }
}

/// The filters that every list has.
macro_rules! common_filters {
    () => {
        pub(crate) fn new(client: Client) -> Self {
            Self {
                client,
                filters: Filters::default(),
            }
        }

        /// Only backups with this name.
        pub fn name(mut self, name: impl Into<String>) -> Self {
            self.filters.name = Some(name.into());
            self
        }

        /// Only backups in this status. One that the reference does not list is sent as it is.
        pub fn status(mut self, status: impl Into<BackupStatus>) -> Self {
            self.filters.status = Some(status.into());
            self
        }

        /// Only backups of this disk.
        pub fn volume_id<I>(mut self, disk: I) -> Self
        where
            I: TryInto<DiskId, Error: fmt::Display>,
        {
            self.filters.volume_id = self.filters.refused.value("volume_id", disk);
            self
        }

        /// The most backups in one answer, at least 1. A stream asks for 1000 where it is not set.
        pub fn limit(mut self, limit: u32) -> Self {
            self.filters.limit = self.filters.refused.limit(limit);
            self
        }

        /// How many backups to pass over before the first that is wanted.
        pub fn offset(mut self, offset: u32) -> Self {
            self.filters.offset = Some(offset);
            self
        }

        /// The backup after which the page begins.
        pub fn marker<I>(mut self, backup: I) -> Self
        where
            I: TryInto<BackupId, Error: fmt::Display>,
        {
            self.filters.marker = self.filters.refused.value("marker", backup);
            self
        }
    };
}

/// The filters that the lists of the v3 API have besides.
macro_rules! v3_filters {
    () => {
        /// Only backups whose name holds this text.
        pub fn name_like(mut self, text: impl Into<String>) -> Self {
            self.filters.name_like = Some(text.into());
            self
        }

        /// Only backups whose status holds this text.
        pub fn status_like(mut self, text: impl Into<String>) -> Self {
            self.filters.status_like = Some(text.into());
            self
        }

        /// Only backups of disks whose identifier holds this text.
        pub fn volume_id_like(mut self, text: impl Into<String>) -> Self {
            self.filters.volume_id_like = Some(text.into());
            self
        }

        /// Whether the page is to say how many backups there are.
        pub fn with_count(mut self, count: bool) -> Self {
            self.filters.with_count = Some(count);
            self
        }
    };
}

/// One page, and the walk over all.
macro_rules! pages {
    ($function:ident, $page:ty, $item:ty, $count:expr, { $($option:ident),* }) => {
        /// One page, as the filters say.
        ///
        /// # Errors
        ///
        /// Where a filter was given a bad value, and as every request can fail: see [`Error`](crate::Error).
        pub async fn page(&self) -> Result<$page> {
            let filters = self.filters.checked(stringify!($function))?;
            call!(&self.client, $function {} optional {
                name: filters.name,
                status: filters.status,
                volume_id: filters.volume_id,
                limit: filters.limit,
                offset: filters.offset,
                marker: filters.marker,
                $($option: filters.$option,)*
            })
        }

        /// All backups from here on, page after page, as they are asked for. The walk goes by marker, and never follows
        /// a link of the service.
        ///
        /// # Errors
        ///
        /// Those of [`page`](Self::page), and one where the service sends the same page again and again.
        pub fn stream(mut self) -> ItemStream<$item> {
            let limit = self.filters.limit.map_or(STREAM_LIMIT, NonZeroU32::get);
            self.filters.limit = NonZeroU32::new(limit);
            let offset = self.filters.offset.unwrap_or(0);
            // A page that the service cut links to the next, so that one that is short and does not is the last.
            let walk = MarkerWalk::new(limit, limit, offset, self.filters.marker.as_ref());
            ItemStream::of_pages((self, walk), |(query, walk)| query.next_page(walk))
        }

        async fn next_page(
            mut self,
            mut walk: MarkerWalk<BackupId>,
        ) -> Result<(Vec<$item>, Option<(Self, MarkerWalk<BackupId>)>)> {
            let page = self.page().await?;
            let count: fn(&$page) -> Option<i64> = $count;
            let page = Page {
                count: count(&page),
                links_to_next: links_to_next(page.backups_links.as_deref()),
                items: page.backups,
            };
            let step = walk
                .take(self.filters.marker.as_ref(), page, |backup| &backup.id)
                .map_err(|repetition| repetition.in_call(stringify!($function), "backup"))?;
            let next = step.next.map(|marker| {
                self.filters.marker = Some(marker);
                self.filters.offset = None;
                (self, walk)
            });
            Ok((step.items, next))
        }
    };
}

/// Whether the service links to a next page. The link itself leads to another host, without a version: it is not followed.
fn links_to_next(links: Option<&[Link]>) -> bool {
    let mut relations = links
        .unwrap_or_default()
        .iter()
        .filter_map(|link| link.rel.as_ref());
    relations.any(|relation| *relation == LinkRelation::Next)
}

/// A list of backups with all that is known of each. Made by [`Backups::list`](crate::Backups::list).
///
/// Reference: [en-us_topic_0143705536](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/querying_details_about_vbs_backups_native_openstack_v3_api.html)
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until `page` or `stream` is called"]
pub struct BackupQuery {
    client: Client,
    filters: Filters,
}

impl BackupQuery {
    common_filters!();
    v3_filters!();
    pages!(list_backups, BackupPage, Backup, |page| page.count, {
        name_like, status_like, volume_id_like, with_count, open_stack_api_version
    });
}

/// A list of backups in brief: identifier, name and links. Made by
/// [`Backups::list_summaries`](crate::Backups::list_summaries).
///
/// Reference: [en-us_topic_0143705535](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/querying_summary_information_about_vbs_backups_native_openstack_v3_api.html)
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until `page` or `stream` is called"]
pub struct BackupSummaryQuery {
    client: Client,
    filters: Filters,
}

impl BackupSummaryQuery {
    common_filters!();
    v3_filters!();
    pages!(list_backup_summaries, BackupSummaryPage, BackupSummary, |page| page.count, {
        name_like, status_like, volume_id_like, with_count, open_stack_api_version
    });
}

/// A list of backups with all that is known of each, by the deprecated v2 API. Made by
/// [`Backups::list_v2`](crate::Backups::list_v2).
///
/// Reference: [en-us_topic_0020237259](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/querying_details_about_vbs_backups_native_openstack_api_deprecated.html)
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until `page` or `stream` is called"]
pub struct BackupQueryV2 {
    client: Client,
    filters: Filters,
}

impl BackupQueryV2 {
    common_filters!();

    /// The field by which the backups are sorted.
    pub fn sort_key(mut self, key: BackupSortKey) -> Self {
        self.filters.sort_key = Some(key);
        self
    }

    /// The order of the backups. Descending where it is not set.
    pub fn sort_dir(mut self, direction: SortDirection) -> Self {
        self.filters.sort_dir = Some(direction);
        self
    }

    pages!(list_backups_v2, BackupPageV2, BackupV2, |_| None, { sort_key, sort_dir });
}

/// A list of backups in brief, by the deprecated v2 API. Made by
/// [`Backups::list_summaries_v2`](crate::Backups::list_summaries_v2).
///
/// Reference: [en-us_topic_0020237258](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/querying_summary_information_about_vbs_backups_native_openstack_api_deprecated.html)
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until `page` or `stream` is called"]
pub struct BackupSummaryQueryV2 {
    client: Client,
    filters: Filters,
}

impl BackupSummaryQueryV2 {
    common_filters!();
    pages!(
        list_backup_summaries_v2,
        BackupSummaryPage,
        BackupSummary,
        |page| page.count,
        {}
    );
}
