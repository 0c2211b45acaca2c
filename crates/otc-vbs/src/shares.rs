//! Backups shared between projects.

use std::fmt;
use std::num::NonZeroU32;

use crate::body::{Deferred, checked};
use crate::call::call;
use crate::filters::Refused;
use crate::walk::{ItemStream, OffsetWalk, STREAM_LIMIT};
use crate::{
    BackupId, BackupShare, BackupSortKey, BackupStatus, Client, DiskId, ProjectId, Result, ShareId,
    SortDirection,
};

/// The backups that the project shares with others, and others with it. Made by [`Client::shares`].
#[derive(Clone, Debug)]
pub struct Shares(Client);

impl Shares {
    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }

    /// A list of the shares, or their number.
    pub fn query(&self) -> ShareQuery {
        ShareQuery {
            client: self.0.clone(),
            filters: Filters::default(),
        }
    }

    /// One share, by its identifier.
    pub fn share<I>(&self, id: I) -> ShareRef
    where
        I: TryInto<ShareId, Error: fmt::Display>,
    {
        ShareRef {
            client: self.0.clone(),
            id: id.try_into().map_err(|error| error.to_string()),
        }
    }
}

/// One share of a backup. Made by [`Shares::share`].
#[derive(Clone, Debug)]
pub struct ShareRef {
    client: Client,
    id: Deferred<ShareId>,
}

impl ShareRef {
    /// All that is known of the share and its backup.
    ///
    /// Reference: [en-us_topic_0078214155](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/querying_details_about_a_backup_sharing.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn get(&self) -> Result<BackupShare> {
        let id = checked("get_backup_share", &self.id)?;
        call!(&self.client, get_backup_share { id: id }).map(|detail| detail.shared)
    }

    /// Takes the share back.
    ///
    /// Reference: [en-us_topic_0078214152](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/canceling_sharing_of_a_backup.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn cancel(&self) -> Result<()> {
        let id = checked("cancel_backup_share", &self.id)?;
        call!(
            &self.client,
            cancel_backup_share {
                id: id.as_str(),
                is_backup_id: false
            }
        )
    }
}

#[derive(Clone, Debug, Default)]
struct Filters {
    share_to_me: Option<bool>,
    volume_id: Option<DiskId>,
    name: Option<String>,
    status: Option<BackupStatus>,
    backup_id: Option<BackupId>,
    from_project_id: Option<ProjectId>,
    to_project_id: Option<ProjectId>,
    availability_zone: Option<String>,
    sort_key: Option<BackupSortKey>,
    sort_dir: Option<SortDirection>,
    limit: Option<NonZeroU32>,
    offset: Option<u32>,
    refused: Refused,
}

/// A call with the filters that the list and the count have in common. The generated requests of the two are types without
/// a common trait.
macro_rules! filtered {
    ($client:expr, $function:ident, $filters:ident, { $($option:ident: $value:expr),* $(,)? }) => {
        call!($client, $function {} optional {
            share_to_me: $filters.share_to_me,
            volume_id: $filters.volume_id,
            name: $filters.name,
            status: $filters.status,
            backup_id: $filters.backup_id,
            from_project_id: $filters.from_project_id,
            to_project_id: $filters.to_project_id,
            availability_zone: $filters.availability_zone,
            $($option: $value,)*
        })
    };
}

/// A query for shares: made by [`Shares::query`], narrowed by its filters, run by [`page`](Self::page),
/// [`stream`](Self::stream) or [`count`](Self::count).
///
/// Reference: [en-us_topic_0078214153](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/querying_backup_sharings.html)
/// and [en-us_topic_0078214154](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/counting_backup_sharings.html)
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until `page`, `stream` or `count` is called"]
pub struct ShareQuery {
    client: Client,
    filters: Filters,
}

impl ShareQuery {
    /// Shares that others gave to the project, rather than those that it gave.
    pub fn shared_to_me(mut self, to_me: bool) -> Self {
        self.filters.share_to_me = Some(to_me);
        self
    }

