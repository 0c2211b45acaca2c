//! Asks VBS for what a plan is made from.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt as _};
use otc_vbs::ItemStream;
use otc_vbs::types::{BackupPolicy, Tag};

use super::disks_file::{Line, ListedDisk};
use super::input::{DiskFacts, Policy, Project};
use crate::check::read::read_all_jobs;
use crate::cli::Global;
use crate::connect::{Connected, Credentials, Target};
use crate::disks::Disks;
use crate::exit::Failure;
use crate::policies;
use crate::resolve::{self, Named as _};
use crate::words::text::line;

/// The number of projects, and of policies in each, that are asked about at the same time.
const CONCURRENCY: usize = 8;

/// What was read.
pub(super) struct Gathered<'a> {
    pub(super) projects: Vec<(&'a Target, Project)>,
    /// What could not be read of whole projects. Failures within a project are in its [`Project`] too.
    pub(super) unread: Vec<String>,
    pub(super) failures: Vec<Failure>,
}

/// Reads all projects. `lines` are those of the file of disks.
///
/// # Errors
///
/// No project can be read, or a line names a policy that does not exist.
pub(super) async fn gather<'a>(
    connected: &'a Connected,
    global: &Global,
    mut failures: Vec<Failure>,
    lines: Vec<Line>,
) -> Result<Gathered<'a>, Failure> {
    let lists = policies::lists(&connected.targets, &mut failures).await;
    if lists.is_empty() {
        Failure::partial(std::mem::take(&mut failures), false)?;
    }
    let is_complete = failures.is_empty();
    let all: Vec<BackupPolicy> = lists.iter().flat_map(|(_, policies)| policies.clone()).collect();
    let mut listed: BTreeMap<String, Vec<ListedDisk>> = BTreeMap::new();
    for line in lines {
        match resolve::find("policy", &all, &line.policy) {
            Ok(policy) => listed.entry(policy.id().to_owned()).or_default().push(line.disk),
            // It may be in a project that can't be read.
            Err(failure @ Failure::NotFound { .. }) if !is_complete => {
                failures.push(of_line(failure, line.number))
            }
            Err(failure) => return Err(of_line(failure, line.number)),
        }
    }
    let unread = failures.iter().map(Failure::to_string).collect();
    let has_several = connected.has_several();
    let reads = lists.into_iter().map(|(target, policies)| {
        let listed = policies.iter().map(|policy| listed.remove(policy.id()).unwrap_or_default()).collect();
        project(connected, global, target, policies, listed, has_several)
    });
    let reads: Vec<_> = stream::iter(reads.collect::<Vec<_>>()).buffered(CONCURRENCY).collect().await;
    let mut projects = Vec::with_capacity(reads.len());
    for (target, project, of_project) in reads {
        failures.extend(of_project);
        projects.push((target, project));
    }
    Ok(Gathered { projects, unread, failures })
}

/// The failure of a line of the file of disks.
fn of_line(failure: Failure, number: u64) -> Failure {
    let of_line = |problem: String| format!("--disks: line {number}: {problem}");
    match failure {
        Failure::NotFound { problem, hint } => Failure::NotFound { problem: of_line(problem), hint },
        Failure::Usage { problem, hint } => Failure::Usage { problem: of_line(problem), hint },
        other => other,
    }
}

