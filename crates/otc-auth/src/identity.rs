//! The caller: its credentials, and the project, domain or agency that it acts for.

use std::fmt;

use secrecy::SecretString;

use crate::signing::AccessKey;

/// The way in which the caller authenticates.
#[derive(Clone)]
pub(crate) enum Login {
    Password {
        user: User,
        password: SecretString,
        /// A one-time passcode, for an account with a second factor.
        passcode: Option<SecretString>,
    },
    Token {
        token: SecretString,
        /// Whether the token is always exchanged for one of the scope. If not, it is exchanged only if it is
        /// for another project.
        exchange: bool,
    },
    AccessKey(AccessKey),
}

#[derive(Clone)]
pub(crate) enum User {
    Id(String),
    Name { name: String, domain: Reference },
}

/// By id or by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    Id(String),
    Name(String),
}

/// The scope of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Unscoped,
    Project(Project),
    Domain(Reference),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Project {
    Id(String),
    /// An access key and a given token imply the domain; a password does not.
    Name {
        name: String,
        domain: Option<Reference>,
    },
}

impl fmt::Display for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(text) | Self::Name { name: text, .. } => write!(f, "`{text}`"),
        }
    }
}

/// A role in another domain, which the caller assumes.
#[derive(Clone)]
pub(crate) struct Agency {
    pub(crate) name: String,
    pub(crate) domain: Reference,
    /// The scope of the agency's token: a project of the agency's domain, or the domain.
    pub(crate) scope: Scope,
}
