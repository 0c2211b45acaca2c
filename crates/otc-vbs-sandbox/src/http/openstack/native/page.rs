//! The filters, the order and the paging of the lists of backups.

use std::borrow::Cow;

use http::StatusCode;
use otc_vbs_api::types::Link;
use otc_vbs_api::values::LinkRelation;

use super::request_context::{RequestContext, Version, link};
use crate::domain::backup::Backup;
use crate::domain::identifiers::{Identifiers, Kind};
use crate::domain::project::Project;
use crate::http::backup_order::{SORT_KEYS, SortKey};
use crate::http::failure::Failure;
use crate::http::list_query::{ListParameters, ListQuery};
use crate::text::excerpt;

/// The maximum number of backups in a page, as in OpenStack.
pub(crate) const LARGEST_PAGE: u64 = 1000;
/// The minor versions that introduced these parameters.
const LIKE_FROM: u32 = 31;
const COUNT_FROM: u32 = 45;

const OF_V2: ListParameters<SortKey> =
    ListParameters::new(&["name", "status", "volume_id", "marker"], &SORT_KEYS, LARGEST_PAGE);
const OF_V3: ListParameters<SortKey> = ListParameters::new(
    &["name", "status", "volume_id", "marker", "with_count", "name~", "status~", "volume_id~"],
    &SORT_KEYS,
    LARGEST_PAGE,
);

/// The query of a list of backups.
#[derive(Debug)]
pub(super) struct BackupQuery {
    list: ListQuery<SortKey>,
    like: bool,
    pub(super) with_count: bool,
}

/// One page of backups.
#[derive(Debug, Default)]
pub(super) struct BackupPage<'a> {
    /// With their ids.
    pub(super) backups: Vec<(String, Cow<'a, Backup>)>,
    /// The number of matching backups, on all pages.
    pub(super) matching: u64,
    pub(super) has_more: bool,
}

impl BackupQuery {
    pub(super) fn parse(context: &RequestContext) -> Result<Self, Failure> {
        let parameters = match context.place.version {
            Version::V2 => &OF_V2,
            Version::V3 => &OF_V3,
        };
        let list = ListQuery::parse(&context.query, parameters)?;
        let flags = [("true", true), ("false", false), ("True", true), ("False", false)];
        let with_count = list.one_of("with_count", &flags)?;
        Ok(Self {
            like: context.minor >= LIKE_FROM,
            with_count: with_count == Some(true) && context.minor >= COUNT_FROM,
            list,
        })
    }

    pub(super) fn page<'a>(
        &self,
        identifiers: &Identifiers,
        project: &'a Project,
    ) -> Result<BackupPage<'a>, Failure> {
        let id = |backup: &Backup| identifiers.hyphenated(Kind::Backup, backup.number);
        let backups = project.backups.iter();
        let mut backups: Vec<(String, Cow<'_, Backup>)> =
            backups.map(|backup| (id(&backup), backup)).collect();
        let key = self.list.sort_key.unwrap_or(SortKey::CreatedAt);
        backups.sort_by(|(_, one), (_, other)| {
            let order = key.compare(identifiers, one, other);
            let order = order.then(one.created_at.cmp(&other.created_at));
            self.list.directed(order.then(one.number.cmp(&other.number)))
        });
        let begin = match self.list.text("marker") {
            None => 0,
            Some(marker) => {
                let mut ids = backups.iter().map(|(id, _)| id);
                let place = ids.position(|id| id == marker);
                place.ok_or_else(|| unknown_marker(marker))? + 1
            }
        };
        let filter = self.filter(identifiers);
        let matching = backups.iter().filter(|(_, backup)| filter(backup)).count() as u64;
        let rest = backups.into_iter().skip(begin);
        let (backups, has_more) = self.list.page(rest.filter(|(_, backup)| filter(backup)));
        Ok(BackupPage { backups, matching, has_more })
    }

    fn filter(&self, identifiers: &Identifiers) -> impl Fn(&Backup) -> bool {
        let text = |name: &str| self.list.text(name).map(str::to_owned);
        let like = |name: &str| text(name).filter(|_| self.like);
        let (name, status) = (text("name"), text("status"));
        let (name_like, status_like) = (like("name~"), like("status~"));
        let disk_like = like("volume_id~");
        let disk = self.list.text("volume_id");
        let disk = disk.map(|id| identifiers.number(Kind::Disk, id));
        let identifiers = *identifiers;
        move |backup| {
            let called = backup.name.as_deref();
            let is_in = backup.status.as_str();
            name.as_deref().is_none_or(|name| called == Some(name))
                && status.as_deref().is_none_or(|status| is_in == status)
                && disk.is_none_or(|disk| disk == Some(backup.disk))
                && (name_like.as_deref()).is_none_or(|part| called.is_some_and(|name| name.contains(part)))
                && (status_like.as_deref()).is_none_or(|part| is_in.contains(part))
                && (disk_like.as_deref()).is_none_or(|part| {
                    let disk = identifiers.hyphenated(Kind::Disk, backup.disk);
                    disk.contains(part)
                })
        }
    }

    /// The link to the page after this backup: the same request with the new marker.
    pub(super) fn link_to_next(&self, context: &RequestContext, collection: &str, last: &str) -> Link {
        let address = format!("{}?{}", context.place.url(collection), self.list.after(last));
        link(LinkRelation::Next, address)
    }
}

fn unknown_marker(marker: &str) -> Failure {
    let message = format!(
        "there is no backup `{}` in this project, so no page begins after it; send the id of one as `marker`",
        excerpt(marker)
    );
    Failure::new(StatusCode::NOT_FOUND, "VolumeBackup.0111", message)
}
