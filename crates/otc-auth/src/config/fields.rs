//! The settings, and what each is called in clouds.yaml and in the environment.

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    AccessKey,
    AgencyDomainId,
    AgencyDomainName,
    AgencyName,
    AuthType,
    AuthUrl,
    CaCert,
    Cert,
    CertKey,
    DefaultDomain,
    DelegatedProject,
    DelegatedProjectId,
    DomainId,
    DomainName,
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
    Token,
    UserDomainId,
    UserDomainName,
    UserId,
    Username,
    Verify,
}

/// What a setting is called.
pub(crate) struct Names {
    pub(crate) field: Field,
    /// The function of the builder, and the word for it in a message.
    pub(crate) name: &'static str,
    /// The keys of a cloud, each a path in its section; the first that is there counts.
    pub(crate) cloud: &'static [&'static str],
    /// The variables; the first that is set counts.
    pub(crate) variables: &'static [&'static str],
}

const fn names(
    field: Field,
    name: &'static str,
    cloud: &'static [&'static str],
    variables: &'static [&'static str],
) -> Names {
    Names {
        field,
        name,
        cloud,
        variables,
    }
}

#[rustfmt::skip]
pub(crate) const ALL: &[Names] = &[
    names(Field::AccessKey, "access_key", &["auth.access_key", "auth.ak"], &["OS_ACCESS_KEY", "OS_ACCESS_KEY_ID", "OS_AK"]),
    names(Field::AgencyDomainId, "agency_domain_id", &["auth.agency_domain_id", "auth.target_domain_id"], &["OS_AGENCY_DOMAIN_ID"]),
    names(Field::AgencyDomainName, "agency_domain_name", &["auth.agency_domain_name", "auth.target_domain_name"], &["OS_AGENCY_DOMAIN_NAME"]),
    names(Field::AgencyName, "agency_name", &["auth.agency_name", "auth.target_agency_name"], &["OS_AGENCY_NAME"]),
    names(Field::AuthType, "auth_type", &["auth_type"], &["OS_AUTH_TYPE"]),
    names(Field::AuthUrl, "auth_url", &["auth.auth_url"], &["OS_AUTH_URL"]),
    names(Field::CaCert, "cacert", &["cacert"], &["OS_CACERT"]),
    names(Field::Cert, "cert", &["cert"], &["OS_CERT"]),
    names(Field::CertKey, "key", &["key"], &["OS_KEY"]),
    names(Field::DefaultDomain, "default_domain", &["auth.default_domain"], &["OS_DEFAULT_DOMAIN"]),
    names(Field::DelegatedProject, "delegated_project", &["auth.delegated_project", "auth.target_project_name"], &["OS_DELEGATED_PROJECT"]),
    names(Field::DelegatedProjectId, "delegated_project_id", &["auth.delegated_project_id", "auth.target_project_id"], &["OS_DELEGATED_PROJECT_ID"]),
    names(Field::DomainId, "domain_id", &["auth.domain_id"], &["OS_DOMAIN_ID"]),
    names(Field::DomainName, "domain_name", &["auth.domain_name"], &["OS_DOMAIN_NAME"]),
    names(Field::Insecure, "insecure", &["insecure"], &["OS_INSECURE"]),
    names(Field::Interface, "interface", &["interface", "endpoint_type"], &["OS_INTERFACE", "OS_ENDPOINT_TYPE"]),
    names(Field::Passcode, "passcode", &["auth.passcode"], &["OS_PASSCODE"]),
    names(Field::Password, "password", &["auth.password"], &["OS_PASSWORD"]),
    names(Field::ProjectDomainId, "project_domain_id", &["auth.project_domain_id"], &["OS_PROJECT_DOMAIN_ID"]),
    names(Field::ProjectDomainName, "project_domain_name", &["auth.project_domain_name"], &["OS_PROJECT_DOMAIN_NAME"]),
    names(Field::ProjectId, "project_id", &["auth.project_id", "auth.tenant_id"], &["OS_PROJECT_ID", "OS_TENANT_ID"]),
    names(Field::ProjectName, "project_name", &["auth.project_name", "auth.tenant_name"], &["OS_PROJECT_NAME", "OS_TENANT_NAME"]),
    names(Field::Region, "region", &["region_name"], &["OS_REGION_NAME", "OS_REGION"]),
    names(Field::SecretKey, "secret_key", &["auth.secret_key", "auth.sk"], &["OS_SECRET_KEY", "OS_ACCESS_KEY_SECRET", "OS_SK"]),
    names(Field::SecurityToken, "security_token", &["auth.security_token"], &["OS_SECURITY_TOKEN"]),
    names(Field::Token, "token", &["auth.token"], &["OS_TOKEN", "OS_AUTH_TOKEN"]),
    names(Field::UserDomainId, "user_domain_id", &["auth.user_domain_id"], &["OS_USER_DOMAIN_ID"]),
    names(Field::UserDomainName, "user_domain_name", &["auth.user_domain_name"], &["OS_USER_DOMAIN_NAME"]),
    names(Field::UserId, "user_id", &["auth.user_id"], &["OS_USER_ID"]),
    names(Field::Username, "username", &["auth.username", "auth.user_name"], &["OS_USERNAME"]),
    names(Field::Verify, "verify", &["verify"], &[]),
];

impl Field {
    pub(crate) fn names(self) -> &'static Names {
        // Every field has its line: a test holds it. The first line is never meant.
        ALL.iter().find(|names| names.field == self).unwrap_or(&ALL[0])
    }

    /// Settings that say the same thing in different ways: one that is given explicitly hides the other ones of the
    /// sources below.
    pub(crate) fn group(self) -> &'static [Field] {
        use Field::*;
        const GROUPS: &[&[Field]] = &[
            &[UserId, Username],
            &[UserDomainId, UserDomainName],
            &[ProjectId, ProjectName],
            &[ProjectDomainId, ProjectDomainName],
            &[DomainId, DomainName],
            &[DelegatedProject, DelegatedProjectId],
            &[AgencyDomainId, AgencyDomainName],
            &[Insecure, Verify],
        ];
        let group = GROUPS.iter().find(|group| group.contains(&self));
        group.copied().unwrap_or_default()
    }

    /// Which kind of credential this is part of.
    pub(crate) fn credential(self) -> Option<Credential> {
        match self {
            Field::Password | Field::Passcode => Some(Credential::Password),
            Field::Token => Some(Credential::Token),
            Field::AccessKey | Field::SecretKey | Field::SecurityToken => Some(Credential::AccessKey),
            _ => None,
        }
    }
}

/// The kinds of credentials, of which a caller has one.
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
    fn every_field_has_its_names() {
        assert!(
            ALL.is_sorted_by(|a, b| a.field < b.field),
            "one line for each field"
        );
        assert_eq!(ALL.last().unwrap().field as usize, ALL.len() - 1);
        for names in ALL {
            assert_eq!(names.field.names().name, names.name);
        }
    }

    #[test]
    fn the_readme_names_every_key_and_variable() {
        let readme = include_str!("../../README.md");
        let names = ALL
            .iter()
            .flat_map(|names| names.cloud.iter().chain(names.variables));
        let missing: Vec<_> = names
            .filter(|name| !readme.contains(&format!("`{name}`")))
            .collect();
        assert!(missing.is_empty(), "README.md lacks {missing:?}");
    }
}
