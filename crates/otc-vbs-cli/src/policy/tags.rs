//! `vbs policy tags`

use clap::Subcommand;
use otc_vbs::types::{BackupPolicy, Tag, TagAction};
use serde::Serialize;

use super::{DryRun, Project, connect_to_change, label};
use crate::cli::Global;
use crate::connect::connect;
use crate::diagnostics;
use crate::exit::Failure;
use crate::output::{Column, Fit, Record, Rows};
use crate::resolve::Named as _;
use crate::values::tag;
use crate::words::{count, similar};

/// The number of keys that an error suggests.
const MAX_SUGGESTIONS: usize = 3;

/// List, set and remove the tags of a policy.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the tags of a policy.
    List {
        /// The policy, by name or id.
        policy: String,
    },
    /// Add tags to a policy, or replace their values.
    Set {
        /// The policy, by name or id.
        policy: String,

        /// The tags.
        #[arg(value_name = "KEY=VALUE", required = true, value_parser = tag)]
        tags: Vec<(String, String)>,

        #[command(flatten)]
        dry_run: DryRun,
    },
    /// Remove tags from a policy.
    Remove {
        /// The policy, by name or id.
        policy: String,

        /// The keys of the tags.
        #[arg(value_name = "KEY", required = true)]
        keys: Vec<String>,

        #[command(flatten)]
        dry_run: DryRun,
    },
}

pub(super) async fn run(global: &Global, arguments: &Args) -> Result<(), Failure> {
    let connected = match &arguments.verb {
        Verb::List { .. } => connect(global).await?,
        Verb::Set { dry_run, .. } | Verb::Remove { dry_run, .. } => {
            connect_to_change(global, dry_run).await?
        }
    };
    let project = Project::read(&connected).await?;
    match &arguments.verb {
        Verb::List { policy } => list(global, &project, policy).await?,
        Verb::Set { policy, tags, .. } => {
            let policy = project.find(policy)?;
            let changes = tags.iter().map(|(key, value)| (key, Some(value)));
            let request = project.handle(policy).change_tags(TagAction::Create, changes);
            request.send().await.map_err(|error| failure("set", policy, error))?;
            summary(tags.len(), "set on", policy);
        }
        Verb::Remove { policy, keys, .. } => {
            let policy = project.find(policy)?;
            let all = read(&project, policy).await?;
            // The service ignores tags that the policy does not have.
            keys.iter().try_for_each(|key| check_has(policy, &all, key))?;
            let changes = keys.iter().map(|key| (key, None::<String>));
            let request = project.handle(policy).change_tags(TagAction::Delete, changes);
            request.send().await.map_err(|error| failure("remove", policy, error))?;
            summary(keys.len(), "removed from", policy);
        }
    }
    drop(project);
    connected.close().await
}

fn failure(verb: &str, policy: &BackupPolicy, error: otc_vbs::Error) -> Failure {
    Failure::from_call(format!("can't {verb} the tags of policy {}", label(policy)), error)
}

fn summary(tags: usize, what: &str, policy: &BackupPolicy) {
    diagnostics::summary(&format!("{} {what} {}", count(tags as u64, "tag"), label(policy)));
}

async fn read(project: &Project<'_>, policy: &BackupPolicy) -> Result<Vec<Tag>, Failure> {
    let tags = project.handle(policy).tags().items().try_collect().await;
    tags.map_err(|error| failure("list", policy, error))
}

fn check_has(policy: &BackupPolicy, tags: &[Tag], key: &str) -> Result<(), Failure> {
    if tags.iter().any(|tag| tag.key == key) {
        return Ok(());
    }
    let keys = || tags.iter().map(|tag| tag.key.as_str());
    let hint = match similar(key, keys(), MAX_SUGGESTIONS).as_slice() {
        _ if tags.is_empty() => "it has no tags".to_owned(),
        [] => format!("it has {}", keys().collect::<Vec<_>>().join(", ")),
        near => format!("did you mean {}?", near.join(", ")),
    };
    Err(Failure::NotFound {
        problem: format!("policy {} has no tag with the key `{key}`", label(policy)),
        hint,
    })
}

async fn list(global: &Global, project: &Project<'_>, policy: &str) -> Result<(), Failure> {
    let policy = project.find(policy)?;
    let tags = read(project, policy).await?;
    if tags.is_empty() {
        diagnostics::note(&format!("{} has no tags", label(policy)));
    }
    let rows: Vec<TagRow> = tags.into_iter().map(|tag| TagRow::new(policy, tag)).collect();
    let mut output = Rows::to_stdout(&global.output())?;
    output.write(&rows)?;
    Ok(output.finish()?)
}

/// A tag of a policy.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "PolicyTag")]
pub(crate) struct TagRow {
    policy_id: String,
    policy_name: Option<String>,
    key: String,
    value: Option<String>,
}

impl TagRow {
    fn new(policy: &BackupPolicy, tag: Tag) -> Self {
        Self {
            policy_id: policy.id().to_owned(),
            policy_name: policy.name().map(str::to_owned),
            key: tag.key,
            value: tag.value,
        }
    }
}

impl Record for TagRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("KEY", Fit::Keep, |row, _| row.key.clone()),
        Column::new("VALUE", Fit::Wrap, |row, _| row.value.clone().unwrap_or_default()),
    ];

    const FIELDS: &'static [&'static str] = &["policy_id", "policy_name", "key", "value"];
}
