//! Sessions of the same caller for another project.

use std::sync::Arc;

use super::Session;
use crate::Result;
use crate::identity::{Project, Scope};

impl Session {
    /// Returns a session of the same caller that acts for this project, or this session if it already does.
    /// With an agency, it is the delegated project.
    ///
    /// A new session signs in separately. This fails with a one-time passcode that was already used.
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
