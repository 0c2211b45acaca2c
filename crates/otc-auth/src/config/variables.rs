//! Settings from the variables of the environment.

use super::fields::ALL;
use super::settings::{Origin, Settings, Source};
use crate::{Environment, Result};

pub(super) fn read(environment: &Environment) -> Result<Settings> {
    let mut settings = Settings::default();
    settings.source = Source::Variables;
    for names in ALL {
        for name in names.variables {
            if let Some(value) = environment.get(name)? {
                let origin = Origin::Variable((*name).to_owned());
                settings.set(names.field, value.to_owned(), origin);
                break;
            }
        }
    }
    for name in environment.names() {
        let service = name
            .strip_prefix("OS_")
            .and_then(|name| name.strip_suffix("_ENDPOINT_OVERRIDE"));
        if let (Some(service), Some(value)) = (service, environment.get(name)?) {
            let origin = Origin::Variable(name.to_owned());
            settings.set_override(service, value.to_owned(), origin);
        }
    }
    Ok(settings)
}
