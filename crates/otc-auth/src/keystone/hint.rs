//! Advice for each refusal, depending on its cause and the credentials in use.

use std::borrow::Cow;

use http::StatusCode;

use crate::identity::{Agency, Login, Reference, Scope};

type Hint = Cow<'static, str>;

const PROJECT: &str = "`project_id` (`OS_PROJECT_ID`) or `project_name` (`OS_PROJECT_NAME`)";

/// Advice if no project is chosen.
pub(crate) const CHOOSE_PROJECT: &str =
    "choose a project with `project_name` (`OS_PROJECT_NAME`) or `project_id` (`OS_PROJECT_ID`)";

/// Advice if no project of an agency's domain is chosen.
pub(crate) const CHOOSE_DELEGATED_PROJECT: &str =
    "choose a project of the agency's domain with `delegated_project` (`OS_DELEGATED_PROJECT`)";

/// The credentials in use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Credential {
    Password,
    PasswordAndPasscode,
    Token,
    AccessKey,
    TemporaryAccessKey,
}

impl Credential {
    pub(super) fn of(login: &Login) -> Self {
        match login {
            Login::Password { passcode: None, .. } => Self::Password,
            Login::Password { .. } => Self::PasswordAndPasscode,
            Login::Token { .. } => Self::Token,
            Login::AccessKey(key) if key.is_temporary() => Self::TemporaryAccessKey,
            Login::AccessKey(_) => Self::AccessKey,
        }
    }

    fn is_access_key(self) -> bool {
        matches!(self, Self::AccessKey | Self::TemporaryAccessKey)
    }

    fn hint_if_refused(self) -> &'static str {
        match self {
            Self::Password => {
                "check the user name, the user's domain and the password (`OS_USERNAME`, `OS_USER_DOMAIN_NAME`, \
                 `OS_PASSWORD`, or the cloud's `auth`)"
            }
            Self::PasswordAndPasscode => {
                "the passcode is wrong, has expired or was used already, or the password is wrong: sign in with the \
                 next passcode (`passcode`, `OS_PASSCODE`); if that fails too, check `OS_PASSWORD`"
            }
            Self::Token => {
                "the token is wrong, revoked or expired: get a new one, for example with `openstack token issue -f \
                 value -c id`, and set `token` (`OS_TOKEN`)"
            }
            Self::AccessKey => {
                "check that the access key exists and is active (`OS_ACCESS_KEY`), that the secret key belongs to it \
                 (`OS_SECRET_KEY`), and that the clock of this machine is right"
            }
            Self::TemporaryAccessKey => {
                "the temporary access key may have expired: get a new one and set all of its parts \
                 (`OS_ACCESS_KEY`, `OS_SECRET_KEY`, `OS_SECURITY_TOKEN`); also check the clock of this machine"
            }
        }
    }

    fn hint_if_locked(self) -> &'static str {
        if self.is_access_key() {
            "the access key is locked after too many failures, usually for 5 minutes: wait, and check that the secret \
             key belongs to it (`OS_SECRET_KEY`) before you try again"
        } else {
            "the account is locked after too many failed sign-ins, usually for 15 minutes: wait, because further \
             attempts keep it locked, and check the credentials before you try again"
        }
    }

    fn hint_for_another_factor(self) -> &'static str {
        match self {
            Self::PasswordAndPasscode => {
                "the account needs a factor other than password and passcode, which is not supported: use an access \
                 key or a token"
            }
            _ => {
                "the account needs a second factor: set the current one-time passcode (`passcode`, `OS_PASSCODE`)"
            }
        }
    }
}

/// The purpose of a request.
#[derive(Clone, Copy)]
pub(super) enum Purpose<'a> {
    SignIn(&'a Scope),
    Agency(&'a Agency),
    LookUp,
}

/// The identity service's description of a failure.
pub(super) struct Refusal<'a> {
    pub(super) status: StatusCode,
    /// The header `openstack-auth-receipt`: the credentials are correct but not sufficient.
    pub(super) has_receipt: bool,
    pub(super) code: Option<&'a str>,
    pub(super) message: &'a str,
}

/// The code of the gateway for a signature or a token that it does not accept.
pub(super) const NOT_AUTHENTICATED: &str = "APIGW.0301";

impl Refusal<'_> {
    /// Whether the credentials or their rights are the cause.
    pub(super) fn concerns_credentials(&self) -> bool {
        matches!(self.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
            || self.code == Some(NOT_AUTHENTICATED)
    }

    /// Advice on how to fix it. `None` if nothing special is known.
    pub(super) fn hint(&self, credential: Credential, purpose: Purpose<'_>) -> Option<Hint> {
        if let Purpose::Agency(agency) = purpose
            && (self.concerns_credentials() || self.status == StatusCode::NOT_FOUND)
        {
            return Some(agency_hint(agency));
        }
        if !self.concerns_credentials() {
            return None;
        }
        if self.has_receipt {
            return Some(credential.hint_for_another_factor().into());
        }
        if self.says_locked() {
            return Some(credential.hint_if_locked().into());
        }
        if self.status == StatusCode::FORBIDDEN || self.says_no_access() {
            return Some(lacks_permission(purpose));
        }
        match purpose {
            Purpose::SignIn(Scope::Project(project)) if self.mentions_the_project() => Some(
                format!(
                    "check that the project {project} exists and is in the right domain ({PROJECT}), and that the user has a \
                     role in it"
                )
                .into(),
            ),
            _ => Some(credential.hint_if_refused().into()),
        }
    }

    /// Whether the message is about the project, and not about the user.
    fn mentions_the_project(&self) -> bool {
        self.message.to_ascii_lowercase().contains("project")
    }

    fn says_locked(&self) -> bool {
        let message = self.message.to_ascii_lowercase();
        let mut words = message.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| word == "locked") || message.contains("failed to reach the limit")
    }

    /// If the user has no role in the scope, Keystone refuses it with a 401.
    fn says_no_access(&self) -> bool {
        self.message.to_ascii_lowercase().contains("has no access to")
    }
}

fn lacks_permission(purpose: Purpose<'_>) -> Hint {
    match purpose {
        Purpose::SignIn(Scope::Project(project)) => format!(
            "the user has no role in the project {project}: ask its administrator for one, or choose another project \
             with {PROJECT}"
        )
        .into(),
        Purpose::SignIn(Scope::Domain(domain)) => format!(
            "the user has no role in the domain {}: ask its administrator for one, or choose a project with {PROJECT}",
            name(domain)
        )
        .into(),
        _ => "the credentials are right, but the user lacks a permission for this: ask the account's administrator \
              for it"
            .into(),
    }
}

fn agency_hint(agency: &Agency) -> Hint {
    format!(
        "check that the agency `{}` exists in the domain {} and trusts your account's domain (`OS_AGENCY_NAME`, \
         `OS_AGENCY_DOMAIN_NAME`), and that the user may assume agencies (role Agent Operator)",
        agency.name,
        name(&agency.domain)
    )
    .into()
}

fn name(reference: &Reference) -> String {
    match reference {
        Reference::Id(text) | Reference::Name(text) => format!("`{text}`"),
    }
}
