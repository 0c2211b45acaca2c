//! Domains and projects as requests name them.

use serde::Deserialize;

use crate::accounts::Domain;

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

    /// Whether the project of this domain is meant.
    pub(super) fn is_in(&self, domain: &Domain) -> bool {
        match (&self.id, &self.name) {
            (Some(id), _) => *id == domain.project.id,
            // Without a domain, the cloud looks in the user's own.
            (None, Some(name)) => {
                let here = self.domain.as_ref();
                name == domain.project.name && here.is_none_or(|here| here.is(domain))
            }
            (None, None) => false,
        }
    }
}
