//! The filters, the order and the paging of `listBackupShares` and `countBackupShares`.

use std::cmp::Ordering;

use otc_vbs_api::limits;

use crate::domain::Vbs;
use crate::domain::backup::{Backup, Status};
use crate::domain::identifiers::Kind;
use crate::domain::numbers::ProjectNumber;
use crate::domain::shares::Share;
use crate::http::failure::Failure;
use crate::http::query::Query;
use crate::state::AppState;

const FILTERS: [&str; 8] = [
    "share_to_me",
    "volume_id",
    "name",
    "status",
    "backup_id",
    "from_project_id",
    "to_project_id",
    "avalilability_zone",
];
const PLACES: [&str; 4] = ["sort_dir", "sort_key", "limit", "offset"];

/// By what shares are sorted.
#[derive(Clone, Copy, Debug)]
enum Key {
    Name,
    Status,
    Size,
    Id,
    CreatedAt,
    /// All shares have the same there, or nothing.
    Same,
}

const KEYS: [(&str, Key); 8] = [
    ("name", Key::Name),
    ("status", Key::Status),
    ("container_format", Key::Same),
    ("disk_format", Key::Same),
    ("size", Key::Size),
    ("id", Key::Id),
    ("created_at", Key::CreatedAt),
    // A share never changes.
    ("updated_at", Key::Same),
];

/// What the query parameters say.
#[derive(Debug)]
pub(crate) struct ShareQuery {
    to_me: bool,
    query: Query,
    key: Key,
    is_descending: bool,
    limit: Option<u64>,
    offset: u64,
}

impl ShareQuery {
    /// With an order and a page.
    pub(crate) fn parse(query: &str) -> Result<Self, Failure> {
        let known: Vec<&'static str> = FILTERS.into_iter().chain(PLACES).collect();
        Self::of(Query::parse(query, &known)?)
    }

    /// The filters only.
    pub(crate) fn parse_filters(query: &str) -> Result<Self, Failure> {
        Self::of(Query::parse(query, &FILTERS)?)
    }

    fn of(query: Query) -> Result<Self, Failure> {
        let orders = [("asc", false), ("desc", true)];
        Ok(Self {
            to_me: query.boolean("share_to_me")?.unwrap_or(false),
            key: query.one_of("sort_key", &KEYS)?.unwrap_or(Key::CreatedAt),
            is_descending: query.one_of("sort_dir", &orders)?.unwrap_or(true),
            limit: query.number("limit", &limits::LIMIT)?,
            offset: query.number("offset", &limits::OFFSET)?.unwrap_or(0),
            query,
        })
    }

    /// The shares that fit the filters, in order.
    pub(crate) fn matching<'a>(
        &self,
        app: &AppState,
        vbs: &'a Vbs,
        project: ProjectNumber,
    ) -> Vec<(&'a Share, &'a Backup)> {
        let shares = vbs.shares(project);
        let fits = |(share, backup): &(&Share, &Backup)| {
            let side = match self.to_me {
                true => share.to,
                false => share.from,
            };
            side == project && self.fits(app, vbs, share, backup)
        };
        let mut shares: Vec<_> = shares.filter(fits).collect();
        shares.sort_by(|one, other| {
            let order = self.compare(app, *one, *other);
            // Shares of the same moment stay in the order in which they were made.
            let order = order.then(one.0.number.cmp(&other.0.number));
            match self.is_descending {
                true => order.reverse(),
                false => order,
            }
        });
        shares
    }

    /// What of the matching shares belongs to the page.
    pub(crate) fn page<T>(&self, shares: Vec<T>) -> impl Iterator<Item = T> {
        let as_place = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let limit = self.limit.map_or(usize::MAX, as_place);
        shares.into_iter().skip(as_place(self.offset)).take(limit)
    }

    fn fits(&self, app: &AppState, vbs: &Vbs, share: &Share, backup: &Backup) -> bool {
        let is = |name: &str, value: String| {
            let wanted = self.query.text(name);
            wanted.is_none_or(|wanted| wanted == value)
        };
        let id = |kind, number| app.identifiers.hyphenated(kind, number);
        let name = backup.name.as_deref().unwrap_or_default();
        let part = self.query.text("name");
        is("volume_id", id(Kind::Disk, backup.disk))
            && is("backup_id", id(Kind::Backup, backup.number))
            && is("from_project_id", app.project_id(share.from))
            && is("to_project_id", app.project_id(share.to))
            && is("status", status(backup.status).to_owned())
            && is(
                "avalilability_zone",
                vbs.disk(backup.disk).availability_zone.to_owned(),
            )
            && part.is_none_or(|part| name.contains(part))
    }

    fn compare(&self, app: &AppState, one: (&Share, &Backup), other: (&Share, &Backup)) -> Ordering {
        let id = |share: &Share| app.identifiers.hyphenated(Kind::Share, share.number);
        match self.key {
            Key::Name => one.1.name.cmp(&other.1.name),
            Key::Status => status(one.1.status).cmp(status(other.1.status)),
            Key::Size => one.1.size.cmp(&other.1.size),
            Key::Id => id(one.0).cmp(&id(other.0)),
            Key::CreatedAt => one.0.created_at.cmp(&other.0.created_at),
            Key::Same => Ordering::Equal,
        }
    }
}

/// How a status of a backup is written.
pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Creating => "creating",
        Status::Available => "available",
        Status::Deleting => "deleting",
        Status::Restoring => "restoring",
        Status::Error => "error",
    }
}
