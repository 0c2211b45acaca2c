//! The chosen project.

use std::sync::Arc;
use std::time::Duration;

use super::{AuthMethod, Inner, Session};
use crate::identity::{Project, Scope};
use crate::keystone::{CHOOSE_DELEGATED_PROJECT, CHOOSE_PROJECT, Facts, ListEntry, TokenCredentials};
use crate::signing::SigningScope;
use crate::{Error, Region, Result};

/// The maximum number of available projects that an error lists.
const MAX_LISTED: usize = 20;
/// The maximum time by which the list of projects may delay the error that includes it.
const AVAILABLE_PROJECTS_TIME: Duration = Duration::from_secs(5);

/// A project that a caller may act for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AvailableProject {
    /// The id.
    pub id: String,
    /// The name: the name of a region, or a name that begins with a region and `_`.
    pub name: String,
}

impl AvailableProject {
    /// The region that the name implies, if the region is known.
    pub fn region(&self) -> Option<Region> {
        Region::of_project_name(&self.name)
    }
}

impl Session {
    /// The projects that the caller may act for, by name. The session itself need not be for a project.
    ///
    /// [`for_project_id`](Self::for_project_id) returns a session for one of them. A project belongs to a region:
    /// see [`AvailableProject::region`].
    ///
    /// # Errors
    ///
    /// The caller can't sign in, or the identity service fails.
    pub async fn projects(&self) -> Result<Vec<AvailableProject>> {
        let method = self.0.auth_method().await?;
        self.0.available_projects(&method).await
    }
}

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
            (AuthMethod::Given(token), _) => {
                self.project_of(&self.inspect(token).await?.facts, &method).await
            }
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
                    self.config.searched.project
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
        let places = &self.config.searched.project;
        // The list only helps. A failure to get it must not hide the actual problem.
        let message = match self.project_list(method).await {
            Some(projects) => format!("{what}; looked for {places}; the available projects are {projects}"),
            None => format!("{what}; looked for {places}"),
        };
        Error::config(message).with_advice(match &self.config.agency {
            Some(_) => CHOOSE_DELEGATED_PROJECT,
            None => CHOOSE_PROJECT,
        })
    }

    /// The available projects as a message lists them.
    async fn project_list(self: &Arc<Self>, method: &AuthMethod<'_>) -> Option<String> {
        let keystone = self.keystone().ok()?;
        let projects = tokio::time::timeout(AVAILABLE_PROJECTS_TIME, self.available_projects(method));
        let projects = projects.await.ok()?.ok().filter(|projects| !projects.is_empty())?;
        let shown = projects.iter().map(|project| format!("{} ({})", project.name, project.id));
        Some(list(shown.map(|text| keystone.presentable(&text)).collect()))
    }

    async fn available_projects(self: &Arc<Self>, method: &AuthMethod<'_>) -> Result<Vec<AvailableProject>> {
        let keystone = self.keystone()?;
        let projects = match method {
            AuthMethod::Issued => {
                let issued = self.issued().await?;
                keystone.available_projects(&TokenCredentials(&issued.token.secret)).await
            }
            AuthMethod::Given(token) => keystone.available_projects(&TokenCredentials(token)).await,
            AuthMethod::Signed(key) => {
                keystone.available_projects(&self.signed_by(key, SigningScope::Unscoped)).await
            }
        }?;
        Ok(projects.into_iter().map(|ListEntry { id, name, .. }| AvailableProject { id, name }).collect())
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