async fn project<'a>(
    connected: &Connected,
    global: &Global,
    target: &'a Target,
    policies: Vec<BackupPolicy>,
    listed: Vec<Vec<ListedDisk>>,
    has_several: bool,
) -> (&'a Target, Project, Vec<Failure>) {
    let place = &target.place;
    let mut project = Project {
        project: place.project.clone(),
        // Not only in comments, which are cleaned.
        project_id: line(target.client.project_id().as_str()),
        region: region(target).map(line),
        cloud: place.cloud.clone(),
        ..Project::default()
    };
    let suffix = if has_several { format!(" of {}", place.project) } else { String::new() };
    let mut failures = Failures { suffix, failures: Vec::new() };

    let client = &target.client;
    let reads = policies.into_iter().zip(listed).map(|(listed, disks)| async move {
        let tags = client.policy(&listed.backup_policy_id).tags().items().try_collect::<Vec<Tag>>();
        let (tags, jobs) = tokio::join!(tags, read_all_jobs(client, &listed.backup_policy_id));
        (listed, disks, tags, jobs)
    });
    let mut reads = stream::iter(reads.collect::<Vec<_>>()).buffered(CONCURRENCY);
    while let Some((listed, disks, tags, jobs)) = reads.next().await {
        let mut unread = Vec::new();
        let mut failed = |what: &str, error| {
            let name = listed.name().unwrap_or(listed.id());
            unread.push(failures.add(&format!("can't list the {what} of policy {name}"), error));
        };
        let tags = tags.unwrap_or_else(|error| {
            failed("tags", error);
            Vec::new()
        });
        let jobs = jobs.map_err(|error| failed("backup jobs", error)).ok();
        project.policies.push(Policy { listed, tags, jobs, disks, unread });
    }

    let (backups, created, received) = tokio::join!(
        read(client.backups().list().items(), (0, BTreeMap::new()), |(count, by_disk), backup| {
            *count += 1;
            if let Some(disk) = backup.volume_id {
                by_disk
                    .entry(disk.to_string())
                    .or_insert_with(DiskFacts::default)
                    .add(&backup.status, backup.size);
            }
        }),
        read(client.shares().list().items(), Vec::new(), |ids, share| ids.push(share.id.to_string())),
        read(client.shares().list().share_to_me(true).items(), Vec::new(), |ids, share| {
            ids.push(share.id.to_string());
        }),
    );
    for (what, errors) in
        [("the backups", backups.1), ("the shares", created.1), ("the received shares", received.1)]
    {
        for error in errors {
            project.unread.push(failures.add(&format!("can't list {what}"), error));
        }
    }
    (project.backup_count, project.disks) = backups.0;
    let named = named_disks(&project.policies);
    let found = Disks::find(connected, target, global, named.iter().map(String::as_str)).await;
    for disk in named {
        let size_gb = found.get(&disk).and_then(|disk| disk.size);
        project.disks.entry(disk).or_default().size_gb = size_gb;
    }
    project.shares_created = created.0;
    project.shares_received = received.0;
    (target, project, failures.failures)
}

/// The region of a target: that of its project or option, or else that of its cloud or environment.
fn region(target: &Target) -> Option<&str> {
    let configured = match &target.credentials {
        Credentials::Session(session) => session.config().region(),
        _ => None,
    };
    target.place.region.as_deref().or(configured)
}

/// The ids of the disks that the jobs of these policies, or the file of disks, name.
fn named_disks(policies: &[Policy]) -> BTreeSet<String> {
    let jobs = policies.iter().filter_map(|policy| policy.jobs.as_ref()).flat_map(|read| &read.jobs);
    let by_jobs = jobs.filter_map(|job| job.resource_id.as_ref()).map(ToString::to_string);
    let listed = policies.iter().flat_map(|policy| &policy.disks).map(|disk| disk.id.clone());
    by_jobs.chain(listed).collect()
}

/// The failures in a project.
struct Failures {
    /// Names the project if there are several.
    suffix: String,
    failures: Vec<Failure>,
}

impl Failures {
    /// Adds a failure, and returns its text.
    fn add(&mut self, doing: &str, error: otc_vbs::Error) -> String {
        let failure = Failure::Vbs { doing: format!("{doing}{}", self.suffix), error };
        let text = failure.to_string();
        self.failures.push(failure);
        text
    }
}

/// Collects the items of all pages. One that can't be decoded does not stop the others.
async fn read<T: Send + 'static, C>(
    mut items: ItemStream<T>,
    mut collected: C,
    add: impl Fn(&mut C, T),
) -> (C, Vec<otc_vbs::Error>) {
    let mut errors = Vec::new();
    while let Some(item) = items.next().await {
        match item {
            Ok(item) => add(&mut collected, item),
            Err(error) => errors.push(error),
        }
    }
    (collected, errors)
}
