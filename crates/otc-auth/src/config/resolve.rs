//! From settings to a configuration.

use std::collections::BTreeMap;

use url::Url;

use super::builder::ConfigBuilder;
use super::fields::Field;
use super::settings::{Setting, Settings};
use super::{Config, Places, Tls, check};
use crate::identity::{Agency, Login, Project, Scope};
use crate::{Environment, Error, Interface, Region, Result, address};

pub(super) fn config(
    settings: &Settings,
    builder: &ConfigBuilder,
    environment: &Environment,
) -> Result<Config> {
    check::no_empty_values(settings)?;
    let login = check::login(settings)?;
    let agency = check::agency(settings)?;
    let scope = match (&login, &agency) {
        (Login::AccessKey(_), Some(_)) => check::domain_scope(settings)?,
        _ => check::scope(settings, &login)?,
    };
    let auth_url = auth_url(settings, builder.allow_http)?;
    if auth_url.is_none() && needs_identity_service(&login, agency.as_ref()) {
        return Err(missing_auth_url(settings));
    }
    let region = region(settings, &scope, agency.as_ref(), auth_url.as_ref());
    Ok(Config {
        login,
        scope,
        agency,
        auth_url,
        region,
        interface: interface(settings)?,
        overrides: overrides(settings, builder.allow_http)?,
        tls: tls(settings, environment)?,
        signature: builder.signature.clone(),
        renew_before: builder.renew_before,
        token_cache: builder.token_cache.clone(),
        allow_http: builder.allow_http,
        timeout: builder.timeout,
        connect_timeout: builder.connect_timeout,
        places: Places {
            auth_url: missing_auth_url(settings).to_string(),
            project: settings.places(if settings.get(Field::AgencyName).is_some() {
                &[Field::DelegatedProject, Field::DelegatedProjectId]
            } else {
                &[Field::ProjectId, Field::ProjectName]
            }),
            region: settings.places(&[Field::Region]),
        },
    })
}

/// A token that is used as it is, and an access key, may do without.
fn needs_identity_service(login: &Login, agency: Option<&Agency>) -> bool {
    agency.is_some()
        || matches!(
            login,
            Login::Password { .. } | Login::Token { exchange: true, .. }
        )
}

fn missing_auth_url(settings: &Settings) -> Error {
    let fields = [Field::AuthUrl, Field::Region];
    let error = check::missing(settings, &fields, "the address of the identity service");
    Error::config(match settings.get(Field::Region) {
        Some(region) => format!(
            "{error}; the region `{}`, from {}, is not one that implies it: those are {}",
            region.value.as_str(),
            region.origin,
            Region::names()
        ),
        None => format!("{error}; the regions that imply it are {}", Region::names()),
    })
}

fn auth_url(settings: &Settings, allow_http: bool) -> Result<Option<Url>> {
    let region = settings.text(Field::Region);
    let Some(setting) = settings.get(Field::AuthUrl) else {
        let known = region.and_then(|name| Region::known(&name));
        return Ok(known.and_then(|region| Url::parse(region.auth_url()).ok()));
    };
    let mut text = setting.value.to_string();
    if text.contains("{region_name}") {
        let Some(region) = region else {
            let what = format!("the region in the address of {}", setting.origin);
            return Err(check::missing(settings, &[Field::Region], &what));
        };
        text = text.replace("{region_name}", &region);
    }
    address::auth_url(&text, allow_http)
        .map(Some)
        .map_err(|problem| Error::config(format!("{}: {problem}", setting.origin)))
}

fn region(
    settings: &Settings,
    scope: &Scope,
    agency: Option<&Agency>,
    auth_url: Option<&Url>,
) -> Option<String> {
    if let Some(region) = settings.text(Field::Region) {
        return Some(region);
    }
    let of_project = |scope: &Scope| match scope {
        Scope::Project(Project::Name { name, .. }) => Region::of_project_name(name),
        _ => None,
    };
    agency
        .map_or_else(|| of_project(scope), |agency| of_project(&agency.scope))
        .or_else(|| auth_url.and_then(Region::of_auth_url))
        .map(|region| region.name().to_owned())
}

fn interface(settings: &Settings) -> Result<Interface> {
    let Some(setting) = settings.get(Field::Interface) else {
        return Ok(Interface::default());
    };
    let text = setting.value.as_str();
    Interface::from_name(text).ok_or_else(|| {
        Error::config(format!(
            "{}: `{text}` is no interface; these are: public, internal, admin",
            setting.origin
        ))
    })
}

fn overrides(settings: &Settings, allow_http: bool) -> Result<BTreeMap<String, Url>> {
    settings
        .overrides()
        .map(|(service, setting)| {
            let url = address::parse(&setting.value, allow_http)
                .map_err(|problem| Error::config(format!("{}: {problem}", setting.origin)))?;
            Ok((service.to_owned(), url))
        })
        .collect()
}

fn tls(settings: &Settings, environment: &Environment) -> Result<Tls> {
    let path = |field| {
        settings
            .get(field)
            .map(|setting| environment.path(&setting.value))
    };
    let insecure = match settings.first(&[Field::Verify, Field::Insecure]) {
        None => false,
        Some((Field::Verify, setting)) => !truth(setting)?,
        Some((_, setting)) => truth(setting)?,
    };
    let client = path(Field::Cert).map(|cert| (cert, path(Field::CertKey)));
    if client.is_none()
        && let Some(key) = settings.get(Field::CertKey)
    {
        return Err(Error::config(format!(
            "{} is set, and the certificate that it belongs to is missing; looked for {}",
            key.origin,
            settings.places(&[Field::Cert])
        )));
    }
    Ok(Tls {
        insecure,
        cacert: path(Field::CaCert),
        client,
    })
}

fn truth(setting: &Setting) -> Result<bool> {
    match setting.value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(Error::config(format!(
            "{} is neither true nor false",
            setting.origin
        ))),
    }
}
