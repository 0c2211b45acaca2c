//! Sessions of the same caller for another project.

use std::sync::Arc;

use super::Session;
use crate::Result;
use crate::identity::{Project, Scope};

impl Session {
    /// A session of the same caller that acts for this project, or this session if it is set to that project already. With
    /// an agency, it is the delegated project.
    ///
    /// A new session signs in on its own, which a one-time passcode that is already used up does not allow.
    ///
    /// # Errors
    ///
    /// See [`Session::new`].
    pub fn for_project_id(&self, id: &str) -> Result<Self> {
        let scope = Scope::Project(Project::Id(id.to_owned()));
        if *self.0.scope() == scope {
            return Ok(self.clone());
        }
        let mut config = self.0.config.clone();
        match &mut config.agency {
            Some(agency) => agency.scope = scope,
            None => config.scope = scope,
        }
        Self::of(config, Arc::clone(&self.0.transport), Arc::clone(&self.0.clock))
    }
}
