//! The settings, and their names in clouds.yaml and in the environment.

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    AccessKey,
    AgencyDomainId,
    AgencyDomainName,
    AgencyName,
    ApplicationCredential,
    AuthMethods,
    AuthType,
    AuthUrl,
    CaCert,
    Cert,
    CertKey,
    DefaultDomainId,
    DefaultDomainName,
    DelegatedProject,
    DelegatedProjectId,
    DomainId,
    DomainName,
    Endpoint,
    IdentityVersion,
    Insecure,
    Interface,
    Passcode,
    Password,
    ProjectDomainId,
    ProjectDomainName,
    ProjectId,
    ProjectName,
    Region,
    SecretKey,
    SecurityToken,
    SystemScope,
    Token,
    TrustId,
    UserDomainId,
    UserDomainName,
    UserId,
    Username,
    Verify,
}

/// The names of a setting.
pub(crate) struct Names {
    pub(crate) field: Field,
    /// The builder's function, and the setting's name in messages.
    pub(crate) name: &'static str,
    /// The keys of a cloud, in order of precedence. A key under `auth` is also accepted next to `auth`.
    pub(crate) cloud: &'static [&'static str],
    /// The variables, in order of precedence.
    pub(crate) variables: &'static [&'static str],
}

const fn names(
    field: Field,
    name: &'static str,
    cloud: &'static [&'static str],
    variables: &'static [&'static str],
) -> Names {
    Names { field, name, cloud, variables }
}

#[rustfmt::skip]
pub(crate) const ALL: &[Names] = &[
    names(Field::AccessKey, "access_key", &["auth.access_key", "auth.ak"], &["OS_ACCESS_KEY", "OS_ACCESS_KEY_ID", "OS_AK"]),
    names(Field::AgencyDomainId, "agency_domain_id", &["auth.agency_domain_id", "auth.target_domain_id"], &["OS_AGENCY_DOMAIN_ID", "OS_TARGET_DOMAIN_ID"]),
    names(Field::AgencyDomainName, "agency_domain_name", &["auth.agency_domain_name", "auth.target_domain_name"], &["OS_AGENCY_DOMAIN_NAME", "OS_TARGET_DOMAIN_NAME"]),
    names(Field::AgencyName, "agency_name", &["auth.agency_name", "auth.target_agency_name"], &["OS_AGENCY_NAME", "OS_TARGET_AGENCY_NAME"]),
    names(Field::ApplicationCredential, "application_credential", &["auth.application_credential_id", "auth.application_credential_name", "auth.application_credential_secret"], &["OS_APPLICATION_CREDENTIAL_ID", "OS_APPLICATION_CREDENTIAL_NAME", "OS_APPLICATION_CREDENTIAL_SECRET"]),
    names(Field::AuthMethods, "auth_methods", &["auth_methods"], &["OS_AUTH_METHODS"]),
    names(Field::AuthType, "auth_type", &["auth_type", "auth_plugin"], &["OS_AUTH_TYPE", "OS_AUTH_PLUGIN"]),
    names(Field::AuthUrl, "auth_url", &["auth.auth_url"], &["OS_AUTH_URL"]),
    names(Field::CaCert, "cacert", &["cacert"], &["OS_CACERT", "OS_CA_CERT", "OS_CA_CERT_FILE"]),
    names(Field::Cert, "cert", &["cert"], &["OS_CERT", "OS_CLIENT_CERT", "OS_CLIENT_CERT_FILE"]),
    names(Field::CertKey, "key", &["key"], &["OS_KEY", "OS_CLIENT_KEY", "OS_CLIENT_KEY_FILE"]),
    names(Field::DefaultDomainId, "default_domain_id", &["auth.default_domain_id", "auth.default_domain"], &["OS_DEFAULT_DOMAIN_ID", "OS_DEFAULT_DOMAIN"]),
    names(Field::DefaultDomainName, "default_domain_name", &["auth.default_domain_name"], &["OS_DEFAULT_DOMAIN_NAME"]),
    names(Field::DelegatedProject, "delegated_project", &["auth.delegated_project", "auth.target_project_name"], &["OS_DELEGATED_PROJECT", "OS_TARGET_PROJECT_NAME"]),
    names(Field::DelegatedProjectId, "delegated_project_id", &["auth.delegated_project_id", "auth.target_project_id"], &["OS_DELEGATED_PROJECT_ID", "OS_TARGET_PROJECT_ID"]),
    names(Field::DomainId, "domain_id", &["auth.domain_id"], &["OS_DOMAIN_ID"]),
    names(Field::DomainName, "domain_name", &["auth.domain_name"], &["OS_DOMAIN_NAME"]),
    names(Field::Endpoint, "endpoint", &["auth.endpoint"], &[]),
    names(Field::IdentityVersion, "identity_api_version", &["identity_api_version"], &["OS_IDENTITY_API_VERSION"]),
    names(Field::Insecure, "insecure", &["insecure"], &["OS_INSECURE"]),
    names(Field::Interface, "interface", &["interface", "endpoint_type"], &["OS_INTERFACE", "OS_ENDPOINT_TYPE"]),
    names(Field::Passcode, "passcode", &["auth.passcode"], &["OS_PASSCODE"]),
    names(Field::Password, "password", &["auth.password"], &["OS_PASSWORD"]),
    names(Field::ProjectDomainId, "project_domain_id", &["auth.project_domain_id"], &["OS_PROJECT_DOMAIN_ID"]),
    names(Field::ProjectDomainName, "project_domain_name", &["auth.project_domain_name"], &["OS_PROJECT_DOMAIN_NAME"]),
    names(Field::ProjectId, "project_id", &["auth.project_id", "auth.tenant_id"], &["OS_PROJECT_ID", "OS_TENANT_ID"]),
    names(Field::ProjectName, "project_name", &["auth.project_name", "auth.tenant_name"], &["OS_PROJECT_NAME", "OS_TENANT_NAME"]),
    names(Field::Region, "region", &["region_name"], &["OS_REGION_NAME", "OS_REGION", "OS_REGION_ID"]),
    names(Field::SecretKey, "secret_key", &["auth.secret_key", "auth.sk"], &["OS_SECRET_KEY", "OS_ACCESS_KEY_SECRET", "OS_SK"]),
    names(Field::SecurityToken, "security_token", &["auth.security_token"], &["OS_SECURITY_TOKEN", "OS_AKSK_SECURITY_TOKEN", "OS_ST"]),
    names(Field::SystemScope, "system_scope", &["auth.system_scope"], &["OS_SYSTEM_SCOPE"]),
    names(Field::Token, "token", &["auth.token", "auth.auth_token"], &["OS_TOKEN", "OS_AUTH_TOKEN", "OS_TOKEN_ID"]),
    names(Field::TrustId, "trust_id", &["auth.trust_id"], &["OS_TRUST_ID"]),
    names(Field::UserDomainId, "user_domain_id", &["auth.user_domain_id"], &["OS_USER_DOMAIN_ID"]),
    names(Field::UserDomainName, "user_domain_name", &["auth.user_domain_name"], &["OS_USER_DOMAIN_NAME"]),
    names(Field::UserId, "user_id", &["auth.user_id"], &["OS_USER_ID", "OS_USERID"]),
    names(Field::Username, "username", &["auth.username", "auth.user_name"], &["OS_USERNAME", "OS_USER_NAME"]),
    names(Field::Verify, "verify", &["verify"], &["OS_VERIFY"]),
];

