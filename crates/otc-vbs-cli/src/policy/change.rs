//! `vbs policy create`, `set`, `enable`, `disable` and `delete`.

use otc_vbs::types::{BackupPolicy, TagAction};

use super::settings::{ScheduleOptions, kept, may_delete, too_many_kept};
use super::{Changed, DryRun, Project, Wanted, Yes, change_each, connect_to_change, full_label, label};
use crate::cli::Global;
use crate::confirm::{check_exact, confirm};
use crate::connect::Connected;
use crate::diagnostics;
use crate::exit::Failure;
use crate::resolve::Named as _;
use crate::values::tag;
use crate::words::count;
use crate::words::schedule::keeps;

/// Create a policy.
///
/// Add disks to it with `vbs policy add-disks`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  vbs policy create nightly --at 1 --zone UTC+02:00 --every 1 --keep 14")]
#[command(mut_group("times", |group| group.required(true)))]
#[command(mut_group("days", |group| group.required(true)))]
#[command(mut_group("retention", |group| group.required(true)))]
pub(super) struct Create {
    /// The name: 1 to 64 letters, digits, underscores and hyphens.
    name: String,

    #[command(flatten)]
    schedule: ScheduleOptions,

    /// Tag the policy. Can be repeated.
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    tags: Vec<(String, String)>,

    #[command(flatten)]
    dry_run: DryRun,
}

/// Change the name, the schedule or the retention of a policy.
///
/// Settings without an option stay unchanged. Keeping fewer backups, or for a shorter time, deletes backups and asks first.
#[derive(clap::Args, Debug)]
pub(super) struct Set {
    /// The policy, by name or id.
    policy: String,

    /// Rename the policy.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    #[command(flatten)]
    schedule: ScheduleOptions,

    /// Add a tag, or replace its value. Can be repeated.
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    tags: Vec<(String, String)>,

    #[command(flatten)]
    yes: Yes,

    #[command(flatten)]
    dry_run: DryRun,
}

/// Run policies on their schedules again.
#[derive(clap::Args, Debug)]
pub(super) struct Enable {
    #[command(flatten)]
    wanted: Wanted,

    #[command(flatten)]
    dry_run: DryRun,
}

/// Stop running policies on their schedules. Backups are kept.
#[derive(clap::Args, Debug)]
pub(super) struct Disable {
    #[command(flatten)]
    wanted: Wanted,

    #[command(flatten)]
    dry_run: DryRun,
}

/// Delete policies. Their disks are no longer backed up.
#[derive(clap::Args, Debug)]
pub(super) struct Delete {
    #[command(flatten)]
    wanted: Wanted,

    #[command(flatten)]
    yes: Yes,

    #[command(flatten)]
    dry_run: DryRun,
}

pub(super) async fn create(global: &Global, arguments: &Create) -> Result<(), Failure> {
    let schedule = arguments.schedule.schedule(None)?;
    let connected = connect_to_change(global, &arguments.dry_run).await?;
    if let Some(warning) = too_many_kept(&schedule) {
        diagnostics::warning(&warning);
    }
    let name = &arguments.name;
    let request = connected.only()?.client.policies().create(name, &schedule);
    let request = match arguments.tags.is_empty() {
        true => request,
        false => request.tags(arguments.tags.iter().cloned()),
    };
    let id = request
        .send()
        .await
        .map_err(|error| Failure::from_call(format!("can't create policy {name}"), error))?;
    let mut policy = BackupPolicy::new(id);
    policy.backup_policy_name = Some(name.clone());
    super::show_changed(global, &[Changed::new(&policy, "created")])?;
    connected.close().await
}

pub(super) async fn set(global: &Global, arguments: &Set) -> Result<(), Failure> {
    let Set { name, schedule, tags, .. } = arguments;
    if name.is_none() && schedule.is_empty() && tags.is_empty() {
        return Err(Failure::Usage {
            problem: "there is nothing to change".to_owned(),
            hint: Some("name what to change, for example --keep 14; see `vbs policy set --help`".to_owned()),
        });
    }
    let connected = connect_to_change(global, &arguments.dry_run).await?;
    set_with(global, arguments, &connected).await?;
    connected.close().await
}

