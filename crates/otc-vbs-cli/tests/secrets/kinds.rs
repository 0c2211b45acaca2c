//! The kinds of credentials.

use otc_auth::{ConfigBuilder, SignatureVariant};
use otc_vbs_sandbox::Sandbox;

use otc_vbs_testing::canary;

/// A kind of credentials of the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Password,
    PasswordById,
    Totp,
    Token,
    TokenForToken,
    Agency,
    AgencyByToken,
    AgencyByAccessKey,
    AccessKey,
    AccessKeyDirect,
    TemporaryAccessKey,
}

pub(crate) const KINDS: [Kind; 11] = [
    Kind::Password,
    Kind::PasswordById,
    Kind::Totp,
    Kind::Token,
    Kind::TokenForToken,
    Kind::Agency,
    Kind::AgencyByToken,
    Kind::AgencyByAccessKey,
    Kind::AccessKey,
    Kind::AccessKeyDirect,
    Kind::TemporaryAccessKey,
];

/// Whether the secrets are those of the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secrets {
    Right,
    Wrong,
}

impl Secrets {
    fn pick(self, name: &str, right: &str) -> String {
        match self {
            Self::Right => right.to_owned(),
            Self::Wrong => canary(name),
        }
    }
}

impl Kind {
    /// Whether requests to the service are signed.
    pub(crate) fn signs(self) -> bool {
        matches!(self, Self::AccessKey | Self::AccessKeyDirect | Self::TemporaryAccessKey)
    }

    pub(crate) fn settings(
        self,
        builder: ConfigBuilder,
        sandbox: &Sandbox,
        secrets: Secrets,
    ) -> ConfigBuilder {
        let project = |builder: ConfigBuilder| {
            builder.project_name(sandbox.project()).project_domain_name(sandbox.domain())
        };
        let agency = |builder: ConfigBuilder| {
            builder
                .agency_name(sandbox.agency())
                .agency_domain_name(sandbox.delegating_domain())
                .delegated_project(sandbox.delegated_project())
        };
        let password = secrets.pick("password", sandbox.password());
        let token = secrets.pick("token", sandbox.token());
        let by_access_key = |builder: ConfigBuilder| {
            builder
                .access_key(sandbox.access_key())
                .secret_key(secrets.pick("secret-key", sandbox.secret_key()))
        };
        let by_name = |builder: ConfigBuilder| {
            builder.username(sandbox.user()).user_domain_name(sandbox.domain()).password(&*password)
        };
        match self {
            Self::Password => project(by_name(builder)),
            Self::PasswordById => {
                builder.user_id(sandbox.user_id()).password(password).project_id(sandbox.project_id())
            }
            Self::Totp => builder
                .user_id(sandbox.totp_user_id())
                .password(secrets.pick("totp-password", sandbox.totp_password()))
                .passcode(secrets.pick("passcode", &sandbox.totp_passcode()))
                .project_id(sandbox.project_id()),
            Self::Token => project(builder.token(token)),
            Self::TokenForToken => project(builder.auth_type("token").token(token)),
            Self::Agency => agency(project(by_name(builder))),
            Self::AgencyByToken => agency(builder.auth_type("admin_token").token(token)),
            Self::AgencyByAccessKey => agency(by_access_key(builder)).domain_name(sandbox.domain()),
            Self::AccessKey => project(by_access_key(builder)),
            Self::AccessKeyDirect => project(by_access_key(builder)).signature(SignatureVariant::Direct),
            Self::TemporaryAccessKey => project(builder)
                .access_key(sandbox.temporary_access_key())
                .secret_key(secrets.pick("secret-key", sandbox.temporary_secret_key()))
                .security_token(secrets.pick("security-token", sandbox.security_token())),
        }
    }
}