    /// Only shares of backups of this disk.
    pub fn volume_id<I: TryInto<DiskId, Error: fmt::Display>>(mut self, disk: I) -> Self {
        self.filters.volume_id = self.filters.refused.value("volume_id", disk);
        self
    }

    /// Only shares of backups with this name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.filters.name = Some(name.into());
        self
    }

    /// Only shares of backups in this status.
    pub fn status(mut self, status: impl Into<BackupStatus>) -> Self {
        self.filters.status = Some(status.into());
        self
    }

    /// Only shares of this backup.
    pub fn backup_id<I: TryInto<BackupId, Error: fmt::Display>>(mut self, backup: I) -> Self {
        self.filters.backup_id = self.filters.refused.value("backup_id", backup);
        self
    }

    /// Only shares that this project gave.
    pub fn from_project<I: TryInto<ProjectId, Error: fmt::Display>>(mut self, project: I) -> Self {
        self.filters.from_project_id = self.filters.refused.value("from_project", project);
        self
    }

    /// Only shares that were given to this project.
    pub fn to_project<I: TryInto<ProjectId, Error: fmt::Display>>(mut self, project: I) -> Self {
        self.filters.to_project_id = self.filters.refused.value("to_project", project);
        self
    }

    /// Only shares of backups in this availability zone. The reference misspells the parameter, and so does the request.
    pub fn availability_zone(mut self, zone: impl Into<String>) -> Self {
        self.filters.availability_zone = Some(zone.into());
        self
    }

    /// The field by which a list is sorted. It does not count for [`count`](Self::count).
    pub fn sort_key(mut self, key: BackupSortKey) -> Self {
        self.filters.sort_key = Some(key);
        self
    }

    /// The order of a list.
    pub fn sort_dir(mut self, direction: SortDirection) -> Self {
        self.filters.sort_dir = Some(direction);
        self
    }

    /// The most shares in one answer, at least 1. A stream asks for 1000 where it is not set.
    pub fn limit(mut self, limit: u32) -> Self {
        self.filters.limit = self.filters.refused.limit(limit);
        self
    }

    /// How many shares to pass over before the first that is wanted.
    pub fn offset(mut self, offset: u32) -> Self {
        self.filters.offset = Some(offset);
        self
    }

    /// One page.
    ///
    /// # Errors
    ///
    /// Where a filter was given a bad value, and as every request can fail: see [`Error`](crate::Error).
    pub async fn page(&self) -> Result<Vec<BackupShare>> {
        self.filters.refused.check(LIST)?;
        let filters = self.filters.clone();
        filtered!(&self.client, list_backup_shares, filters, {
            sort_key: filters.sort_key,
            sort_dir: filters.sort_dir,
            limit: filters.limit,
            offset: filters.offset,
        })
        .map(|list| list.shared)
    }

    /// How many shares fit.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub async fn count(&self) -> Result<i64> {
        self.filters.refused.check("count_backup_shares")?;
        let filters = self.filters.clone();
        filtered!(&self.client, count_backup_shares, filters, {}).map(|count| count.count)
    }

    /// All shares that fit, page after page, as they are asked for.
    ///
    /// The service has no marker here: where shares are made or taken back while it walks, one may be missed.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page), and one where the service sends the same page again and again.
    pub fn stream(mut self) -> ItemStream<BackupShare> {
        self.filters.limit = self.filters.limit.or(NonZeroU32::new(STREAM_LIMIT));
        let walk = OffsetWalk::new(self.filters.offset.unwrap_or(0));
        ItemStream::of_pages((self, walk), |(query, walk)| query.next_page(walk))
    }

    async fn next_page(
        mut self,
        mut walk: OffsetWalk<ShareId>,
    ) -> Result<(Vec<BackupShare>, Option<(Self, OffsetWalk<ShareId>)>)> {
        self.filters.offset = Some(walk.offset());
        let page = self.page().await?;
        let (shares, more) = walk
            .take(page, None, |share| &share.id)
            .map_err(|repetition| repetition.in_call(LIST, "share"))?;
        Ok((shares, more.then_some((self, walk))))
    }
}

const LIST: &str = "list_backup_shares";