async fn set_with(global: &Global, arguments: &Set, connected: &Connected) -> Result<(), Failure> {
    let project = Project::read(connected).await?;
    let policy = project.find(&arguments.policy)?;
    let handle = project.handle(policy);
    let doing = || format!("can't change policy {}", label(policy));
    let mut update = handle.update();
    if !arguments.schedule.is_empty() {
        let schedule = arguments.schedule.schedule(Some(policy))?;
        let now = policy.scheduled_policy.as_ref();
        if may_delete(now, &schedule) && !arguments.dry_run.dry_run {
            check_exact(&arguments.policy, policy.id(), policy.name(), arguments.yes.yes)?;
            let before = now.map_or_else(|| "-".to_owned(), keeps);
            let before = if before == "-" { "an unknown number".to_owned() } else { before };
            let change = format!(
                "{} to keep {} instead of {before}, which may delete backups",
                full_label(policy),
                kept(&schedule)
            );
            confirm("change", "changing", &change, arguments.yes.yes)?;
        }
        if let Some(warning) = too_many_kept(&schedule) {
            diagnostics::warning(&warning);
        }
        update = update.schedule(&schedule);
    }
    if let Some(name) = &arguments.name {
        update = update.backup_policy_name(name);
    }
    let is_updated = arguments.name.is_some() || !arguments.schedule.is_empty();
    if is_updated {
        // With --dry-run, the request for the tags is still to be printed.
        match update.send().await.map_err(|error| Failure::from_call(doing(), error)) {
            Ok(_) | Err(Failure::DryRun) => {}
            Err(failure) => return Err(failure),
        }
    }
    if !arguments.tags.is_empty() {
        let tags = arguments.tags.iter().map(|(key, value)| (key, Some(value)));
        let request = handle.change_tags(TagAction::Create, tags);
        let doing = format!("can't set the tags of policy {}", label(policy));
        match request.send().await.map_err(|error| Failure::from_call(doing, error)) {
            Err(failure) if is_updated && !matches!(failure, Failure::DryRun) => {
                diagnostics::warning(&failure.to_string());
                return Err(Failure::Incomplete {
                    problem: format!("policy {} was changed, but its tags were not", label(policy)),
                    hint: Some("fix the cause, then set them with `vbs policy tags set`".to_owned()),
                    something_done: true,
                });
            }
            result => result?,
        }
    }
    if arguments.dry_run.dry_run {
        return Ok(());
    }
    let mut changed = policy.clone();
    if let Some(name) = &arguments.name {
        changed.backup_policy_name = Some(name.clone());
    }
    super::show_changed(global, &[Changed::new(&changed, "changed")])
}

pub(super) async fn enable(global: &Global, arguments: &Enable) -> Result<(), Failure> {
    switch(global, &arguments.wanted, &arguments.dry_run, true).await
}

pub(super) async fn disable(global: &Global, arguments: &Disable) -> Result<(), Failure> {
    switch(global, &arguments.wanted, &arguments.dry_run, false).await
}

async fn switch(global: &Global, wanted: &Wanted, dry_run: &DryRun, on: bool) -> Result<(), Failure> {
    let connected = connect_to_change(global, dry_run).await?;
    let project = Project::read(&connected).await?;
    let policies = project.find_all(wanted)?;
    let (verb, result) = if on { ("enable", "enabled") } else { ("disable", "disabled") };
    let change = |policy: &BackupPolicy| {
        let handle = project.handle(policy);
        let request = if on { handle.enable() } else { handle.disable() };
        let doing = format!("can't {verb} policy {}", label(policy));
        async { request.send().await.map(drop).map_err(|error| Failure::from_call(doing, error)) }
    };
    change_each(global, dry_run.dry_run, &policies, result, change).await?;
    drop(project);
    connected.close().await
}

pub(super) async fn delete(global: &Global, arguments: &Delete) -> Result<(), Failure> {
    let (yes, dry_run) = (arguments.yes.yes, arguments.dry_run.dry_run);
    let connected = connect_to_change(global, &arguments.dry_run).await?;
    let project = Project::read(&connected).await?;
    let policies = project.find_all(&arguments.wanted)?;
    if !dry_run {
        project.check_exact(&arguments.wanted.policies, yes)?;
        let each: Vec<String> = policies.iter().map(|policy| with_disks(policy)).collect();
        confirm("delete", "deleting", &each.join(", "), yes)?;
    }
    let change = |policy: &BackupPolicy| {
        let request = project.handle(policy).delete();
        let doing = format!("can't delete policy {}", label(policy));
        async { request.send().await.map_err(|error| Failure::from_call(doing, error)) }
    };
    change_each(global, dry_run, &policies, "deleted", change).await?;
    drop(project);
    connected.close().await
}

/// `policy nightly (ID) with 5 disks`
fn with_disks(policy: &BackupPolicy) -> String {
    match policy.policy_resource_count {
        Some(disks) => format!("{} with {}", full_label(policy), count(disks, "disk")),
        None => full_label(policy),
    }
}
