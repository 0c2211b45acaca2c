//! The sandbox's credentials. All are made up and the same in every sandbox, except ids and tokens,
//! which depend on the seed.

use super::Sandbox;
use crate::domain::limits::REGIONS;
use crate::identity::accounts::{
    AGENCY, AccessKey, PERMANENT_KEY, Secret, TEMPORARY_KEY, TOTP_KEY, TOTP_SECRET, User,
};
use crate::identity::totp::passcode;

fn password(user: &User) -> &'static str {
    user.password.map_or("", |password| password.0)
}

fn secret_key(key: AccessKey) -> &'static str {
    key.secret_key.0
}

/// Credentials. See [`clouds_yaml`](Sandbox::clouds_yaml) for all of them in one file.
impl Sandbox {
    /// The region of the users' first project, and so of the services in its catalog.
    pub fn region(&self) -> &str {
        REGIONS[0]
    }

    /// The name of the first user, who needs no passcode and owns the access keys.
    pub fn user(&self) -> &str {
        self.app.accounts.user.name
    }

    /// The id of the first user.
    pub fn user_id(&self) -> &str {
        &self.app.accounts.user.id
    }

    /// The password of the first user.
    pub fn password(&self) -> &str {
        password(&self.app.accounts.user)
    }

    /// The name of the second user, who needs a passcode in addition to the password.
    pub fn totp_user(&self) -> &str {
        self.app.accounts.totp_user.name
    }

    /// The id of the second user.
    pub fn totp_user_id(&self) -> &str {
        &self.app.accounts.totp_user.id
    }

    /// The password of the second user.
    pub fn totp_password(&self) -> &str {
        password(&self.app.accounts.totp_user)
    }

    /// The base32 secret of the second user's passcodes, for authenticator apps: RFC 6238 with SHA-1, 6
    /// digits and 30 seconds.
    pub fn totp_secret(&self) -> &str {
        TOTP_SECRET.0
    }

    /// The second user's passcode by the sandbox's clock. It stays valid while the clock is frozen. The
    /// passcode by the [clock for signatures](crate::SandboxBuilder::signature_clock), by default the real
    /// time, is accepted as well.
    pub fn totp_passcode(&self) -> String {
        passcode(TOTP_KEY, self.now(), 0)
    }

    /// The name of the domain that both users and their projects belong to.
    pub fn domain(&self) -> &str {
        self.app.accounts.own.name
    }

    /// The id of the domain that both users and their projects belong to.
    pub fn domain_id(&self) -> &str {
        &self.app.accounts.own.id
    }

    /// The name of the agency with which another domain delegates its rights to the users' domain.
    pub fn agency(&self) -> &str {
        AGENCY
    }

    /// The name of the domain that delegates its rights with the agency.
    pub fn delegating_domain(&self) -> &str {
        self.app.accounts.delegating.name
    }

    /// The id of the domain that delegates its rights with the agency.
    pub fn delegating_domain_id(&self) -> &str {
        &self.app.accounts.delegating.id
    }

    /// The name of the first project of the delegating domain. Like every project, it has its own data.
    pub fn delegated_project(&self) -> &str {
        &self.app.accounts.delegating.projects[0].name
    }

    /// The id of the first project of the delegating domain.
    pub fn delegated_project_id(&self) -> &str {
        &self.app.accounts.delegating.projects[0].id
    }

    /// The name of the second project of the delegating domain.
    pub fn second_delegated_project(&self) -> &str {
        &self.app.accounts.delegating.projects[1].name
    }

    /// The id of the second project of the delegating domain.
    pub fn second_delegated_project_id(&self) -> &str {
        &self.app.accounts.delegating.projects[1].id
    }

    /// The first user's permanent access key (AK).
    pub fn access_key(&self) -> &str {
        PERMANENT_KEY.access_key
    }

    /// The secret key (SK) of the permanent access key.
    pub fn secret_key(&self) -> &str {
        secret_key(PERMANENT_KEY)
    }

    /// The first user's temporary access key (AK). Requests signed with it also need the security token.
    pub fn temporary_access_key(&self) -> &str {
        TEMPORARY_KEY.access_key
    }

    /// The secret key (SK) of the temporary access key.
    pub fn temporary_secret_key(&self) -> &str {
        secret_key(TEMPORARY_KEY)
    }

    /// The security token of the temporary access key, for `X-Security-Token`.
    pub fn security_token(&self) -> &str {
        TEMPORARY_KEY.security_token.map_or("", |Secret(token)| token)
    }
}
