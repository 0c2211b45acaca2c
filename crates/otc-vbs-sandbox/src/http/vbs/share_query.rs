//! The filters, the order and the paging of `listBackupShares` and `countBackupShares`.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::domain::Vbs;
use crate::domain::backup::Backup;
use crate::domain::identifiers::Kind;
use crate::domain::numbers::ProjectNumber;
use crate::domain::shares::Share;
use crate::http::backup_order::{SORT_KEYS, SortKey};
use crate::http::failure::Failure;
use crate::http::list_query::{BOOLEANS, ListParameters, ListQuery};
use crate::state::AppState;

const PARAMETERS: ListParameters<SortKey> = ListParameters::new(
    &[
        "share_to_me",
        "volume_id",
        "name",
        "status",
        "backup_id",
        "from_project_id",
        "to_project_id",
        "avalilability_zone",
    ],
    &SORT_KEYS,
    u64::MAX,
);

/// The query of `listBackupShares`, whose filters `countBackupShares` also has.
#[derive(Debug)]
pub(crate) struct ShareQuery {
    list: ListQuery<SortKey>,
    to_me: bool,
}

impl ShareQuery {
    pub(crate) fn parse(query: &str) -> Result<Self, Failure> {
        let list = ListQuery::parse(query, &PARAMETERS)?;
        let to_me = list.one_of("share_to_me", &BOOLEANS)?.unwrap_or(false);
        Ok(Self { list, to_me })
    }

    /// The matching shares, in order.
    pub(crate) fn matching<'a>(
        &self,
        app: &AppState,
        vbs: &'a Vbs,
        project: ProjectNumber,
    ) -> Vec<(&'a Share, Cow<'a, Backup>)> {
        let shares = vbs.shares(project);
        let fits = |(share, backup): &(&Share, Cow<'_, Backup>)| {
            let side = match self.to_me {
                true => share.to,
                false => share.from,
            };
            side == project && self.fits(app, vbs, share, backup)
        };
        let mut shares: Vec<_> = shares.filter(fits).collect();
        let key = self.list.sort_key.unwrap_or(SortKey::CreatedAt);
        shares.sort_by(|one, other| {
            let order = compare(app, key, (one.0, &one.1), (other.0, &other.1));
            // Shares created at the same moment stay in the order of their creation.
            self.list.directed(order.then(one.0.number.cmp(&other.0.number)))
        });
        shares
    }

    /// The shares on the page, out of those that match.
    pub(crate) fn page<T>(&self, shares: Vec<T>) -> Vec<T> {
        self.list.page(shares).0
    }

    fn fits(&self, app: &AppState, vbs: &Vbs, share: &Share, backup: &Backup) -> bool {
        let is = |name: &str, value: String| {
            let wanted = self.list.text(name);
            wanted.is_none_or(|wanted| wanted == value)
        };
        let id = |kind, number| app.identifiers.hyphenated(kind, number);
        let name = backup.name.as_deref().unwrap_or_default();
        let part = self.list.text("name");
        is("volume_id", id(Kind::Disk, backup.disk))
            && is("backup_id", id(Kind::Backup, backup.number))
            && is("from_project_id", app.project_id(share.from))
            && is("to_project_id", app.project_id(share.to))
            && is("status", backup.status.as_str().to_owned())
            && is("avalilability_zone", vbs.disk(backup.disk).availability_zone.to_owned())
            && part.is_none_or(|part| name.contains(part))
    }
}

/// A share is sorted by its own field if it has one of this name, otherwise by its backup's.
fn compare(app: &AppState, key: SortKey, one: (&Share, &Backup), other: (&Share, &Backup)) -> Ordering {
    let id = |share: &Share| app.identifiers.hyphenated(Kind::Share, share.number);
    match key {
        SortKey::Id => id(one.0).cmp(&id(other.0)),
        SortKey::CreatedAt => one.0.created_at.cmp(&other.0.created_at),
        SortKey::UpdatedAt => Ordering::Equal,
        key => key.compare(&app.identifiers, one.1, other.1),
    }
}
