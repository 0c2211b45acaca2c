//! The chosen project.

use std::sync::Arc;

use super::{AuthMethod, Inner};
use crate::identity::{Project, Scope};
use crate::keystone::{ByToken, CHOOSE_DELEGATED_PROJECT, CHOOSE_PROJECT, Facts};
use crate::signing::SigningScope;
use crate::{Error, Result};

/// The maximum number of available projects that an error lists.
const MAX_LISTED: usize = 20;

impl Inner {
    pub(super) async fn project(self: &Arc<Self>) -> Result<String> {
        let scope = self.scope();
        if let Scope::Project(Project::Id(id)) = scope {
            return Ok(id.clone());
        }
        let method = self.auth_method().await?;
        match (&method, scope) {
            (AuthMethod::Signed(key), Scope::Project(Project::Name { name, domain })) => {
                self.look_up_project(key, name, domain.as_ref()).await
            }
            (AuthMethod::Signed(_), _) => Err(self.no_project(&method).await),
            (AuthMethod::Issued, _) => self.project_of(&self.issued().await?.token.facts, &method).await,
            (AuthMethod::Given(token), _) => self.project_of(&*self.inspect(token).await?, &method).await,
        }
    }

    async fn project_of(self: &Arc<Self>, facts: &Facts, method: &AuthMethod<'_>) -> Result<String> {
        let Some(project) = &facts.project else {
            return Err(self.no_project(method).await);
        };
        match self.scope() {
            Scope::Project(chosen @ Project::Name { name, .. })
                if project.name.as_ref().is_some_and(|own| own != name) =>
            {
                Err(Error::config(format!(
                    "the token is for the project {project}, not for the chosen project {chosen}; looked for {}",
                    self.config.places.project
                )))
            }
            _ => Ok(project.id.clone()),
        }
    }

    /// An error that a project must be chosen. It lists the available ones if the identity service returns
    /// them.
    pub(super) async fn no_project(self: &Arc<Self>, method: &AuthMethod<'_>) -> Error {
        let what = match self.scope() {
            Scope::Unscoped => "no project is chosen".to_owned(),
            Scope::Domain(_) => "a domain is chosen, not a project".to_owned(),
            Scope::Project(chosen) => {
                format!("the token is for no project, not for the chosen project {chosen}")
            }
        };
        let places = &self.config.places.project;
        let message = match self.available_projects(method).await {
            Ok(projects) if !projects.is_empty() => {
                format!("{what}; looked for {places}; the available projects are {}", list(projects))
            }
            // The list only helps. A failure to get it must not hide the actual problem.
            _ => format!("{what}; looked for {places}"),
        };
        Error::config(message).with_advice(match &self.config.agency {
            Some(_) => CHOOSE_DELEGATED_PROJECT,
            None => CHOOSE_PROJECT,
        })
    }

    async fn available_projects(self: &Arc<Self>, method: &AuthMethod<'_>) -> Result<Vec<String>> {
        let keystone = self.keystone()?;
        match method {
            AuthMethod::Issued => {
                let issued = self.issued().await?;
                keystone.available_projects(&ByToken(&issued.token.secret)).await
            }
            AuthMethod::Given(token) => keystone.available_projects(&ByToken(token)).await,
            AuthMethod::Signed(key) => {
                keystone.available_projects(&self.signed_by(key, SigningScope::Unscoped)).await
            }
        }
    }
}

fn list(projects: Vec<String>) -> String {
    let more = projects.len().saturating_sub(MAX_LISTED);
    let listed = projects.into_iter().take(MAX_LISTED).collect::<Vec<_>>().join(", ");
    match more {
        0 => listed,
        more => format!("{listed} and {more} more"),
    }
}
