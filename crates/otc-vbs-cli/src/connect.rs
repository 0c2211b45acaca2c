//! Creates clients: from options and the environment, or for a sandbox in this process.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;
use otc_vbs::auth::{AvailableProject, Config, Environment, Session};
use otc_vbs::{Client, ClientBuilder};
use otc_vbs_sandbox::Sandbox;

use crate::cli::{Global, InProcessSandbox};
use crate::connection::{Connection, Project};
use crate::diagnostics;
use crate::dry_run::DryRun;
use crate::exit::Failure;

pub(crate) const ENDPOINT: &str = "VBS_ENDPOINT";
pub(crate) const PROJECT_ID: &str = "OS_PROJECT_ID";
pub(crate) const TOKEN: &str = "OS_TOKEN";
/// The variables of a token, of which the first one that is set counts: those of OpenStack, and of the cloud's Go SDK.
const TOKENS: [&str; 3] = [TOKEN, "OS_AUTH_TOKEN", "OS_TOKEN_ID"];
/// The variables that imply an identity service to sign in to.
const CREDENTIALS: [&str; 6] =
    ["OS_CLOUD", "OS_AUTH_URL", "OS_PASSWORD", "OS_ACCESS_KEY", "OS_ACCESS_KEY_ID", "OS_AK"];
/// The seed of a sandbox unless another one is set.
pub(crate) const DEFAULT_SEED: u64 = 1;
/// Longer than a job of the sandbox takes, and shorter than its token is valid.
const SANDBOX_STEP: Duration = Duration::from_secs(12 * 3600);
/// The largest token that is read, in bytes.
const LONGEST_TOKEN: u64 = 1024 * 1024;

/// The number of projects that are signed in to at the same time.
const CONCURRENCY: usize = 8;

/// What a command works with.
pub(crate) struct Connected {
    /// The projects that the options choose.
    pub(crate) targets: Vec<Target>,
    /// Why other projects that the options choose can't be reached.
    pub(crate) failures: Vec<Failure>,
    /// What counts as now.
    pub(crate) now: Timestamp,
    sandbox: Option<Sandbox>,
}

/// A project and the client for it.
pub(crate) struct Target {
    pub(crate) client: Client,
    pub(crate) place: Arc<Place>,
}

/// A project of a cloud.
#[derive(Debug)]
pub(crate) struct Place {
    /// The name of the project, or its id if the name is not known.
    pub(crate) project: String,
    pub(crate) region: Option<String>,
}

impl Target {
    fn new(client: Client, project: String, region: Option<String>) -> Self {
        Self { client, place: Arc::new(Place { project, region }) }
    }
}

impl Connected {
    /// Stops the sandbox.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        // The sandbox would wait for the open connections of the clients.
        drop(self.targets);
        match self.sandbox {
            Some(sandbox) => Ok(sandbox.shutdown().await?),
            None => Ok(()),
        }
    }

    /// The project, for a command that works with one only.
    pub(crate) fn only(&self) -> Result<&Target, Failure> {
        match self.targets.as_slice() {
            [target] if !self.has_several() => Ok(target),
            _ => Err(Failure::Usage {
                problem: "this command works with one project".to_owned(),
                hint: Some("choose it with --project and one --cloud, without --all-projects".to_owned()),
            }),
        }
    }

    /// Lets half a day pass in the sandbox, whose clock stands still, so that a job ends. Returns whether there is a sandbox.
    pub(crate) fn advance_sandbox(&self) -> Result<bool, Failure> {
        match &self.sandbox {
            Some(sandbox) => sandbox.advance(SANDBOX_STEP).map(|()| true).map_err(Failure::Sandbox),
            None => Ok(false),
        }
    }

    /// Whether results must tell the projects apart.
    pub(crate) fn has_several(&self) -> bool {
        self.targets.len() + self.failures.len() > 1
    }
}

pub(crate) async fn connect(global: &Global) -> Result<Connected, Failure> {
    connect_with(global, false).await
}

