//! `vbs whoami`: the credentials in use.

use std::path::Path;

use futures_util::stream::{self, StreamExt as _};
use jiff::ZonedDateTime;
use otc_vbs::auth::{Caller, Config};
use otc_vbs::types::UtcTimestamp;
use otc_vbs::types::utc_timestamp::rfc3339;
use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Global;
use crate::connect::{Connected, Credentials, Target, TokenOrigin, connect};
use crate::diagnostics;
use crate::exit::Failure;
use crate::output::{Column, Fit, Record, Rows, show};
use crate::projects;
use crate::words::time;

/// The number of projects that are signed in to at the same time.
const CONCURRENCY: usize = 16;

/// Show the credentials in use and their owner.
///
/// Signs in, and shows their kind and origin, the user, the project and until when they are valid, but no secret.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {}

pub(crate) async fn run(global: &Global, _: Args) -> Result<(), Failure> {
    let mut connected = connect(global).await?;
    let has_several = connected.has_several();
    let output = projects::output(&connected, global);
    let mut failures = std::mem::take(&mut connected.failures);
    let requests = connected.targets.iter().map(|target| identity(&connected, target));
    let results: Vec<_> = stream::iter(requests).buffered(CONCURRENCY).collect().await;
    let mut identities = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Ok(identity) => identities.push(identity),
            Err(failure) => failures.push(failure),
        }
    }
    let something_done = !identities.is_empty();
    let now = global.now(connected.now)?;
    match identities.as_slice() {
        [identity] if !has_several => show(&output, identity, &identity.lines(&now))?,
        [] if !has_several => {}
        _ => {
            let mut writer = Rows::to_stdout(&output)?;
            writer.write(&identities)?;
            writer.finish()?;
        }
    }
    if connected.targets.iter().any(|target| matches!(target.credentials, Credentials::Token(_))) {
        diagnostics::note(
            "only an identity service can tell who the token belongs to and until when it is valid; to ask it, set \
             OS_AUTH_URL",
        );
    }
    Failure::partial(failures, something_done)?;
    connected.close().await
}

/// The credentials in use. What is not known is null.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Identity {
    /// The kind of credentials: `password`, `password and passcode`, `token` or `access key`.
    method: String,
    /// The agency whose role is assumed.
    agency: Option<String>,
    /// The cloud of clouds.yaml.
    cloud: Option<String>,
    /// The files that settings came from, separated by commas.
    files: Option<String>,
    /// The environment variables that settings came from, separated by commas.
    variables: Option<String>,
    /// The address of the identity service.
    auth_url: Option<String>,
    user_id: Option<String>,
    user_name: Option<String>,
    /// The name of the user's domain.
    domain_name: Option<String>,
    project_id: String,
    project_name: Option<String>,
    region: Option<String>,
    /// The time at which the token expires.
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    expires_at: Option<UtcTimestamp>,
    /// Whether `vbs` gets a new token when this one expires.
    is_renewed: bool,
}

async fn identity(connected: &Connected, target: &Target) -> Result<Identity, Failure> {
    let identity = Identity {
        project_id: target.client.project_id().to_string(),
        region: target.place.region.clone(),
        ..Identity::default()
    };
    let failed = |error: otc_vbs::auth::Error| {
        let place = target.place.after("in");
        Failure::from_call(format!("can't get the identity of the caller{place}"), error.into())
    };
    let session = connected.session(target).map_err(failed)?;
    let caller = match &session {
        Some(session) => session.caller().await.map_err(failed)?,
        None => Caller::default(),
    };
    let identity = identity.with_caller(caller);
    Ok(match &target.credentials {
        Credentials::Session(session) => identity.with_config(session.config()),
        Credentials::Archive(_) => identity,
        Credentials::Sandbox => Identity { method: "token".to_owned(), ..identity },
        Credentials::Token(TokenOrigin::Variable(name)) => {
            Identity { method: "token".to_owned(), variables: Some((*name).to_owned()), ..identity }
        }
        Credentials::Token(TokenOrigin::File(file)) => {
            Identity { method: "token".to_owned(), files: Some(named(file)), ..identity }
        }
    })
}

