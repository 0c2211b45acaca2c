//! From settings to who the caller is: what is missing or contradictory is said here.

use secrecy::SecretString;

use super::fields::{Credential, Field};
use super::settings::{Origin, Setting, Settings};
use crate::identity::{Agency, Login, Project, Reference, Scope, User};
use crate::signing::AccessKey;
use crate::{Error, Result};

/// How the credentials are to be used, where it is said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AuthType {
    Password,
    Totp,
    /// The token is given back for one of the scope.
    Token,
    /// The token is used as it is.
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
            let secret_key = settings
                .get(Field::SecretKey)
                .ok_or_else(|| no_secret_key(settings, access))?;
            Ok(Login::AccessKey(AccessKey {
                access: access.value.trim().to_owned(),
                secret: secret(secret_key),
                security_token: settings.get(Field::SecurityToken).map(secret),
            }))
        }
    }
}

fn no_secret_key(settings: &Settings, access: &Setting) -> Error {
    let what = format!("the secret key of the access key from {}", access.origin);
    if matches!(access.origin, Origin::Explicit(_)) {
        // One of another source belongs to another access key.
        return Error::config(format!("{what} is missing; set it by `.secret_key(…)`"));
    }
    missing(settings, &[Field::SecretKey], &what)
}

fn secret(setting: &Setting) -> SecretString {
    // The end of a line that came along with a pasted secret is never part of it.
    SecretString::from(setting.value.trim_end_matches(['\r', '\n']).to_owned())
}

fn required<'a>(settings: &'a Settings, field: Field, what: &str) -> Result<&'a Setting> {
    settings
        .get(field)
        .ok_or_else(|| missing(settings, &[field], what))
}

pub(super) fn missing(settings: &Settings, fields: &[Field], what: &str) -> Error {
    Error::config(format!(
        "{what} is missing; looked for {}",
        settings.places(fields)
    ))
}

fn auth_type(settings: &Settings) -> Result<Option<AuthType>> {
    let Some(setting) = settings.get(Field::AuthType) else {
        return Ok(None);
    };
    Ok(Some(match setting.value.as_str() {
        "password" | "v3password" => AuthType::Password,
        "totp" | "v3totp" | "v3multifactor" => AuthType::Totp,
        "token" | "v3token" => AuthType::Token,
        "admin_token" => AuthType::GivenToken,
        "aksk" | "v3aksk" => AuthType::AccessKey,
        // By which credentials the agency is taken on, it does not say.
        "agency" => return Ok(None),
        other => {
            return Err(Error::config(format!(
                "`{other}`, from {}, is no way to log in that is known here; these are: {AUTH_TYPES}",
                setting.origin
            )));
        }
    }))
}

