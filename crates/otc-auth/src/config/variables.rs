//! Settings from environment variables.

use super::fields::{ALL, Field};
use super::settings::{Origin, Setting, Settings, Source};
use crate::{Environment, Result};

/// The settings of all `OS_*` variables.
pub(super) fn read(environment: &Environment) -> Result<Settings> {
    let mut settings = Settings::default();
    settings.source = Source::Variables;
    read_fields(&mut settings, environment, |_| true)?;
    for name in environment.names() {
        let service = name.strip_prefix("OS_").and_then(|name| name.strip_suffix("_ENDPOINT_OVERRIDE"));
        if let (Some(service), Some(value)) = (service, environment.get(name)?) {
            let origin = Origin::Variable(name.to_owned());
            settings.set_override(service, Setting::new(value, origin));
        }
    }
    Ok(settings)
}

/// The variables that are also used if a cloud is selected: they choose its region and, unless `explicit`
/// does, the project.
pub(super) fn chosen(explicit: &Settings, environment: &Environment) -> Result<Settings> {
    use Field::{ProjectDomainId, ProjectDomainName, ProjectId, ProjectName, Region};

    let mut settings = Settings::default();
    read_fields(&mut settings, environment, |field| field == Region)?;
    if explicit.first(&[ProjectId, ProjectName]).is_none() {
        read_fields(&mut settings, environment, |field| matches!(field, ProjectId | ProjectName))?;
    }
    if settings.get(ProjectName).is_some() {
        // The name has no meaning without the domain that was set along with it.
        read_fields(&mut settings, environment, |field| {
            matches!(field, ProjectDomainId | ProjectDomainName)
        })?;
    }
    Ok(settings)
}

fn read_fields(
    settings: &mut Settings,
    environment: &Environment,
    wanted: impl Fn(Field) -> bool,
) -> Result<()> {
    for names in ALL.iter().filter(|names| wanted(names.field)) {
        for name in names.variables {
            if let Some(value) = environment.get(name)? {
                settings.set(names.field, value, Origin::Variable((*name).to_owned()));
                break;
            }
        }
    }
    Ok(())
}