/// Connects for a command that changes something. With `dry_run`, its requests are only printed.
pub(crate) async fn connect_with(global: &Global, dry_run: bool) -> Result<Connected, Failure> {
    let (sandbox, options) = (&global.sandbox, &global.connection);
    if sandbox.enabled {
        return connect_to_sandbox(sandbox, options, dry_run).await;
    }
    if sandbox.jobs.is_some() {
        return Err(Failure::usage("--sandbox-jobs has no effect without --sandbox"));
    }
    let results = match signs_in(options)? {
        false if options.all_projects => {
            return Err(needs_identity_service("--all-projects lists the projects"));
        }
        false => vec![connect_with_token(options, dry_run)],
        true => {
            let choices = choices(options).await?;
            let targets = choices.into_iter().map(|choice| sign_in(options, choice, dry_run));
            stream::iter(targets).buffered(CONCURRENCY).collect().await
        }
    };
    let (mut targets, mut failures) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(target) => targets.push(target),
            Err(failure) => failures.push(failure),
        }
    }
    if targets.is_empty()
        && let Some(failure) = failures.pop_if(|_| true)
    {
        failures.iter().for_each(|failure| diagnostics::warning(&failure.to_string()));
        return Err(failure);
    }
    Ok(Connected { targets, failures, now: Timestamp::now(), sandbox: None })
}

/// A builder of a client whose requests are sent, or with `dry_run` only printed if they change something.
fn client_builder(dry_run: bool) -> ClientBuilder {
    match dry_run {
        true => Client::builder().layer(DryRun),
        false => Client::builder(),
    }
}

/// A cloud and a project of it to sign in to. `None`: those of the environment.
struct Choice {
    cloud: Option<String>,
    project: Option<AvailableProject>,
}

/// The clouds and projects that the options choose.
async fn choices(options: &Connection) -> Result<Vec<Choice>, Failure> {
    let clouds: Vec<Option<String>> = match options.cloud.is_empty() {
        true => vec![None],
        false => options.cloud.iter().cloned().map(Some).collect(),
    };
    if !options.all_projects {
        return Ok(clouds.into_iter().map(|cloud| Choice { cloud, project: None }).collect());
    }
    let mut choices = Vec::new();
    for cloud in clouds {
        let projects = projects(cloud.as_deref(), options.allow_http)
            .await
            .map_err(|error| Failure::Vbs { doing: "can't list projects".to_owned(), error: error.into() })?;
        choices.extend(
            projects.into_iter().map(|project| Choice { cloud: cloud.clone(), project: Some(project) }),
        );
    }
    Ok(choices)
}

async fn projects(cloud: Option<&str>, allow_http: bool) -> otc_vbs::auth::Result<Vec<AvailableProject>> {
    let mut config = Config::builder().environment(&Environment::process()).allow_http(allow_http);
    if let Some(cloud) = cloud {
        config = config.cloud(cloud);
    }
    Session::connect(config.build()?)?.projects().await
}

