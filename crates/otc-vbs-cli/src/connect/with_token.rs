//! Connects with a token, without an identity service.

use otc_vbs::ClientBuilder;
use otc_vbs::auth::{Config, Environment};

use super::{
    Credentials, ENDPOINT, PROJECT_ID, Place, TOKEN, Target, TokenOrigin, client_builder, given_or_variable,
    setting, variable,
};
use crate::connection::{Connection, Project};
use crate::exit::Failure;
use crate::{diagnostics, token_file};

/// The variables of a token, of which the first one that is set counts: those of OpenStack, and of the cloud's Go SDK.
const TOKENS: [&str; 3] = [TOKEN, "OS_AUTH_TOKEN", "OS_TOKEN_ID"];
/// A client with an endpoint, a project and a token, without an identity service.
pub(super) fn connect(options: &Connection, dry_run: bool) -> Result<Target, Failure> {
    if options.region.is_some() {
        return Err(needs_identity_service("--region chooses an endpoint"));
    }
    let endpoint = given_or_variable(options.endpoint.as_deref(), ENDPOINT)?;
    let project_id = match options.project() {
        Some(Project::Name(_)) => {
            return Err(needs_identity_service("--project with a name looks the project up"));
        }
        Some(Project::Id(id)) => Some(id.to_owned()),
        None => variable(PROJECT_ID)?,
    };
    let token = match &options.token_file {
        Some(file) => Some((TokenOrigin::File(file.clone()), token_file::read(file)?)),
        None => first_variable(&TOKENS)?.map(|(name, token)| (TokenOrigin::Variable(name), token)),
    };
    match (endpoint, project_id, token) {
        (Some(endpoint), Some(project_id), Some((origin, token))) => {
            let build = |allow_http| {
                let builder = client_builder(dry_run)
                    .endpoint(&endpoint)
                    .project_id(&project_id)
                    .token(&token)
                    .allow_http(allow_http);
                with_tls(builder, token.clone())?.build().map_err(setting)
            };
            let client = build(options.allow_http).map_err(|failure| match failure {
                // Only if nothing else is wrong.
                Failure::Usage { problem, hint: None } if !options.allow_http && build(true).is_ok() => {
                    let hint = "use https, or pass --allow-http to send the token over http anyway";
                    Failure::Usage { problem, hint: Some(hint.to_owned()) }
                }
                failure => failure,
            })?;
            let place = Place { project: project_id, region: None, cloud: None, is_one_of_several: false };
            Ok(Target::new(client, place, Credentials::Token(origin)))
        }
        (endpoint, project_id, token) => Err(missing(&[
            (endpoint.is_none(), "the endpoint", "--endpoint or VBS_ENDPOINT"),
            (project_id.is_none(), "the project's id", "--project or OS_PROJECT_ID"),
            (token.is_none(), "a token", "OS_TOKEN or --token-file"),
        ])),
    }
}

/// The builder with the TLS settings of the environment: OS_CACERT, OS_INSECURE, OS_CERT and OS_KEY, as for a sign-in.
fn with_tls(builder: ClientBuilder, token: String) -> Result<ClientBuilder, Failure> {
    let config =
        Config::builder().variables_of(&Environment::process()).auth_type("admin_token").token(token).build();
    let config = config.map_err(|error| Failure::usage(error.to_string()))?;
    config.warnings().iter().for_each(|warning| diagnostics::warning(warning));
    builder.tls_of(&config).map_err(|error| Failure::Usage {
        problem: error.to_string(),
        hint: Some("OS_CACERT, OS_CERT and OS_KEY name the files of certificates and keys".to_owned()),
    })
}

pub(super) fn needs_identity_service(what: &str) -> Failure {
    Failure::Usage {
        problem: format!("{what} with the identity service, and only a token is configured"),
        hint: Some(
            "sign in with --cloud or OS_CLOUD, or set OS_AUTH_URL; without that, use --endpoint and a project id"
                .to_owned(),
        ),
    }
}

fn missing(settings: &[(bool, &str, &str)]) -> Failure {
    let missing: Vec<String> = settings
        .iter()
        .filter(|(missing, ..)| *missing)
        .map(|(_, what, source)| format!("{what} ({source})"))
        .collect();
    let clouds = Config::cloud_names(&Environment::process());
    let clouds = match clouds.is_empty() {
        true => String::new(),
        false => format!(" ({})", clouds.join(", ")),
    };
    Failure::Usage {
        problem: format!("no credentials: {} missing", with_verb(&missing)),
        hint: Some(format!(
            "choose a cloud of clouds.yaml{clouds} with OS_CLOUD or --cloud, or set what is missing; `vbs --sandbox tasks` \
             works without credentials"
        )),
    }
}

fn with_verb(missing: &[String]) -> String {
    match missing {
        [one] => format!("{one} is"),
        [rest @ .., last] => format!("{} and {last} are", rest.join(", ")),
        [] => String::new(),
    }
}

fn first_variable(names: &[&'static str]) -> Result<Option<(&'static str, String)>, Failure> {
    for name in names {
        if let Some(value) = variable(name)? {
            return Ok(Some((name, value)));
        }
    }
    Ok(None)
}
