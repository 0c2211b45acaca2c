//! The caller, as the identity service knows it.

use std::sync::Arc;

use jiff::Timestamp;

use super::{AuthMethod, Inner, Session};
use crate::Result;
use crate::identity::{Project, Scope};
use crate::keystone::Facts;

/// Who a session acts as, and for how long. Returned by [`Session::caller`].
///
/// Contains no secret. What the identity service did not say is `None`. The texts are unchanged: sanitise them
/// before you print them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caller {
    /// The id of the user. With an agency, it is the user that the agency stands for.
    pub user_id: Option<String>,
    /// The name of the user.
    pub user_name: Option<String>,
    /// The name of the user's domain.
    pub domain_name: Option<String>,
    /// The id of the project that the session acts for.
    pub project_id: Option<String>,
    /// The name of that project.
    pub project_name: Option<String>,
    /// The time at which the token expires. `None` for an access key. A session with credentials gets a new token before
    /// that; a token that is used as given can't be renewed.
    pub expires_at: Option<Timestamp>,
}

impl Session {
    /// Who the session acts as. Signs in, so that wrong credentials are an error.
    ///
    /// The identity service does not say who an access key belongs to: only the project is known.
    ///
    /// # Errors
    ///
    /// The caller can't sign in, or the identity service fails.
    pub async fn caller(&self) -> Result<Caller> {
        match self.0.auth_method().await? {
            AuthMethod::Issued => {
                let token = &self.0.issued().await?.token;
                Ok(Caller::new(&token.facts, token.expires_at))
            }
            AuthMethod::Given(token) => {
                let inspected = self.0.inspect(token).await?;
                Ok(Caller::new(&inspected.facts, inspected.expires_at))
            }
            AuthMethod::Signed(key) => {
                self.0.signed_catalog(key).await?;
                self.0.signing_caller().await
            }
        }
    }
}

impl Caller {
    fn new(facts: &Facts, expires_at: Timestamp) -> Self {
        let (user, project) = (facts.user.as_ref(), facts.project.as_ref());
        Self {
            user_id: user.and_then(|user| user.id.clone()),
            user_name: user.and_then(|user| user.name.clone()),
            domain_name: facts.user_domain_name(),
            project_id: project.map(|project| project.id.clone()),
            project_name: project.and_then(|project| project.name.clone()),
            expires_at: Some(expires_at),
        }
    }
}

impl Inner {
    async fn signing_caller(self: &Arc<Self>) -> Result<Caller> {
        let project_name = match self.scope() {
            Scope::Project(Project::Id(_)) => None,
            Scope::Project(Project::Name { name, .. }) => Some(name.clone()),
            _ => return Ok(Caller::default()),
        };
        Ok(Caller { project_id: Some(self.project().await?), project_name, ..Caller::default() })
    }
}
