//! References to domains and projects in requests.

use serde::Deserialize;

use crate::identity::accounts::{Domain, Project};

/// A domain, by id or by name. The id takes precedence.
#[derive(Deserialize)]
pub(super) struct Reference {
    id: Option<String>,
    name: Option<String>,
}

impl Reference {
    pub(super) fn is_empty(&self) -> bool {
        self.id.is_none() && self.name.is_none()
    }

    /// Whether this is the domain.
    pub(super) fn is(&self, domain: &Domain) -> bool {
        match (&self.id, &self.name) {
            (Some(id), _) => *id == domain.id,
            (None, Some(name)) => name == domain.name,
            (None, None) => false,
        }
    }
}

/// A project, by id, or by name and domain.
#[derive(Deserialize)]
pub(super) struct ProjectReference {
    id: Option<String>,
    name: Option<String>,
    domain: Option<Reference>,
}

impl ProjectReference {
    pub(super) fn is_empty(&self) -> bool {
        self.id.is_none() && self.name.is_none()
    }

    /// The project in this domain.
    pub(super) fn find_in<'a>(&self, domain: &'a Domain) -> Option<&'a Project> {
        match (&self.id, &self.name) {
            (Some(id), _) => domain.project_with_id(id),
            // Without a domain, the cloud searches the user's own.
            (None, Some(name)) => {
                let here = self.domain.as_ref().is_none_or(|here| here.is(domain));
                domain.project_with_name(name).filter(|_| here)
            }
            (None, None) => None,
        }
    }
}
