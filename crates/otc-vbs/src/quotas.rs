//! How many backups a project may have.

use crate::call::call;
use crate::{Client, Quota, Result};

/// The quotas of the project. Made by [`Client::quotas`].
#[derive(Clone, Debug)]
pub struct Quotas(Client);

impl Quotas {
    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }

    /// What limits the backups of the project, and how much of it is used. A quota of -1 is no limit.
    ///
    /// Reference: [en-us_topic_0113236392](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/querying_quotas.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn list(&self) -> Result<Vec<Quota>> {
        call!(&self.0, get_quotas {}).map(|overview| overview.quotas.resources)
    }
}
