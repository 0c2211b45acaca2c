//! The filters, the order and the paging of the lists of backups.

use std::cmp::Ordering;

use http::StatusCode;
use otc_vbs_api::limits;
use otc_vbs_api::types::Link;
use otc_vbs_api::values::LinkRelation;

use super::request_context::{RequestContext, Version, link};
use crate::domain::backup::Backup;
use crate::domain::identifiers::{Identifiers, Kind};
use crate::domain::project::Project;
use crate::http::failure::Failure;
use crate::http::query::Query;
use crate::http::vbs::backup_refusal::wire;
use crate::text::excerpt;

/// A page has no more backups than this, as in OpenStack.
pub(crate) const MOST_ON_A_PAGE: u32 = 1000;
/// The minor versions from which on these are heeded.
const LIKE_FROM: u32 = 31;
const COUNT_FROM: u32 = 45;

const OF_BOTH: [&str; 8] = [
    "name",
    "status",
    "volume_id",
    "sort_key",
    "sort_dir",
    "limit",
    "offset",
    "marker",
];
const OF_V3: [&str; 4] = ["with_count", "name~", "status~", "volume_id~"];

/// By what backups are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SortKey {
    Name,
    Status,
    Size,
    Id,
    CreatedAt,
    UpdatedAt,
    /// Something that is the same in all backups.
    Alike,
}

const SORT_KEYS: [(&str, SortKey); 8] = [
    ("name", SortKey::Name),
    ("status", SortKey::Status),
    // The reference lists them, though only images have them.
    ("container_format", SortKey::Alike),
    ("disk_format", SortKey::Alike),
    ("size", SortKey::Size),
    ("id", SortKey::Id),
    ("created_at", SortKey::CreatedAt),
    ("updated_at", SortKey::UpdatedAt),
];

/// What the query of a list says.
#[derive(Debug)]
pub(super) struct BackupQuery {
    query: Query,
    like: bool,
    pub(super) with_count: bool,
    key: SortKey,
    is_ascending: bool,
    limit: u64,
    offset: u64,
}

/// One page of backups.
#[derive(Debug, Default)]
pub(super) struct BackupPage<'a> {
    /// With their identifiers.
    pub(super) backups: Vec<(String, &'a Backup)>,
    /// How many match, on whatever page.
    pub(super) matching: u64,
    pub(super) has_more: bool,
}

impl BackupQuery {
    pub(super) fn parse(context: &RequestContext) -> Result<Self, Failure> {
        let query = Query::parse(&context.query, &known(context.place.version))?;
        let flags = [("true", true), ("false", false), ("True", true), ("False", false)];
        let with_count = query.one_of("with_count", &flags)?;
        let most = u64::from(MOST_ON_A_PAGE);
        Ok(Self {
            like: context.minor >= LIKE_FROM,
            with_count: with_count == Some(true) && context.minor >= COUNT_FROM,
            key: query
                .one_of("sort_key", &SORT_KEYS)?
                .unwrap_or(SortKey::CreatedAt),
            is_ascending: query
                .one_of("sort_dir", &[("asc", true), ("desc", false)])?
                .unwrap_or(false),
            limit: query.number("limit", &limits::LIMIT)?.unwrap_or(most).min(most),
            offset: query.number("offset", &limits::OFFSET)?.unwrap_or(0),
            query,
        })
    }

    pub(super) fn page<'a>(
        &self,
        identifiers: &Identifiers,
        project: &'a Project,
    ) -> Result<BackupPage<'a>, Failure> {
        let id = |backup: &Backup| identifiers.hyphenated(Kind::Backup, backup.number);
        let backups = project.backups.values();
        let mut backups: Vec<(String, &Backup)> = backups.map(|backup| (id(backup), backup)).collect();
        backups.sort_by(|one, other| self.compare(one, other));
        let begin = match self.query.text("marker") {
            None => 0,
            Some(marker) => {
                let mut ids = backups.iter().map(|(id, _)| id);
                let place = ids.position(|id| id == marker);
                place.ok_or_else(|| unknown_marker(marker))? + 1
            }
        };
        let filter = self.filter(identifiers);
        let matching = backups.iter().filter(|(_, backup)| filter(backup)).count() as u64;
        let mut rest = backups
            .into_iter()
            .skip(begin)
            .filter(|(_, backup)| filter(backup))
            .skip(usize::try_from(self.offset).unwrap_or(usize::MAX));
        let backups = rest.by_ref().take(self.limit as usize).collect();
        Ok(BackupPage {
            backups,
            matching,
            has_more: rest.next().is_some(),
        })
    }

    fn filter(&self, identifiers: &Identifiers) -> impl Fn(&Backup) -> bool {
        let text = |name: &str| self.query.text(name).map(str::to_owned);
        let like = |name: &str| text(name).filter(|_| self.like);
        let (name, status) = (text("name"), text("status"));
        let (name_like, status_like) = (like("name~"), like("status~"));
        let disk_like = like("volume_id~");
        let disk = self.query.text("volume_id");
        let disk = disk.map(|id| identifiers.number(Kind::Disk, id));
        let identifiers = *identifiers;
        move |backup| {
            let called = backup.name.as_deref();
            let is_in = wire(backup.status);
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

    fn compare(&self, one: &(String, &Backup), other: &(String, &Backup)) -> Ordering {
        let ((one_id, one), (other_id, other)) = (one, other);
        let ascending = match self.key {
            SortKey::Name => one.name.cmp(&other.name),
            SortKey::Status => wire(one.status).cmp(wire(other.status)),
            SortKey::Size => one.size.cmp(&other.size),
            SortKey::Id => one_id.cmp(other_id),
            SortKey::UpdatedAt => one.updated_at.cmp(&other.updated_at),
            SortKey::CreatedAt | SortKey::Alike => Ordering::Equal,
        };
        let ascending = ascending
            .then(one.created_at.cmp(&other.created_at))
            .then(one.number.cmp(&other.number));
        match self.is_ascending {
            true => ascending,
            false => ascending.reverse(),
        }
    }

    /// The link to the page after one that ends with this backup: the same request, but with its marker.
    pub(super) fn link_to_next(&self, context: &RequestContext, collection: &str, last: &str) -> Link {
        let replaced = ["limit", "offset", "marker"];
        let known = known(context.place.version);
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in url::form_urlencoded::parse(context.query.as_bytes()) {
            if known.contains(&&*name) && !replaced.contains(&&*name) {
                query.append_pair(&name, &value);
            }
        }
        query.append_pair("limit", &self.limit.to_string());
        query.append_pair("marker", last);
        let address = format!("{}?{}", context.place.url(collection), query.finish());
        link(LinkRelation::Next, address)
    }
}

fn known(version: Version) -> Vec<&'static str> {
    match version {
        Version::V2 => OF_BOTH.to_vec(),
        Version::V3 => OF_BOTH.into_iter().chain(OF_V3).collect(),
    }
}

fn unknown_marker(marker: &str) -> Failure {
    let message = format!(
        "there is no backup `{}` in this project, so no page begins after it; send the identifier of one as `marker`",
        excerpt(marker)
    );
    Failure::new(StatusCode::NOT_FOUND, "VolumeBackup.0111", message)
}