/// The kind of credential that is there.
fn kind(settings: &Settings) -> Result<Credential> {
    let all = [Credential::Password, Credential::Token, Credential::AccessKey];
    let there: Vec<_> = all
        .into_iter()
        .filter_map(|kind| settings.credential(kind).map(|setting| (kind, setting)))
        .collect();
    match there.as_slice() {
        [(kind, _)] => Ok(*kind),
        [] if settings.first(&[Field::UserId, Field::Username]).is_some() => {
            Err(missing(settings, &[Field::Password], "the password"))
        }
        [] => Err(missing(
            settings,
            &[Field::Password, Field::Token, Field::AccessKey],
            "a credential",
        )),
        [(_, first), rest @ ..] => {
            let rest: Vec<_> = rest
                .iter()
                .map(|(_, setting)| setting.origin.to_string())
                .collect();
            Err(Error::config(format!(
                "the credentials contradict each other: {} and {} are both set; keep one, or say which by `auth_type` \
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
            "the user is contradictory: {} and {} are both set, and the name says nothing without the user's domain; \
             keep one of them",
            id.origin, name.origin
        ))),
        (Some(id), _, _) => Ok(User::Id(id.value.to_string())),
        (None, Some(name), Some(domain)) => Ok(User::Name {
            name: name.value.to_string(),
            domain,
        }),
        (None, Some(_), None) => Err(missing(
            settings,
            &[Field::UserDomainName, Field::UserDomainId, Field::DomainName],
            "the user's domain",
        )),
        (None, None, _) => Err(missing(settings, &[Field::Username, Field::UserId], "the user")),
    }
}

/// Of an identifier and a name of the same thing, the identifier says it.
fn reference(settings: &Settings, id: Field, name: Field) -> Option<Reference> {
    settings
        .text(id)
        .map(Reference::Id)
        .or_else(|| settings.text(name).map(Reference::Name))
}

fn user_domain(settings: &Settings) -> Option<Reference> {
    reference(settings, Field::UserDomainId, Field::UserDomainName)
        .or_else(|| reference(settings, Field::DomainId, Field::DomainName))
        .or_else(|| settings.text(Field::DefaultDomain).map(Reference::Id))
}

/// A project, where there is one; else a domain; else nothing.
pub(super) fn scope(settings: &Settings, login: &Login) -> Result<Scope> {
    if let Some(id) = settings.text(Field::ProjectId) {
        return Ok(Scope::Project(Project::Id(id)));
    }
    if let Some(name) = settings.text(Field::ProjectName) {
        // A user's projects are in the user's own domain, unless it is said otherwise.
        let domain = reference(settings, Field::ProjectDomainId, Field::ProjectDomainName)
            .or_else(|| reference(settings, Field::DomainId, Field::DomainName))
            .or_else(|| user_domain(settings));
        let names_it = matches!(
            login,
            Login::Password { .. } | Login::Token { exchange: true, .. }
        );
        if domain.is_none() && names_it {
            let fields = [
                Field::ProjectDomainName,
                Field::ProjectDomainId,
                Field::UserDomainName,
            ];
            let what = format!("the domain of the project `{name}`");
            return Err(missing(settings, &fields, &what));
        }
        return Ok(Scope::Project(Project::Name { name, domain }));
    }
    let domain = reference(settings, Field::DomainId, Field::DomainName);
    Ok(domain.map_or(Scope::Unscoped, Scope::Domain))
}

/// The domain for which an access key takes on a role: the identity service asks for it.
pub(super) fn domain_scope(settings: &Settings) -> Result<Scope> {
    let domain = reference(settings, Field::DomainId, Field::DomainName)
        .or_else(|| reference(settings, Field::UserDomainId, Field::UserDomainName));
    domain.map(Scope::Domain).ok_or_else(|| {
        let fields = [Field::DomainName, Field::DomainId];
        missing(
            settings,
            &fields,
            "the domain of the access key, which an agency needs,",
        )
    })
}

pub(super) fn agency(settings: &Settings) -> Result<Option<Agency>> {
    let delegated = [
        Field::AgencyDomainName,
        Field::AgencyDomainId,
        Field::DelegatedProject,
        Field::DelegatedProjectId,
    ];
    let Some(name) = settings.text(Field::AgencyName) else {
        return match settings.first(&delegated) {
            None => Ok(None),
            Some((_, setting)) => Err(Error::config(format!(
                "{} is set, and the agency is missing; looked for {}",
                setting.origin,
                settings.places(&[Field::AgencyName])
            ))),
        };
    };
    let domain = reference(settings, Field::AgencyDomainId, Field::AgencyDomainName).ok_or_else(|| {
        let fields = [Field::AgencyDomainName, Field::AgencyDomainId];
        missing(settings, &fields, &format!("the domain of the agency `{name}`"))
    })?;
    let scope = match (
        settings.text(Field::DelegatedProjectId),
        settings.text(Field::DelegatedProject),
    ) {
        (Some(id), _) => Scope::Project(Project::Id(id)),
        (None, Some(name)) => Scope::Project(Project::Name {
            name,
            domain: Some(domain.clone()),
        }),
        (None, None) => Scope::Domain(domain.clone()),
    };
    Ok(Some(Agency { name, domain, scope }))
}

/// Says what explicit settings can't be.
pub(super) fn no_empty_values(settings: &Settings) -> Result<()> {
    match settings.empty() {
        None => Ok(()),
        Some(setting) => Err(Error::config(format!("{} is empty", setting.origin))),
    }
}
