//! `vbs policy`: backup policies.

mod change;
mod disk_arguments;
mod disks;
mod list;
mod run;
mod settings;
mod show;
mod tags;

use std::future::Future;

use clap::Subcommand;
use otc_vbs::PolicyHandle;
use otc_vbs::types::BackupPolicy;
use serde::Serialize;

use crate::changes;
use crate::cli::Global;
use crate::confirm::check_exact;
use crate::connect::{Connected, Target, connect_with};
use crate::exit::Failure;
use crate::output::{Column, Fit, Record, Rows};
use crate::resolve::{self, Named as _};

pub(crate) use self::disks::DiskRow;
pub(crate) use self::list::PolicyRow;
pub(crate) use self::show::PolicyDetails;
pub(crate) use self::tags::TagRow;

/// List, change and run backup policies.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    List(list::Args),
    Show(show::Args),
    Create(change::Create),
    Set(change::Set),
    Enable(change::Enable),
    Disable(change::Disable),
    Run(run::Args),
    Delete(change::Delete),
    AddDisks(disks::Add),
    RemoveDisks(disks::Remove),
    Tags(tags::Args),
}

pub(crate) async fn run(global: &Global, arguments: Args) -> Result<(), Failure> {
    match arguments.verb {
        Verb::List(arguments) => list::run(global, &arguments).await,
        Verb::Show(arguments) => show::run(global, &arguments).await,
        Verb::Create(arguments) => change::create(global, &arguments).await,
        Verb::Set(arguments) => change::set(global, &arguments).await,
        Verb::Enable(arguments) => change::enable(global, &arguments).await,
        Verb::Disable(arguments) => change::disable(global, &arguments).await,
        Verb::Run(arguments) => run::run(global, &arguments).await,
        Verb::Delete(arguments) => change::delete(global, &arguments).await,
        Verb::AddDisks(arguments) => disks::add(global, &arguments).await,
        Verb::RemoveDisks(arguments) => disks::remove(global, &arguments).await,
        Verb::Tags(arguments) => tags::run(global, &arguments).await,
    }
}

/// The policies of a command, by name, by id or by the beginning of an id.
#[derive(clap::Args, Debug)]
struct Wanted {
    /// The policies, by name or id.
    #[arg(value_name = "POLICY", required = true)]
    policies: Vec<String>,
}

/// The option of every command that changes something.
#[derive(clap::Args, Debug)]
struct DryRun {
    /// Print the requests instead of sending them.
    #[arg(long)]
    dry_run: bool,
}

/// The option of every command that destroys something.
#[derive(clap::Args, Debug)]
struct Yes {
    /// Do it without asking. Policies and disks must be named by full id or exact name.
    #[arg(short, long)]
    yes: bool,
}

/// The policies of one project.
struct Project<'a> {
    target: &'a Target,
    policies: Vec<BackupPolicy>,
}

impl<'a> Project<'a> {
    /// Lists the policies of the only project.
    async fn read(connected: &'a Connected) -> Result<Self, Failure> {
        let target = connected.only()?;
        let policies = target.client.policies().list().items().try_collect().await;
        let policies = policies.map_err(|error| Failure::from_call("can't list policies", error))?;
        Ok(Self { target, policies })
    }

    fn find(&self, text: &str) -> Result<&BackupPolicy, Failure> {
        resolve::find("policy", &self.policies, text)
    }

    /// The policies with these names or ids, each once.
    fn find_all(&self, wanted: &Wanted) -> Result<Vec<&BackupPolicy>, Failure> {
        let mut found: Vec<&BackupPolicy> = Vec::with_capacity(wanted.policies.len());
        for text in &wanted.policies {
            let policy = self.find(text)?;
            if !found.iter().any(|known| known.backup_policy_id == policy.backup_policy_id) {
                found.push(policy);
            }
        }
        Ok(found)
    }

    /// Refuses abbreviations if there is no question that shows the full ids.
    fn check_exact(&self, wanted: &[String], yes: bool) -> Result<(), Failure> {
        wanted.iter().try_for_each(|text| {
            let policy = self.find(text)?;
            check_exact(text, policy.id(), policy.name(), yes)
        })
    }

    fn handle(&self, policy: &BackupPolicy) -> PolicyHandle {
        self.target.client.policy(&policy.backup_policy_id)
    }
}

/// The name of a policy, or its id if it has none.
fn label(policy: &BackupPolicy) -> &str {
    policy.name().unwrap_or(policy.id())
}

/// The name and the id of a policy, for questions.
fn full_label(policy: &BackupPolicy) -> String {
    match policy.name() {
        Some(name) => format!("policy {name} ({})", policy.id()),
        None => format!("policy {}", policy.id()),
    }
}

/// Calls `change` for each policy, and shows what was done.
async fn change_each<F, Fut>(
    global: &Global,
    dry_run: bool,
    policies: &[&BackupPolicy],
    result: &'static str,
    change: F,
) -> Result<(), Failure>
where
    F: Fn(&BackupPolicy) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let changes = policies.iter().map(|policy| {
        let change = change(policy);
        async { change.await.map(|()| Changed::new(policy, result)) }
    });
    let outcome = changes::make(changes, dry_run).await;
    if !outcome.done.is_empty() {
        show_changed(global, &outcome.done)?;
    }
    outcome.check("policies", result)
}

fn show_changed(global: &Global, rows: &[Changed]) -> Result<(), Failure> {
    let mut output = Rows::to_stdout(&global.output())?;
    output.write(rows)?;
    Ok(output.finish()?)
}

/// A policy that was changed.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "PolicyChange")]
pub(crate) struct Changed {
    policy_id: String,
    policy_name: Option<String>,
    /// What was done: `created`, `changed`, `enabled`, `disabled`, `started` or `deleted`.
    result: &'static str,
}

impl Changed {
    fn new(policy: &BackupPolicy, result: &'static str) -> Self {
        Self { policy_id: policy.id().to_owned(), policy_name: policy.name().map(str::to_owned), result }
    }
}

impl Record for Changed {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("POLICY", Fit::Keep, |row, _| row.policy_name.clone().unwrap_or_default()),
        Column::new("ID", Fit::Keep, |row, _| row.policy_id.clone()),
        Column::new("RESULT", Fit::Keep, |row, _| row.result.to_owned()),
    ];

    const FIELDS: &'static [&'static str] = &["policy_id", "policy_name", "result"];
}

/// Connects for a command that changes something.
async fn connect_to_change(global: &Global, dry_run: &DryRun) -> Result<Connected, Failure> {
    connect_with(global, dry_run.dry_run).await
}
