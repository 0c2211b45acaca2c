//! Creates clients: from options and the environment, or for a sandbox in this process.

pub(crate) mod with_archive;
mod with_token;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;
use otc_vbs::auth::{AvailableProject, Config, ConfigBuilder, Environment, Session};
use otc_vbs::{Client, ClientBuilder};
use otc_vbs_sandbox::Sandbox;

use crate::archive::manifest::Gap;
use crate::cli::{Global, InProcessSandbox};
use crate::connection::{Connection, Project};
use crate::diagnostics;
use crate::dry_run::DryRun;
use crate::exit::Failure;

pub(crate) const ENDPOINT: &str = "VBS_ENDPOINT";
pub(crate) const PROJECT_ID: &str = "OS_PROJECT_ID";
pub(crate) const TOKEN: &str = "OS_TOKEN";
/// The variables that imply an identity service to sign in to.
const CREDENTIALS: [&str; 6] =
    ["OS_CLOUD", "OS_AUTH_URL", "OS_PASSWORD", "OS_ACCESS_KEY", "OS_ACCESS_KEY_ID", "OS_AK"];
/// The seed of a sandbox unless another one is set.
pub(crate) const DEFAULT_SEED: u64 = 1;

/// The number of projects that are signed in to at the same time.
const CONCURRENCY: usize = 8;

/// The projects that a command works with.
pub(crate) struct Connected {
    /// The projects that the options choose.
    pub(crate) targets: Vec<Target>,
    /// Why other projects that the options choose can't be reached.
    pub(crate) failures: Vec<Failure>,
    /// The number of projects that the options choose, whether they can be reached or not.
    chosen: usize,
    /// What counts as now.
    pub(crate) now: Timestamp,
    sandbox: Option<Sandbox>,
}

/// A project and the client for it.
pub(crate) struct Target {
    pub(crate) client: Client,
    pub(crate) place: Arc<Place>,
    pub(crate) credentials: Credentials,
}

/// The authorization of a client's requests.
pub(crate) enum Credentials {
    Session(Session),
    /// A token that is used without an identity service, from a variable or a file.
    Token(TokenOrigin),
    /// The token of the sandbox inside this process.
    Sandbox,
    /// An archive needs none.
    Archive(Archived),
}

/// What is known of a project that is read from an archive.
pub(crate) struct Archived {
    /// The directory of the archive.
    pub(crate) directory: PathBuf,
    /// Times of which jobs are lost.
    pub(crate) gaps: Vec<Gap>,
}

/// Where a token comes from.
pub(crate) enum TokenOrigin {
    Variable(&'static str),
    File(PathBuf),
}

/// A project of a cloud.
#[derive(Debug)]
pub(crate) struct Place {
    /// The name of the project, or its id if the name is not known.
    pub(crate) project: String,
    pub(crate) region: Option<String>,
    /// The cloud of clouds.yaml that `--cloud` names.
    pub(crate) cloud: Option<String>,
    /// Whether the command works with several projects, so that errors must name this one.
    pub(crate) is_one_of_several: bool,
}

impl Place {
    /// What an error adds to name the project: ` in eu-de_shop (region eu-de)` after the preposition `in`, or nothing if there
    /// is only one project.
    pub(crate) fn after(&self, preposition: &str) -> String {
        match self.is_one_of_several {
            true => format!(" {preposition} {self}"),
            false => String::new(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.project)?;
        let region = self.region.iter().map(|region| format!("region {region}"));
        let details: Vec<String> =
            region.chain(self.cloud.iter().map(|cloud| format!("cloud {cloud}"))).collect();
        match details.is_empty() {
            true => Ok(()),
            false => write!(f, " ({})", details.join(", ")),
        }
    }
}

impl Target {
    /// What is known of the project if it is read from an archive.
    pub(crate) fn archived(&self) -> Option<&Archived> {
        match &self.credentials {
            Credentials::Archive(archived) => Some(archived),
            _ => None,
        }
    }

