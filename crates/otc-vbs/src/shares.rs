//! Backups that are shared between projects.

use crate::Client;
use crate::request::{CancelBackupShare, CountBackupShares, GetBackupShare, ListBackupShares};
use crate::types::ShareId;

/// The backups that the project shares with others, and that others share with it. Returned by [`Client::shares`].
#[derive(Clone, Debug)]
pub struct Shares(Client);

impl Shares {
    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }

    /// Lists the shares.
    ///
    /// The list has no marker: if shares are created or cancelled while its pages are requested, one may be missed.
    pub fn list(&self) -> ListBackupShares {
        ListBackupShares::new(&self.0)
    }

    /// Counts the shares.
    pub fn count(&self) -> CountBackupShares {
        CountBackupShares::new(&self.0)
    }
}

/// One share of a backup. Returned by [`Client::share`], which sends nothing.
#[derive(Clone, Debug)]
pub struct ShareHandle {
    client: Client,
    id: ShareId,
}

impl ShareHandle {
    pub(crate) fn new(client: Client, id: ShareId) -> Self {
        Self { client, id }
    }

    /// The id of the share.
    pub fn id(&self) -> &ShareId {
        &self.id
    }

    /// Gets the share with its backup.
    pub fn get(&self) -> GetBackupShare {
        GetBackupShare::new(&self.client, &self.id)
    }

    /// Cancels the share.
    pub fn cancel(&self) -> CancelBackupShare {
        CancelBackupShare::new(&self.client, &self.id).is_backup_id(false)
    }
}
