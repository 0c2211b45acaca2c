//! Turns settings into a configuration.

use std::collections::{BTreeMap, BTreeSet};

use otc_http::presentable;
use url::Url;

use super::builder::ConfigBuilder;
use super::fields::Field;
use super::settings::{Origin, Setting, Settings, Source};
use super::{Config, Origins, SearchedPlaces, Tls, check, trust};
use crate::identity::{Agency, Login, Project, Scope};
use crate::{Environment, Error, Interface, Region, Result, address};

pub(super) fn config(
    settings: &Settings,
    builder: &ConfigBuilder,
    environment: &Environment,
) -> Result<Config> {
    check::reject_empty_values(settings)?;
    check::reject_unsupported(settings)?;
    trust::check(settings)?;
    let login = check::login(settings)?;
    let agency = check::agency(settings)?;
    let scope = match (&login, &agency) {
        (Login::AccessKey(_), Some(_)) => check::domain_scope(settings)?,
        _ => check::scope(settings, &login)?,
    };
    let target = agency.as_ref().map_or(&scope, |agency| &agency.scope);
    let configured_region = configured_region(settings, target);
    let auth_url = auth_url(settings, configured_region.as_deref(), builder.allow_http)?;
    if auth_url.is_none() && needs_identity_service(&login, agency.as_ref()) {
        return Err(missing_auth_url(settings));
    }
    let overrides = overrides(settings, configured_region.as_deref(), builder.allow_http)?;
    let region = configured_region.or_else(|| implied_region(target, auth_url.as_ref()));
    let project: &[Field] = match agency {
        Some(_) => &[Field::DelegatedProject, Field::DelegatedProjectId],
        None => &[Field::ProjectId, Field::ProjectName],
    };
    Ok(Config {
        login,
        scope,
        agency,
        auth_url,
        region,
        interface: interface(settings)?,
        overrides,
        tls: tls(settings, environment)?,
        signature: builder.signature.clone(),
        renew_before: builder.renew_before,
        token_cache: builder.token_cache.clone(),
        allow_http: builder.allow_http,
        timeout: builder.timeout,
        retry: builder.retry.clone(),
        sign_in_timeout: builder.sign_in_timeout,
        connect_timeout: builder.connect_timeout,
        warnings: settings.warnings.iter().map(|warning| presentable(warning, usize::MAX)).collect(),
        origins: origins(settings, builder),
        searched: SearchedPlaces {
            auth_url: missing_auth_url(settings).to_string(),
            project: settings.places(project),
            region: settings.places(&[Field::Region]),
        },
    })
}

fn origins(settings: &Settings, builder: &ConfigBuilder) -> Origins {
    let (mut files, mut variables) = (BTreeSet::new(), BTreeSet::new());
    for (_, setting) in settings.all() {
        match &setting.origin {
            Origin::Variable(name) => drop(variables.insert(name.clone())),
            Origin::File { path, .. } => drop(files.insert(path.clone())),
            Origin::Explicit(_) | Origin::Profile(_) => {}
        }
    }
    let cloud = match &settings.source {
        Source::Cloud { name, .. } => Some(name.clone()),
        Source::Explicit | Source::Variables => None,
    };
    if cloud.is_some() && builder.cloud.is_none() {
        variables.insert("OS_CLOUD".to_owned());
    }
    Origins { cloud, files: files.into_iter().collect(), variables: variables.into_iter().collect() }
}

/// Access keys, and tokens that are not exchanged, work without an identity service.
fn needs_identity_service(login: &Login, agency: Option<&Agency>) -> bool {
    agency.is_some() || matches!(login, Login::Password { .. } | Login::Token { exchange: true, .. })
}

fn missing_auth_url(settings: &Settings) -> Error {
    let fields = [Field::AuthUrl, Field::Region];
    let error = check::missing(settings, &fields, "the address of the identity service");
    Error::config(match settings.get(Field::Region) {
        Some(region) => format!(
            "{error}; the region `{}` (from {}) has no built-in address; the regions that have one are {}",
            region.value.as_str(),
            region.origin,
            Region::names()
        ),
        None => format!("{error}; or set a region that has a built-in address: {}", Region::names()),
    })
}

