//! Quotas.

use crate::Client;
use crate::request::GetQuotas;

/// The quotas of the project. Returned by [`Client::quotas`].
#[derive(Clone, Debug)]
pub struct Quotas(Client);

impl Quotas {
    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }

    /// Lists the quotas and their usage. A quota of -1 is unlimited.
    pub fn list(&self) -> GetQuotas {
        GetQuotas::new(&self.0)
    }
}
