//! The chosen project.

use std::sync::Arc;

use super::signed::For;
use super::{Inner, Way};
use crate::identity::{Project, Scope};
use crate::keystone::{ByToken, CHOOSE_DELEGATED_PROJECT, CHOOSE_PROJECT, Facts};
use crate::{Error, Result};

/// How many available projects an error lists.
const MAX_LISTED: usize = 20;

impl Inner {
    pub(super) async fn project(self: &Arc<Self>) -> Result<String> {
        let scope = self.scope();
        if let Scope::Project(Project::Id(id)) = scope {
            return Ok(id.clone());
        }
        let way = self.way().await?;
        match (&way, scope) {
            (Way::Signed(key), Scope::Project(Project::Name { name, domain })) => {
                self.look_up_project(key, name, domain.as_ref()).await
            }
            (Way::Signed(_), _) => Err(self.no_project(&way).await),
            (Way::Issued, _) => self.project_of(&self.issued().await?.token.facts, &way).await,
            (Way::Given(token), _) => self.project_of(&*self.inspect(token).await?, &way).await,
        }
    }

    async fn project_of(self: &Arc<Self>, facts: &Facts, way: &Way<'_>) -> Result<String> {
        let Some(project) = &facts.project else {
            return Err(self.no_project(way).await);
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

    /// Says that a project must be chosen, and lists the available ones if the identity service does.
    pub(super) async fn no_project(self: &Arc<Self>, way: &Way<'_>) -> Error {
        let what = match self.scope() {
            Scope::Unscoped => "no project is chosen".to_owned(),
            Scope::Domain(_) => "a domain is chosen, not a project".to_owned(),
            Scope::Project(chosen) => {
                format!("the token is for no project, not for the chosen project {chosen}")
            }
        };
        let places = &self.config.places.project;
        let message = match self.available_projects(way).await {
            Ok(projects) if !projects.is_empty() => {
                format!(
                    "{what}; looked for {places}; the available projects are {}",
                    list(projects)
                )
            }
            // The list is only a help. That it can't be had must not hide what is wrong.
            _ => format!("{what}; looked for {places}"),
        };
        Error::config(message).with_advice(match &self.config.agency {
            Some(_) => CHOOSE_DELEGATED_PROJECT,
            None => CHOOSE_PROJECT,
        })
    }

    async fn available_projects(self: &Arc<Self>, way: &Way<'_>) -> Result<Vec<String>> {
        let keystone = self.keystone()?;
        match way {
            Way::Issued => {
                let issued = self.issued().await?;
                keystone.available_projects(&ByToken(&issued.token.secret)).await
            }
            Way::Given(token) => keystone.available_projects(&ByToken(token)).await,
            Way::Signed(key) => {
                keystone
                    .available_projects(&self.signed_by(key, For::Nothing))
                    .await
            }
        }
    }
}

fn list(projects: Vec<String>) -> String {
    let more = projects.len().saturating_sub(MAX_LISTED);
    let listed = projects
        .into_iter()
        .take(MAX_LISTED)
        .collect::<Vec<_>>()
        .join(", ");
    match more {
        0 => listed,
        more => format!("{listed} and {more} more"),
    }
}
