//! Agencies: a domain delegates rights to another.

use http::StatusCode;
use serde::Deserialize;

use crate::http::caller::Caller;
use crate::http::failure::Failure;
use crate::identity::accounts::{AGENCY, Accounts, Holder};
use crate::identity::tokens::Scope;

/// The agency whose role the caller wants.
#[derive(Deserialize)]
pub(super) struct AssumeRole {
    domain_id: Option<String>,
    domain_name: Option<String>,
    xrole_name: String,
}

impl AssumeRole {
    /// Checks that the caller may assume the role. The statuses are the sandbox's decision.
    pub(super) fn check(&self, accounts: &Accounts, caller: Caller) -> Result<(), Failure> {
        let forbidden = |message| Err(Failure::identity(StatusCode::FORBIDDEN, message));
        if caller.holder == Holder::Agency {
            return forbidden("the token already belongs to an agency; assume a role as a user");
        }
        if caller.scope == Scope::Unscoped {
            return forbidden("the token has no role, because it has no scope");
        }
        let delegating = &accounts.delegating;
        let there = match (&self.domain_id, &self.domain_name) {
            (Some(id), _) => *id == delegating.id,
            (None, Some(name)) => name == delegating.name,
            (None, None) => {
                return Err(Failure::identity(
                    StatusCode::BAD_REQUEST,
                    "`auth.identity.assume_role` needs the `domain_id` or the `domain_name` of the delegating domain",
                ));
            }
        };
        if there && self.xrole_name == AGENCY {
            return Ok(());
        }
        Err(Failure::identity(
            StatusCode::NOT_FOUND,
            "the agency was not found; check `xrole_name` and the delegating domain",
        ))
    }
}
