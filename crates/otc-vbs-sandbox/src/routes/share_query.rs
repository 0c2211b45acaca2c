//! The filters, the order and the paging of `listBackupShares` and `countBackupShares`.

use std::cmp::Ordering;

use otc_vbs_api::limits;

use super::query::Query;
use crate::data::identifiers::Kind;
use crate::failure::Failure;
use crate::service::Service;
use crate::service::backup::{Backup, Status};
use crate::service::numbers::ProjectNumber;
use crate::service::shares::Share;
use crate::world::World;

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
        world: &World,
        service: &'a Service,
        project: ProjectNumber,
    ) -> Vec<(&'a Share, &'a Backup)> {
        let shares = service.shares(project);
        let fits = |(share, backup): &(&Share, &Backup)| {
            let side = match self.to_me {
                true => share.to,
                false => share.from,
            };
            side == project && self.fits(world, service, share, backup)
        };
        let mut shares: Vec<_> = shares.filter(fits).collect();
        shares.sort_by(|one, other| {
            let order = self.compare(world, *one, *other);
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

    fn fits(&self, world: &World, service: &Service, share: &Share, backup: &Backup) -> bool {
        let is = |name: &str, value: String| {
            let wanted = self.query.text(name);
            wanted.is_none_or(|wanted| wanted == value)
        };
        let id = |kind, number| world.identifiers.hyphenated(kind, number);
        let name = backup.name.as_deref().unwrap_or_default();
        let part = self.query.text("name");
        is("volume_id", id(Kind::Disk, backup.disk))
            && is("backup_id", id(Kind::Backup, backup.number))
            && is("from_project_id", world.project_id(share.from))
            && is("to_project_id", world.project_id(share.to))
            && is("status", status(backup.status).to_owned())
            && is(
                "avalilability_zone",
                service.disk(backup.disk).availability_zone.to_owned(),
            )
            && part.is_none_or(|part| name.contains(part))
    }

    fn compare(&self, world: &World, one: (&Share, &Backup), other: (&Share, &Backup)) -> Ordering {
        let id = |share: &Share| world.identifiers.hyphenated(Kind::Share, share.number);
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