fn auth_url(settings: &Settings, region: Option<&str>, allow_http: bool) -> Result<Option<Url>> {
    let Some(setting) = settings.get(Field::AuthUrl) else {
        return Ok(region.and_then(Region::known).map(Region::parsed_auth_url));
    };
    let text = with_region(settings, setting, region)?;
    address::auth_url(&text, allow_http)
        .map(Some)
        .map_err(|problem| Error::config(format!("{}: {problem}", setting.origin)))
}

/// The address with the region in place of `{region_name}`.
fn with_region(settings: &Settings, setting: &Setting, region: Option<&str>) -> Result<String> {
    const PLACEHOLDER: &str = "{region_name}";
    if !setting.value.contains(PLACEHOLDER) {
        return Ok(setting.value.to_string());
    }
    match region {
        None => {
            let what = format!("the region for `{PLACEHOLDER}` in {}", setting.origin);
            Err(check::missing(settings, &[Field::Region], &what))
        }
        // A region with a dot or a slash could move the address to another host.
        Some(region) if !is_label(region) => Err(Error::config(format!(
            "{}: `{region}` can't replace `{PLACEHOLDER}`: a region may contain only letters, digits, `-` and `_`",
            setting.origin
        ))),
        Some(region) => Ok(setting.value.replace(PLACEHOLDER, region)),
    }
}

fn is_label(region: &str) -> bool {
    let mut bytes = region.bytes();
    !region.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The configured region. A built-in profile has several: it defaults to the first, unless the project's name implies
/// another.
fn configured_region(settings: &Settings, target: &Scope) -> Option<String> {
    let setting = settings.get(Field::Region)?;
    let of_project = match &setting.origin {
        Origin::Profile(profile) => of_project(target).filter(|region| region.is_of_profile(profile)),
        _ => None,
    };
    Some(of_project.map_or_else(|| setting.value.to_string(), |region| region.name().to_owned()))
}

fn implied_region(target: &Scope, auth_url: Option<&Url>) -> Option<String> {
    let region = of_project(target).or_else(|| auth_url.and_then(Region::of_auth_url))?;
    Some(region.name().to_owned())
}

fn of_project(target: &Scope) -> Option<Region> {
    match target {
        Scope::Project(Project::Name { name, .. }) => Region::of_project_name(name),
        _ => None,
    }
}

fn interface(settings: &Settings) -> Result<Interface> {
    let Some(setting) = settings.get(Field::Interface) else {
        return Ok(Interface::default());
    };
    let text = setting.value.as_str();
    Interface::from_name(text).ok_or_else(|| {
        Error::config(format!(
            "{}: unknown interface `{text}`; expected public, internal or admin",
            setting.origin
        ))
    })
}

fn overrides(settings: &Settings, region: Option<&str>, allow_http: bool) -> Result<BTreeMap<String, Url>> {
    settings
        .overrides()
        .map(|(service, setting)| {
            let text = with_region(settings, setting, region)?;
            let url = otc_http::address::parse(&text, allow_http)
                .map_err(|problem| Error::config(format!("{}: {problem}", setting.origin)))?;
            Ok((service.to_owned(), url))
        })
        .collect()
}

fn tls(settings: &Settings, environment: &Environment) -> Result<Tls> {
    let path = |field| settings.get(field).map(|setting| environment.path(setting.value.as_str()));
    let is_set_to = |field, value| match settings.get(field) {
        None => Ok(false),
        Some(setting) => Ok(parse_bool(setting)? == value),
    };
    let insecure = is_set_to(Field::Insecure, true)? | is_set_to(Field::Verify, false)?;
    let client = path(Field::Cert).map(|cert| (cert, path(Field::CertKey)));
    if client.is_none()
        && let Some(key) = settings.get(Field::CertKey)
    {
        return Err(Error::config(format!(
            "{} is set, but its certificate is missing; looked for {}",
            key.origin,
            settings.places(&[Field::Cert])
        )));
    }
    Ok(Tls { insecure, cacert: path(Field::CaCert), client })
}

fn parse_bool(setting: &Setting) -> Result<bool> {
    match setting.value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(Error::config(format!("{} is not a boolean; expected true or false", setting.origin))),
    }
}
