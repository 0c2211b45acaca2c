//! Domains and projects as requests name them.

use serde::Deserialize;

use crate::identity::accounts::{Domain, Project};

/// A domain, by identifier or by name. The identifier counts where both are there.
#[derive(Deserialize)]
pub(super) struct Reference {
    id: Option<String>,
    name: Option<String>,
}

impl Reference {
    pub(super) fn is_empty(&self) -> bool {
        self.id.is_none() && self.name.is_none()
    }

    /// Whether this domain is meant.
    pub(super) fn is(&self, domain: &Domain) -> bool {
        match (&self.id, &self.name) {
            (Some(id), _) => *id == domain.id,
            (None, Some(name)) => name == domain.name,
            (None, None) => false,
        }
    }
}

/// A project, by identifier, or by name and domain.
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

    /// The project of this domain that is meant.
    pub(super) fn find_in<'a>(&self, domain: &'a Domain) -> Option<&'a Project> {
        match (&self.id, &self.name) {
            (Some(id), _) => domain.project_with_id(id),
            // Without a domain, the cloud looks in the user's own.
            (None, Some(name)) => {
                let here = self.domain.as_ref().is_none_or(|here| here.is(domain));
                domain.project_with_name(name).filter(|_| here)
            }
            (None, None) => None,
        }
    }
}