impl Field {
    #[expect(clippy::expect_used, reason = "a test checks that every field has a line")]
    pub(crate) fn names(self) -> &'static Names {
        let mut all = ALL.iter();
        all.find(|names| names.field == self).expect("every field has a line in the table")
    }

    /// The alternatives for this setting, including itself. If a source sets one of them explicitly, all of them are ignored
    /// in lower sources.
    pub(crate) fn group(self) -> &'static [Field] {
        use Field::*;
        const GROUPS: &[&[Field]] = &[
            &[UserId, Username],
            &[UserDomainId, UserDomainName],
            // A token has one scope: a project chosen explicitly replaces the scopes that are not supported, too.
            &[ProjectId, ProjectName, SystemScope, TrustId],
            &[ProjectDomainId, ProjectDomainName],
            &[DomainId, DomainName],
            &[DelegatedProject, DelegatedProjectId],
            &[AgencyDomainId, AgencyDomainName],
            &[Insecure, Verify],
        ];
        let group = GROUPS.iter().find(|group| group.contains(&self));
        group.copied().unwrap_or_default()
    }

    /// Whether openstacksdk prefers a key next to `auth` to the same key in `auth`.
    pub(super) fn prefers_top_level_key(self) -> bool {
        use Field::*;
        matches!(
            self,
            DomainId
                | DomainName
                | Passcode
                | ProjectDomainId
                | ProjectDomainName
                | ProjectId
                | ProjectName
                | Token
                | UserDomainId
                | UserDomainName
        )
    }

    /// Whether the setting is a secret.
    pub(super) fn is_secret(self) -> bool {
        use Field::*;
        matches!(self, Passcode | Password | SecretKey | SecurityToken | Token)
    }

    /// Whether the setting determines the server that receives secrets, or how its TLS certificate is checked.
    pub(super) fn affects_secret_transport(self) -> bool {
        use Field::*;
        matches!(self, AuthUrl | CaCert | Cert | CertKey | Insecure | Verify)
    }

    /// The kind of credential that this setting is part of.
    pub(crate) fn credential(self) -> Option<Credential> {
        match self {
            Field::Password | Field::Passcode => Some(Credential::Password),
            Field::Token => Some(Credential::Token),
            Field::AccessKey | Field::SecretKey | Field::SecurityToken => Some(Credential::AccessKey),
            _ => None,
        }
    }
}

/// The kind of credentials. A configuration uses exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Credential {
    Password,
    Token,
    AccessKey,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_field_has_one_line() {
        assert!(ALL.is_sorted_by(|a, b| a.field < b.field), "one line per field, sorted");
        assert_eq!(ALL.last().unwrap().field as usize, ALL.len() - 1);
        for names in ALL {
            assert_eq!(names.field.names().name, names.name);
        }
    }

    #[test]
    fn readme_names_every_key_and_variable() {
        let readme = include_str!("../../README.md");
        let names = ALL.iter().flat_map(|names| names.cloud.iter().chain(names.variables));
        let missing: Vec<_> = names.filter(|name| !readme.contains(&format!("`{name}`"))).collect();
        assert!(missing.is_empty(), "README.md lacks {missing:?}");
    }
}
