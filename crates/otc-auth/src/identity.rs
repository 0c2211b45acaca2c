//! Who the caller is, and for what it acts.

use std::fmt;

use secrecy::SecretString;

use crate::signing::AccessKey;

/// How the caller shows who it is.
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
        /// Whether the token is given back for one of the scope that is asked for, or used as it is.
        exchange: bool,
    },
    AccessKey(AccessKey),
}

#[derive(Clone)]
pub(crate) enum User {
    Id(String),
    Name { name: String, domain: Reference },
}

/// By identifier or by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    Id(String),
    Name(String),
}

/// What a token is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Unscoped,
    Project(Project),
    Domain(Reference),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Project {
    Id(String),
    /// An access key implies its domain; a password and a token do not.
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

/// A role in another domain, which the caller takes on.
#[derive(Clone)]
pub(crate) struct Agency {
    pub(crate) name: String,
    pub(crate) domain: Reference,
    /// What the token of the agency is for: a project of the agency's domain, or the domain.
    pub(crate) scope: Scope,
}