    fn new(client: Client, place: Place, credentials: Credentials) -> Self {
        Self { client, place: Arc::new(place), credentials }
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

    /// The session of a project. `None` if there is no identity service.
    pub(crate) fn session(&self, target: &Target) -> otc_vbs::auth::Result<Option<Session>> {
        match (&target.credentials, &self.sandbox) {
            (Credentials::Session(session), _) => Ok(Some(session.clone())),
            (Credentials::Sandbox, Some(sandbox)) => {
                let config = Config::builder().auth_url(sandbox.identity_endpoint().as_str());
                Session::connect(config.token(sandbox.token()).build()?).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Advances the clock of a sandbox in this process, which is frozen. Returns whether there is one.
    pub(crate) fn advance_sandbox(&self, time: Duration) -> Result<bool, Failure> {
        match &self.sandbox {
            Some(sandbox) => sandbox.advance(time).map(|()| true).map_err(Failure::Sandbox),
            None => Ok(false),
        }
    }

    /// Sleeps, or advances the clock of a sandbox in this process instead.
    pub(crate) async fn pause(&self, pause: Duration) -> Result<(), Failure> {
        if !self.advance_sandbox(pause)? {
            tokio::time::sleep(pause).await;
        }
        Ok(())
    }

    /// Whether results must tell the projects apart.
    pub(crate) fn has_several(&self) -> bool {
        self.chosen > 1
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
    let (results, mut failures) = match signs_in(options)? {
        false if options.all_projects => {
            return Err(with_token::needs_identity_service("--all-projects lists the projects"));
        }
        false => (vec![with_token::connect(options, dry_run)], Vec::new()),
        true => {
            let (choices, failures) = choices(options).await;
            let has_several = choices.len() + failures.len() > 1;
            let targets = choices.into_iter().map(|choice| sign_in(options, choice, has_several, dry_run));
            let results: Vec<_> = stream::iter(targets).buffered(CONCURRENCY).collect().await;
            (results, failures)
        }
    };
    let mut targets = Vec::new();
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
    let chosen = targets.len() + failures.len();
    Ok(Connected { targets, failures, chosen, now: Timestamp::now(), sandbox: None })
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

/// The clouds and projects that the options choose. The failures are of clouds whose projects can't be listed.
async fn choices(options: &Connection) -> (Vec<Choice>, Vec<Failure>) {
    let clouds: Vec<Option<String>> = match options.cloud.is_empty() {
        true => vec![None],
        false => options.cloud.iter().cloned().map(Some).collect(),
    };
    if !options.all_projects {
        return (clouds.into_iter().map(|cloud| Choice { cloud, project: None }).collect(), Vec::new());
    }
    let (mut choices, mut failures) = (Vec::new(), Vec::new());
    for cloud in clouds {
        match projects(cloud.as_deref(), options.allow_http).await {
            Ok(projects) => choices.extend(
                projects.into_iter().map(|project| Choice { cloud: cloud.clone(), project: Some(project) }),
            ),
            Err(error) => {
                let of_cloud = cloud.map(|cloud| format!(" of cloud {cloud}")).unwrap_or_default();
                failures.push(Failure::Vbs {
                    doing: format!("can't list the projects{of_cloud}"),
                    error: error.into(),
                });
            }
        }
    }
    (choices, failures)
}

async fn projects(cloud: Option<&str>, allow_http: bool) -> otc_vbs::auth::Result<Vec<AvailableProject>> {
    Session::connect(base_config(cloud, allow_http).build()?)?.projects().await
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
async fn sign_in(
    options: &Connection,
    choice: Choice,
    is_one_of_several: bool,
    dry_run: bool,
) -> Result<Target, Failure> {
    let region = match &choice.project {
        Some(project) => project.region().map(|region| region.name().to_owned()),
        None => options.region.clone(),
    };
    let mut builder = client_builder(dry_run).allow_http(options.allow_http).on_warning(diagnostics::warning);
    if let Some(endpoint) = given_or_variable(options.endpoint.as_deref(), ENDPOINT)? {
        builder = builder.endpoint(endpoint);
    }
    let connected = async {
        let session = Session::connect(config(options, &choice, region.as_deref())?)?;
        let client = builder.connect(session.clone()).await?;
        Ok((client, session))
    };
    let (client, session) = connected.await.map_err(|error| {
        let place = match (&choice.project, &choice.cloud) {
            (Some(project), Some(cloud)) => format!(" to project {} of cloud {cloud}", project.name),
            (Some(project), None) => format!(" to project {}", project.name),
            (None, Some(cloud)) => format!(" to cloud {cloud}"),
            (None, None) => String::new(),
        };
        Failure::Vbs { doing: format!("can't sign in{place}"), error }
    })?;
    let project = match choice.project {
        Some(project) => project.name,
        None => client.project_id().to_string(),
    };
    let place = Place { project, region, cloud: choice.cloud, is_one_of_several };
    Ok(Target::new(client, place, Credentials::Session(session)))
}

/// The configuration of a cloud and a project.
fn config(options: &Connection, choice: &Choice, region: Option<&str>) -> otc_vbs::auth::Result<Config> {
    let mut config = base_config(choice.cloud.as_deref(), options.allow_http);
    if let Some(region) = region {
        config = config.region(region);
    }
    config = match (&choice.project, options.project()) {
        (Some(project), _) => config.project_id(&project.id),
        (None, Some(Project::Id(id))) => config.project_id(id),
        (None, Some(Project::Name(name))) => config.project_name(name),
        (None, None) => config,
    };
    config.build()
}

fn base_config(cloud: Option<&str>, allow_http: bool) -> ConfigBuilder {
    let config = Config::builder().environment(&Environment::process()).allow_http(allow_http);
    match cloud {
        Some(cloud) => config.cloud(cloud),
        None => config,
    }
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
    let place = Place { project, region, cloud: None, is_one_of_several: false };
    let targets = vec![Target::new(client, place, Credentials::Sandbox)];
    Ok(Connected { targets, failures: Vec::new(), chosen: 1, now: sandbox.now(), sandbox: Some(sandbox) })
}

fn setting(error: otc_vbs::Error) -> Failure {
    Failure::usage(error.to_string())
}

fn given_or_variable(given: Option<&str>, name: &str) -> Result<Option<String>, Failure> {
    match given {
        Some(text) => Ok(Some(text.to_owned())),
        None => variable(name),
    }
}

/// The value of a variable. As everywhere in OpenStack, an empty one counts as not set.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::usage(format!("{name} is not valid UTF-8"))),
    }
}
