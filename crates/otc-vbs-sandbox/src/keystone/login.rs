//! The request for a token.

use http::StatusCode;
use serde::Deserialize;

use super::failure::Failure;
use crate::tokens::Scope;
use crate::world::Account;

// No `Debug` here: what is asked with is a password, and some day it may be a real one, sent to the wrong address.

/// A request for a token.
#[derive(Deserialize)]
pub(super) struct Login {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    identity: Identity,
    scope: Option<AskedScope>,
}

#[derive(Deserialize)]
struct Identity {
    methods: Vec<String>,
    password: Option<Password>,
}

#[derive(Deserialize)]
struct Password {
    user: User,
}

#[derive(Deserialize)]
struct User {
    id: Option<String>,
    name: Option<String>,
    domain: Option<Reference>,
    password: String,
}

/// By identifier or by name.
#[derive(Deserialize)]
struct Reference {
    id: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AskedScope {
    /// Keystone takes the text `unscoped` for the wish to have no scope.
    Text(String),
    Object {
        project: Option<AskedProject>,
        domain: Option<Reference>,
    },
}

#[derive(Deserialize)]
struct AskedProject {
    id: Option<String>,
    name: Option<String>,
    domain: Option<Reference>,
}

impl Login {
    /// The scope of the token that the caller may have.
    pub(super) fn check(&self, account: &Account) -> Result<Scope, Failure> {
        let Identity { methods, password } = &self.auth.identity;
        if methods.iter().any(|method| method != "password") || methods.is_empty() {
            return Err(Failure::unauthorized(
                "the sandbox takes the method `password` only",
            ));
        }
        let Some(Password { user }) = password else {
            let message = "`auth.identity.password` is missing".to_owned();
            return Err(Failure::new(StatusCode::BAD_REQUEST, message));
        };
        if !user.is(account) {
            return Err(Failure::unauthorized(
                "the user name, the domain or the password is wrong",
            ));
        }
        self.scope(account)
    }

    fn scope(&self, account: &Account) -> Result<Scope, Failure> {
        match &self.auth.scope {
            None => Ok(Scope::Unscoped),
            Some(AskedScope::Text(text)) if text == "unscoped" => Ok(Scope::Unscoped),
            Some(AskedScope::Object {
                project: Some(project),
                domain: None,
            }) if project.is(account) => Ok(Scope::Project),
            Some(AskedScope::Object {
                project: Some(_),
                domain: None,
            }) => Err(Failure::unauthorized(
                "the user has no such project; check its name or identifier, and its domain",
            )),
            Some(_) => Err(Failure::new(
                StatusCode::BAD_REQUEST,
                "the sandbox gives out tokens for a project (`scope.project`) or without a scope"
                    .to_owned(),
            )),
        }
    }
}

impl User {
    fn is(&self, account: &Account) -> bool {
        let known = match (&self.id, &self.name, &self.domain) {
            (Some(id), _, _) => *id == account.user_id,
            (None, Some(name), Some(domain)) => name == account.user && domain.is(account),
            _ => false,
        };
        known && self.password == account.password
    }
}

impl Reference {
    /// Whether this is the account's domain.
    fn is(&self, account: &Account) -> bool {
        match (&self.id, &self.name) {
            (Some(id), _) => *id == account.domain_id,
            (None, Some(name)) => name == account.domain,
            (None, None) => false,
        }
    }
}

impl AskedProject {
    fn is(&self, account: &Account) -> bool {
        match (&self.id, &self.name) {
            (Some(id), _) => *id == account.project_id,
            // Without a domain, the cloud looks in the user's own.
            (None, Some(name)) => {
                let here = self.domain.as_ref().is_none_or(|domain| domain.is(account));
                name == account.project && here
            }
            (None, None) => false,
        }
    }
}