/// Whether there are credentials to sign in with, and not just a token for an endpoint.
fn signs_in(options: &Connection) -> Result<bool, Failure> {
    if !options.cloud.is_empty() {
        return Ok(true);
    }
    if options.token_file.is_some() {
        return Ok(false);
    }
    for name in CREDENTIALS {
        if variable(name)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Signs in to a cloud of clouds.yaml, or by the OS_* variables.
async fn sign_in(options: &Connection, choice: Choice, dry_run: bool) -> Result<Target, Failure> {
    let mut builder = client_builder(dry_run).allow_http(options.allow_http).on_warning(diagnostics::warning);
    if let Some(cloud) = &choice.cloud {
        builder = builder.cloud(cloud);
    }
    let region = match &choice.project {
        Some(project) => project.region().map(|region| region.name().to_owned()),
        None => options.region.clone(),
    };
    if let Some(region) = &region {
        builder = builder.region(region);
    }
    builder = match (&choice.project, options.project()) {
        (Some(project), _) => builder.project_id(&project.id),
        (None, Some(Project::Id(id))) => builder.project_id(id),
        (None, Some(Project::Name(name))) => builder.project_name(name),
        (None, None) => builder,
    };
    if let Some(endpoint) = given_or_variable(options.endpoint.as_deref(), ENDPOINT)? {
        builder = builder.endpoint(endpoint);
    }
    let client = builder.sign_in().await.map_err(|error| {
        let project = choice.project.as_ref().map(|project| format!(" to project {}", project.name));
        let cloud = choice.cloud.as_ref().map(|cloud| format!(" to cloud {cloud}"));
        let place = project.or(cloud).unwrap_or_default();
        Failure::Vbs { doing: format!("can't sign in{place}"), error }
    })?;
    let project = match choice.project {
        Some(project) => project.name,
        None => client.project_id().to_string(),
    };
    Ok(Target::new(client, project, region))
}

async fn connect_to_sandbox(
    settings: &InProcessSandbox,
    options: &Connection,
    dry_run: bool,
) -> Result<Connected, Failure> {
    if let Some(option) = options.given().next() {
        return Err(Failure::Usage {
            problem: format!(
                "--sandbox and {option} can't be combined: the sandbox has its own connection settings"
            ),
            hint: Some("remove one of them".to_owned()),
        });
    }
    let mut builder = Sandbox::builder().seed(DEFAULT_SEED);
    if let Some(jobs) = settings.jobs {
        builder = builder.jobs(jobs);
    }
    let sandbox = builder.start().await?;
    diagnostics::sandbox(&format!("this is not the cloud; the data are made up (seed {DEFAULT_SEED})"));
    let client = client_builder(dry_run)
        .endpoint(sandbox.endpoint().to_string())
        .project_id(sandbox.project_id().to_string())
        .token(sandbox.token())
        .build()
        .map_err(setting)?;
    let (project, region) = (sandbox.project().to_owned(), Some(sandbox.region().to_owned()));
    let targets = vec![Target::new(client, project, region)];
    Ok(Connected { targets, failures: Vec::new(), now: sandbox.now(), sandbox: Some(sandbox) })
}

/// A client with an endpoint, a project and a token, without an identity service.
fn connect_with_token(options: &Connection, dry_run: bool) -> Result<Target, Failure> {
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
        Some(file) => Some(token_from(file)?),
        None => first_variable(&TOKENS)?,
    };
    match (endpoint, project_id, token) {
        (Some(endpoint), Some(project_id), Some(token)) => {
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
            Ok(Target::new(client, project_id, None))
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

fn needs_identity_service(what: &str) -> Failure {
    Failure::Usage {
        problem: format!("{what} with the identity service, and only a token is configured"),
        hint: Some(
            "sign in with --cloud or OS_CLOUD, or set OS_AUTH_URL; without that, use --endpoint and a project id"
                .to_owned(),
        ),
    }
}

fn setting(error: otc_vbs::Error) -> Failure {
    Failure::usage(error.to_string())
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

fn given_or_variable(given: Option<&str>, name: &str) -> Result<Option<String>, Failure> {
    match given {
        Some(text) => Ok(Some(text.to_owned())),
        None => variable(name),
    }
}

fn first_variable(names: &[&str]) -> Result<Option<String>, Failure> {
    for name in names {
        if let Some(value) = variable(name)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// The value of a variable. As everywhere in OpenStack, an empty one counts as not set.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::usage(format!("{name} is not valid UTF-8"))),
    }
}

fn token_from(file: &Path) -> Result<String, Failure> {
    let source_name = match file.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => file.display().to_string(),
    };
    let text = match file.to_str() {
        Some("-") => read(io::stdin().lock()),
        _ => File::open(file).and_then(|opened| {
            warn_if_readable_by_others(&opened, &source_name);
            read(opened)
        }),
    };
    match text {
        Ok(text) => match text.trim_start_matches('\u{feff}').trim() {
            "" => Err(Failure::usage(format!("there is no token in {source_name}: it is empty"))),
            token => Ok(token.to_owned()),
        },
        Err(error) => Err(Failure::TokenSource { source_name, error }),
    }
}

fn read(source: impl Read) -> io::Result<String> {
    let mut text = String::new();
    source.take(LONGEST_TOKEN).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(unix)]
fn warn_if_readable_by_others(file: &File, name: &str) {
    use std::os::unix::fs::PermissionsExt as _;

    let for_others = file
        .metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o077 != 0);
    if for_others {
        diagnostics::warning(&format!("others can read the token in {name}; protect it with `chmod 600`"));
    }
}

#[cfg(not(unix))]
fn warn_if_readable_by_others(_: &File, _: &str) {}
