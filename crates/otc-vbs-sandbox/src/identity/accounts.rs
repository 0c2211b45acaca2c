//! The users, domains and projects of the sandbox, and their credentials. Every name shows that it does not
//! belong to the cloud.

use std::fmt;

use crate::domain::identifiers::{Identifiers, Kind};
use crate::domain::limits::REGIONS;
use crate::domain::numbers::ProjectNumber;

/// The name of the agency.
pub(crate) const AGENCY: &str = "sandbox-agency";
/// The endings of the names of the users' first projects. Further projects have a number instead.
const NAMES: [&str; 12] =
    ["sandbox", "other", "arch", "shop", "crm", "billing", "web", "lab", "data", "mail", "media", "edge"];
/// The TOTP secret in the encoding of authenticator apps.
pub(crate) const TOTP_KEY: &[u8; 20] = b"no-secret-of-anybody";
pub(crate) const TOTP_SECRET: Secret = Secret("NZXS243FMNZGK5BNN5TC2YLOPFRG6ZDZ");

/// The access key of the first user.
pub(crate) const PERMANENT_KEY: AccessKey = AccessKey {
    access_key: "SANDBOXACCESSKEY0001",
    secret_key: Secret("sandbox-secret-key-that-opens-nothing-01"),
    security_token: None,
};
/// The temporary access key of the first user, used together with a security token.
pub(crate) const TEMPORARY_KEY: AccessKey = AccessKey {
    access_key: "SANDBOXTEMPORARY0001",
    secret_key: Secret("sandbox-temporary-secret-key-of-nobody-1"),
    security_token: Some(Secret("sandbox-security-token-that-opens-nothing")),
};
pub(crate) const ACCESS_KEYS: [AccessKey; 2] = [PERMANENT_KEY, TEMPORARY_KEY];

/// A secret text. Its `Debug` output is redacted, so that printing a sandbox does not show secrets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) &'static str);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// An access key (AK) with its secret key (SK).
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccessKey {
    pub(crate) access_key: &'static str,
    pub(crate) secret_key: Secret,
    /// A temporary key is valid only with it.
    pub(crate) security_token: Option<Secret>,
}

/// The holder of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// The user with a password and access keys.
    User,
    /// The user who needs a passcode in addition to the password.
    TotpUser,
    /// A user of the users' domain in the role of the agency.
    Agency,
}

impl Holder {
    pub(crate) const ALL: [Self; 3] = [Self::User, Self::TotpUser, Self::Agency];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::TotpUser => "totp",
            Self::Agency => "agency",
        }
    }
}

#[derive(Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: &'static str,
    /// An agency has none.
    pub(crate) password: Option<Secret>,
}

/// A domain and its projects.
#[derive(Debug)]
pub(crate) struct Domain {
    pub(crate) id: String,
    pub(crate) name: &'static str,
    /// At least two.
    pub(crate) projects: Vec<Project>,
}

impl Domain {
    pub(crate) fn project_with_id(&self, id: &str) -> Option<&Project> {
        self.projects.iter().find(|project| project.id == id)
    }

    pub(crate) fn project_with_name(&self, name: &str) -> Option<&Project> {
        self.projects.iter().find(|project| project.name == name)
    }
}

#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) number: ProjectNumber,
    pub(crate) id: String,
    pub(crate) name: String,
    /// A project is in one region.
    pub(crate) region: &'static str,
    /// The access that its domain's users have.
    pub(crate) role: Role,
}

/// The access of a user to a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Full access.
    Administrator,
    /// Read-only access.
    Reader,
}

impl Role {
    pub(crate) const ALL: [Self; 2] = [Self::Administrator, Self::Reader];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Administrator => "sandbox-role",
            Self::Reader => "sandbox-reader",
        }
    }
}

/// All accounts.
#[derive(Debug)]
pub(crate) struct Accounts {
    /// The domain of the two users.
    pub(crate) own: Domain,
    /// The domain that delegates its rights to the first one by an agency.
    pub(crate) delegating: Domain,
    pub(crate) user: User,
    pub(crate) totp_user: User,
    agency: User,
    role_ids: [String; Role::ALL.len()],
}

impl Accounts {
    /// The accounts, with the given number of projects in the users' domain.
    pub(crate) fn new(identifiers: &Identifiers, own_projects: u8) -> Self {
        let project = |number: ProjectNumber, region, name: &str, role| Project {
            number,
            id: identifiers.plain(Kind::Project, number.0.into()),
            name: format!("{region}_{name}"),
            region,
            role,
        };
        let own_project = |index: u8| {
            let name = NAMES.get(usize::from(index));
            let name = name.map_or_else(|| format!("project-{}", index + 1), |name| (*name).to_owned());
            // The first two are in the same region, for callers who compare projects. The others alternate.
            let region = REGIONS[if index < 2 { 0 } else { usize::from(index + 1) % REGIONS.len() }];
            let role = match index % 5 {
                4 => Role::Reader,
                _ => Role::Administrator,
            };
            project(ProjectNumber::own(index), region, &name, role)
        };
        let delegated = |number, name| project(number, REGIONS[0], name, Role::Administrator);
        let domain =
            |number, name, projects| Domain { id: identifiers.plain(Kind::Domain, number), name, projects };
        let user =
            |number, name, password| User { id: identifiers.plain(Kind::User, number), name, password };
        Self {
            own: domain(0, "sandbox-domain", (0..own_projects).map(own_project).collect()),
            delegating: domain(
                1,
                "sandbox-delegating-domain",
                vec![
                    delegated(ProjectNumber::DELEGATED, "delegated"),
                    delegated(ProjectNumber::SECOND_DELEGATED, "delegated_other"),
                ],
            ),
            user: user(0, "sandbox-user", Some(Secret("sandbox-password-that-opens-nothing"))),
            totp_user: user(1, "sandbox-totp-user", Some(Secret("sandbox-totp-password"))),
            agency: user(2, "sandbox-delegating-domain/sandbox-agency", None),
            role_ids: Role::ALL.map(|role| identifiers.plain(Kind::Role, role as u64)),
        }
    }

    pub(crate) fn user(&self, holder: Holder) -> &User {
        match holder {
            Holder::User => &self.user,
            Holder::TotpUser => &self.totp_user,
            Holder::Agency => &self.agency,
        }
    }

    pub(crate) fn role_id(&self, role: Role) -> &str {
        &self.role_ids[role as usize]
    }

    /// The project with a number.
    pub(crate) fn project(&self, number: ProjectNumber) -> Option<&Project> {
        let mut projects = self.own.projects.iter().chain(&self.delegating.projects);
        projects.find(|project| project.number == number)
    }

    /// The domain whose projects the holder of a token may use.
    pub(crate) fn domain(&self, holder: Holder) -> &Domain {
        match holder {
            Holder::User | Holder::TotpUser => &self.own,
            Holder::Agency => &self.delegating,
        }
    }
}
