//! A token that the caller provides.

use std::sync::Arc;

use http::StatusCode;
use secrecy::SecretString;

use super::Inner;
use crate::Result;
use crate::identity::{Login, Project, Scope};
use crate::keystone::{InspectedToken, Keystone, Token};

impl Inner {
    /// Whether a given token is used as given: it is for the chosen project, or no project is chosen. Looked up once per
    /// session.
    ///
    /// Always true if there is no identity service to ask or to exchange the token with.
    pub(super) async fn can_be_used_as_given(self: &Arc<Self>, token: &SecretString) -> Result<bool> {
        match &self.config.scope {
            Scope::Project(chosen) if self.keystone.is_some() => {
                Ok(self.inspect(token).await?.facts.is_for(chosen))
            }
            _ => Ok(true),
        }
    }

    /// The identity service's description of a given token.
    pub(super) async fn inspect(self: &Arc<Self>, token: &SecretString) -> Result<Arc<InspectedToken>> {
        let inspect = || {
            let (inner, token) = (Arc::clone(self), token.clone());
            async move { inner.keystone()?.inspect(&token).await }
        };
        self.inspected.get(|_| true, inspect).await
    }

    /// Exchanges a given token for one of the chosen project.
    pub(super) async fn exchange(
        self: &Arc<Self>,
        keystone: &Keystone,
        token: &SecretString,
        chosen: &Project,
    ) -> Result<Token> {
        let facts = &self.inspect(token).await?.facts;
        let scope = Scope::Project(match chosen {
            Project::Name { name, domain: None } => {
                Project::Name { name: name.clone(), domain: facts.domain() }
            }
            chosen => chosen.clone(),
        });
        let login = Login::Token { token: token.clone(), exchange: true };
        let exchanged = keystone.log_in(&login, &scope, self.clock.now()).await;
        exchanged.map_err(|error| {
            if !error.is_auth() && !matches!(error.status(), Some(StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND)) {
                return error;
            }
            let own = match &facts.project {
                Some(project) => keystone.presentable(&format!("the project {project}")),
                None => "no project".to_owned(),
            };
            error.with_context(&format!(
                "the token is for {own}, not for the chosen project {chosen}, and can't be exchanged for one that is"
            ))
        })
    }
}
