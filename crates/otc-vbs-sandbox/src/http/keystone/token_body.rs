//! The identity service's description of a token.

use serde::Serialize;
use url::Url;

use super::catalog::{Service, services};
use crate::identity::accounts::{Domain, Role};
use crate::identity::tokens::{Grant, Scope};
use crate::state::AppState;

#[derive(Serialize)]
pub(super) struct TokenBody {
    token: Token,
}

#[derive(Serialize)]
struct Token {
    methods: Vec<&'static str>,
    issued_at: String,
    expires_at: String,
    user: InDomain,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<InDomain>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    catalog: Vec<Service>,
}

#[derive(Serialize)]
struct Named {
    id: String,
    name: &'static str,
}

#[derive(Serialize)]
struct InDomain {
    id: String,
    name: String,
    domain: Named,
}

impl TokenBody {
    /// The description of a token for a caller that reached the sandbox at `address`.
    pub(super) fn new(app: &AppState, grant: &Grant, address: &Url, with_catalog: bool) -> Self {
        let accounts = &app.accounts;
        let user = accounts.user(grant.holder);
        let domain = accounts.domain(grant.holder);
        let named = |domain: &Domain| Named { id: domain.id.clone(), name: domain.name };
        let in_domain = |id: &str, name: &str| InDomain {
            id: id.to_owned(),
            name: name.to_owned(),
            domain: named(domain),
        };
        let project = grant.scope.project().and_then(|number| accounts.project(number));
        let role = |role: Role| Named { id: accounts.role_id(role).to_owned(), name: role.name() };
        // A token without a scope has no roles and no catalog.
        let roles = match grant.scope {
            Scope::Project(_) => project.map(|project| role(project.role)).into_iter().collect(),
            Scope::Domain => vec![role(Role::Administrator)],
            Scope::Unscoped => Vec::new(),
        };
        let catalog = match with_catalog {
            true => services(app, grant.scope, address),
            false => Vec::new(),
        };
        let token = Token {
            methods: grant.methods.names(),
            issued_at: format!("{:.6}", grant.issued),
            expires_at: format!("{:.6}", grant.expires),
            user: in_domain(&user.id, user.name),
            project: project.map(|project| in_domain(&project.id, &project.name)),
            domain: (grant.scope == Scope::Domain).then(|| named(domain)),
            roles,
            catalog,
        };
        Self { token }
    }
}
