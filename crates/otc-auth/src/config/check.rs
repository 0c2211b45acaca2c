//! Turns settings into credentials and a scope. Reports what is missing or contradictory.

use secrecy::SecretString;

use super::fields::{Credential, Field};
use super::settings::{Origin, Setting, Settings};
use crate::identity::{Agency, Login, Project, Reference, Scope, User};
use crate::signing::AccessKey;
use crate::{Error, Result};

/// The kind of credentials to use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AuthType {
    Password,
    Totp,
    /// The token is exchanged for one of the scope.
    Token,
    /// The token is used as given.
    GivenToken,
    AccessKey,
}

const AUTH_TYPES: &str = "password, totp, token, admin_token, aksk";

pub(super) fn login(settings: &Settings) -> Result<Login> {
    let auth_type = auth_type(settings)?;
    let kind = match auth_type {
        Some(AuthType::Password | AuthType::Totp) => Credential::Password,
        Some(AuthType::Token | AuthType::GivenToken) => Credential::Token,
        Some(AuthType::AccessKey) => Credential::AccessKey,
        None => kind(settings)?,
    };
    match kind {
        Credential::Password => {
            let password = required(settings, Field::Password, "the password")?;
            let passcode = if auth_type == Some(AuthType::Totp) {
                Some(required(settings, Field::Passcode, "the one-time passcode")?)
            } else {
                settings.get(Field::Passcode)
            };
            Ok(Login::Password {
                user: user(settings)?,
                password: secret(password),
                passcode: passcode.map(secret),
            })
        }
        Credential::Token => Ok(Login::Token {
            token: secret(required(settings, Field::Token, "the token")?),
            exchange: auth_type == Some(AuthType::Token),
        }),
        Credential::AccessKey => {
            let access = required(settings, Field::AccessKey, "the access key")?;
            let secret_key = settings.get(Field::SecretKey).ok_or_else(|| no_secret_key(settings, access))?;
            let security_token = settings.get(Field::SecurityToken).map(secret);
            AccessKey::new(access.value.trim(), secret(secret_key), security_token).map(Login::AccessKey)
        }
    }
}

fn no_secret_key(settings: &Settings, access: &Setting) -> Error {
    let what = format!("the secret key of the access key from {}", access.origin);
    if matches!(access.origin, Origin::Explicit(_)) {
        // A secret key of another source belongs to another access key.
        return Error::config(format!("{what} is missing; set it by `.secret_key(…)`"));
    }
    missing(settings, &[Field::SecretKey], &what)
}

fn secret(setting: &Setting) -> SecretString {
    SecretString::from(setting.value.as_str())
}

fn required<'a>(settings: &'a Settings, field: Field, what: &str) -> Result<&'a Setting> {
    settings.get(field).ok_or_else(|| missing(settings, &[field], what))
}

pub(super) fn missing(settings: &Settings, fields: &[Field], what: &str) -> Error {
    Error::config(format!("{what} is missing; looked for {}", settings.places(fields)))
}

fn auth_type(settings: &Settings) -> Result<Option<AuthType>> {
    let Some(setting) = settings.get(Field::AuthType) else {
        return Ok(None);
    };
    Ok(Some(match setting.value.as_str() {
        "password" | "v3password" => AuthType::Password,
        "totp" | "v3totp" | "v3multifactor" => AuthType::Totp,
        "token" | "v3token" => AuthType::Token,
        "admin_token" | "token_endpoint" => AuthType::GivenToken,
        "aksk" | "v3aksk" => AuthType::AccessKey,
        // The agency is assumed with one of the other kinds of credentials.
        "agency" => return Ok(None),
        other => {
            return Err(Error::config(format!(
                "{}: unknown auth_type `{other}`; expected one of {AUTH_TYPES}",
                setting.origin
            )));
        }
    }))
}

/// The kind of credential that is set.
fn kind(settings: &Settings) -> Result<Credential> {
    let all = [Credential::Password, Credential::Token, Credential::AccessKey];
    let set: Vec<_> =
        all.into_iter().filter_map(|kind| settings.credential(kind).map(|setting| (kind, setting))).collect();
    match set.as_slice() {
        [(kind, _)] => Ok(*kind),
        [] if settings.first(&[Field::UserId, Field::Username]).is_some() => {
            Err(missing(settings, &[Field::Password], "the password"))
        }
        [] => Err(missing(settings, &[Field::Password, Field::Token, Field::AccessKey], "a credential")),
        [(_, first), rest @ ..] => {
            let rest: Vec<_> = rest.iter().map(|(_, setting)| setting.origin.to_string()).collect();
            Err(Error::config(format!(
                "the credentials contradict each other: {} and {} are both set; keep one, or choose by `auth_type` \
                 ({AUTH_TYPES})",
                first.origin,
                rest.join(" and ")
            )))
        }
    }
}

fn user(settings: &Settings) -> Result<User> {
    let domain = user_domain(settings);
    match (settings.get(Field::UserId), settings.get(Field::Username), domain) {
        (Some(id), Some(name), None) => Err(Error::config(format!(
            "the user is contradictory: {} and {} are both set, and a name needs the user's domain; keep one of them",
            id.origin, name.origin
        ))),
        (Some(id), _, _) => Ok(User::Id(id.value.to_string())),
        (None, Some(name), Some(domain)) => Ok(User::Name { name: name.value.to_string(), domain }),
        (None, Some(_), None) => Err(missing(
            settings,
            &[Field::UserDomainName, Field::UserDomainId, Field::DomainName],
            "the user's domain",
        )),
        (None, None, _) => Err(missing(settings, &[Field::Username, Field::UserId], "the user")),
    }
}