fn named(file: &Path) -> String {
    match file.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => file.display().to_string(),
    }
}

impl Identity {
    fn with_caller(self, caller: Caller) -> Self {
        Self {
            user_id: caller.user_id,
            user_name: caller.user_name,
            domain_name: caller.domain_name,
            project_name: caller.project_name,
            expires_at: caller.expires_at.map(UtcTimestamp::from),
            ..self
        }
    }

    fn with_config(self, config: &Config) -> Self {
        let files: Vec<String> = config.files().iter().map(|file| named(file)).collect();
        let method = config.method();
        Self {
            method: method.to_owned(),
            agency: config.agency().map(str::to_owned),
            cloud: config.cloud().map(str::to_owned),
            files: joined(&files),
            variables: joined(config.variables()),
            auth_url: config.auth_url().map(ToString::to_string),
            region: self.region.clone().or_else(|| config.region().map(str::to_owned)),
            is_renewed: method == "password" || config.agency().is_some(),
            ..self
        }
    }

    /// What is printed for people.
    fn lines(&self, now: &ZonedDateTime) -> Vec<(&'static str, String)> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let valid = self.expires_at.map(|at| {
            let (at, now, zone) = (at.as_timestamp(), now.timestamp(), now.time_zone());
            let renewed = if self.is_renewed { ", then renewed" } else { "" };
            match at > now {
                true => format!("{} ({}{renewed})", time::table(at, zone), time::age(at, now)),
                false => format!("{} (expired)", time::table(at, zone)),
            }
        });
        vec![
            ("Method", self.method.clone()),
            ("Agency", text(&self.agency)),
            ("Cloud", text(&self.cloud)),
            ("Files", text(&self.files)),
            ("Variables", text(&self.variables)),
            ("Identity", text(&self.auth_url)),
            ("User", with_id(&self.user_name, self.user_id.as_deref())),
            ("Domain", text(&self.domain_name)),
            ("Project", with_id(&self.project_name, Some(&self.project_id))),
            ("Region", text(&self.region)),
            ("Valid until", valid.unwrap_or_default()),
        ]
    }
}

/// `None` if there are none.
fn joined(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(", "))
}

/// `backup (u1)`, or what is known of it.
fn with_id(name: &Option<String>, id: Option<&str>) -> String {
    match (name, id) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (Some(text), None) => text.clone(),
        (None, id) => id.unwrap_or_default().to_owned(),
    }
}

impl Record for Identity {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("PROJECT ID", Fit::Id, |row, _| row.project_id.clone()),
        Column::new("NAME", Fit::Shorten(16), |row, _| row.project_name.clone().unwrap_or_default()),
        Column::new("REGION", Fit::Hide(3), |row, _| row.region.clone().unwrap_or_default()),
        Column::new("USER", Fit::Shorten(12), |row, _| with_id(&row.user_name, None)),
        Column::new("DOMAIN", Fit::Hide(2), |row, _| row.domain_name.clone().unwrap_or_default()),
        Column::new("METHOD", Fit::Keep, |row, _| row.method.clone()),
        Column::new("VALID UNTIL", Fit::Keep, |row, view| view.optional_time(row.expires_at)),
        Column::new("CLOUD", Fit::Hide(1), |row, _| row.cloud.clone().unwrap_or_default()),
        Column::new("FILES", Fit::Wide, |row, _| row.files.clone().unwrap_or_default()),
    ];

    const FIELDS: &'static [&'static str] = &[
        "method",
        "agency",
        "cloud",
        "files",
        "variables",
        "auth_url",
        "user_id",
        "user_name",
        "domain_name",
        "project_id",
        "project_name",
        "region",
        "expires_at",
        "is_renewed",
    ];
}