/// If both an id and a name are set, the id is used.
fn reference(settings: &Settings, id: Field, name: Field) -> Option<Reference> {
    settings.text(id).map(Reference::Id).or_else(|| settings.text(name).map(Reference::Name))
}

fn user_domain(settings: &Settings) -> Option<Reference> {
    reference(settings, Field::UserDomainId, Field::UserDomainName)
        .or_else(|| reference(settings, Field::DomainId, Field::DomainName))
        .or_else(|| default_domain(settings))
}

/// The domain of a user and of a project whose own domain is not set. Not a scope.
fn default_domain(settings: &Settings) -> Option<Reference> {
    reference(settings, Field::DefaultDomainId, Field::DefaultDomainName)
}

/// The project if one is set, else the domain, else nothing.
pub(super) fn scope(settings: &Settings, login: &Login) -> Result<Scope> {
    if let Some(id) = settings.text(Field::ProjectId) {
        return Ok(Scope::Project(Project::Id(id)));
    }
    if let Some(name) = settings.text(Field::ProjectName) {
        // By default, a user's projects are in the user's own domain.
        let domain = reference(settings, Field::ProjectDomainId, Field::ProjectDomainName)
            .or_else(|| reference(settings, Field::DomainId, Field::DomainName))
            .or_else(|| user_domain(settings));
        let names_it = matches!(login, Login::Password { .. } | Login::Token { exchange: true, .. });
        if domain.is_none() && names_it {
            let fields = [Field::ProjectDomainName, Field::ProjectDomainId, Field::UserDomainName];
            let what = format!("the domain of the project `{name}`");
            return Err(missing(settings, &fields, &what));
        }
        return Ok(Scope::Project(Project::Name { name, domain }));
    }
    let domain = reference(settings, Field::DomainId, Field::DomainName);
    Ok(domain.map_or(Scope::Unscoped, Scope::Domain))
}

/// The domain of an access key, which the identity service needs to let it assume an agency.
pub(super) fn domain_scope(settings: &Settings) -> Result<Scope> {
    let domain = reference(settings, Field::DomainId, Field::DomainName)
        .or_else(|| reference(settings, Field::UserDomainId, Field::UserDomainName));
    domain.map(Scope::Domain).ok_or_else(|| {
        let fields = [Field::DomainName, Field::DomainId];
        missing(settings, &fields, "the domain of the access key, which an agency needs,")
    })
}

pub(super) fn agency(settings: &Settings) -> Result<Option<Agency>> {
    let delegated =
        [Field::AgencyDomainName, Field::AgencyDomainId, Field::DelegatedProject, Field::DelegatedProjectId];
    let Some(name) = settings.text(Field::AgencyName) else {
        return match settings.first(&delegated) {
            None => Ok(None),
            Some((_, setting)) => Err(Error::config(format!(
                "{} is set, but the agency is missing; looked for {}",
                setting.origin,
                settings.places(&[Field::AgencyName])
            ))),
        };
    };
    let domain = reference(settings, Field::AgencyDomainId, Field::AgencyDomainName).ok_or_else(|| {
        let fields = [Field::AgencyDomainName, Field::AgencyDomainId];
        missing(settings, &fields, &format!("the domain of the agency `{name}`"))
    })?;
    let scope = match (settings.text(Field::DelegatedProjectId), settings.text(Field::DelegatedProject)) {
        (Some(id), _) => Scope::Project(Project::Id(id)),
        (None, Some(name)) => Scope::Project(Project::Name { name, domain: Some(domain.clone()) }),
        (None, None) => Scope::Domain(domain.clone()),
    };
    Ok(Some(Agency { name, domain, scope }))
}

/// Refuses settings that openstacksdk supports and this crate does not, rather than ignoring them.
pub(super) fn reject_unsupported(settings: &Settings) -> Result<()> {
    let refuse =
        |setting: &Setting, problem: &str| Err(Error::config(format!("{} {problem}", setting.origin)));
    for (field, problem) in [
        (
            Field::ApplicationCredential,
            "is set, but the cloud has no application credentials; use a password, a token or an access key",
        ),
        (
            Field::Endpoint,
            "is not supported; set the address of the service by `<service>_endpoint_override`",
        ),
        (
            Field::SystemScope,
            "is set, but a scope of the whole system is not supported; set a project or a domain",
        ),
        (Field::TrustId, "is set, but trusts are not supported; set a project or a domain, or an agency"),
    ] {
        if let Some(setting) = settings.get(field) {
            return refuse(setting, problem);
        }
    }
    match settings.get(Field::IdentityVersion) {
        Some(setting) if !setting.value.trim_start_matches('v').starts_with('3') => {
            refuse(setting, "is not 3, the only version of the identity service that is supported")
        }
        _ => methods(settings),
    }
}

/// With several factors, only a password and a one-time passcode are supported.
fn methods(settings: &Settings) -> Result<()> {
    let Some(setting) = settings.get(Field::AuthMethods) else {
        return Ok(());
    };
    let known = ["password", "v3password", "totp", "v3totp"];
    let mut methods = setting.value.split(',').map(str::trim);
    match methods.find(|method| !method.is_empty() && !known.contains(method)) {
        None => Ok(()),
        Some(method) => Err(Error::config(format!(
            "{}: unknown method `{method}`; expected v3password and v3totp",
            setting.origin
        ))),
    }
}

/// Refuses empty values. Only explicit settings can be empty.
pub(super) fn reject_empty_values(settings: &Settings) -> Result<()> {
    match settings.empty() {
        None => Ok(()),
        Some(setting) => Err(Error::config(format!("{} is empty", setting.origin))),
    }
}
