//! Reads the jobs of a policy as far back as a check needs them.

use jiff::{SignedDuration, Timestamp};
use otc_vbs::types::{BackupJob, BackupJobSortKey, BackupPolicy, PolicyId, SortDirection};
use otc_vbs::{Client, Result};

use super::history::{History, Outcome, USUAL};
use super::plan::{Options, Plan, depends_on_jobs};

/// The numbers of jobs in a page.
const SMALLEST_PAGE: u64 = 100;
const LARGEST_PAGE: u64 = 1000;

/// The newest jobs of a policy.
#[derive(Clone, Debug, Default)]
pub(crate) struct JobsRead {
    pub(crate) jobs: Vec<BackupJob>,
    /// The number of jobs that can't be decoded.
    pub(crate) undecodable: u64,
    /// Whether these are all jobs that the service lists, which are those of the last 30 days.
    pub(crate) is_complete: bool,
}

/// Reads the jobs of a policy, newest first, one page after the other, until they cover:
///
/// - the newest run that was due before the grace period, the newest run with jobs, and the run before each.
///   With a highest age, also the time since then;
/// - a job of each disk of the policy, by the policy's number of disks;
/// - the last good backup of each disk in these jobs;
/// - the last 14 successful jobs of each disk whose newest job has not ended;
/// - if the policy runs every few days, a job that shows on which.
///
/// The first page usually covers all of it. If the policy is off, only its newest job is read.
///
/// # Errors
///
/// A page can't be read. Jobs that can't be decoded are counted instead.
pub(crate) async fn read_jobs(
    client: &Client,
    policy: &BackupPolicy,
    now: Timestamp,
    options: &Options,
) -> Result<JobsRead> {
    let page = page_size(policy, now, options);
    let is_enough = |jobs: &[BackupJob]| is_covered(policy, jobs, now, options);
    read_until(client, &policy.backup_policy_id, page, is_enough).await
}

/// Reads all jobs of a policy that the service lists, newest first.
///
/// # Errors
///
/// A page can't be read. Jobs that can't be decoded are counted instead.
pub(crate) async fn read_all_jobs(client: &Client, policy: &PolicyId) -> Result<JobsRead> {
    read_until(client, policy, LARGEST_PAGE as u32, |_| false).await
}

/// Reads the jobs of a policy that were created since then, and some older ones, newest first.
///
/// # Errors
///
/// A page can't be read. Jobs that can't be decoded are counted instead.
pub(crate) async fn read_jobs_since(
    client: &Client,
    policy: &PolicyId,
    since: Timestamp,
) -> Result<JobsRead> {
    // Unless the service's order is another one, the last job is the oldest.
    let is_enough = |jobs: &[BackupJob]| {
        let oldest = jobs.iter().rev().find_map(|job| job.created_at.timestamp());
        oldest.is_some_and(|oldest| oldest.as_timestamp() < since)
    };
    read_until(client, policy, LARGEST_PAGE as u32, is_enough).await
}

async fn read_until(
    client: &Client,
    policy: &PolicyId,
    page: u32,
    is_enough: impl Fn(&[BackupJob]) -> bool,
) -> Result<JobsRead> {
    let list = client.policy(policy).backup_jobs().limit(page);
    let list = list.sort_key(BackupJobSortKey::CreatedAt).sort_dir(SortDirection::Desc);
    let mut pages = list.pages();
    let mut read = JobsRead::default();
    while !read.is_complete && !is_enough(&read.jobs) {
        match pages.try_next().await? {
            Some(page) => {
                read.is_complete = page.next.is_none();
                read.undecodable += page.errors.len() as u64;
                read.jobs.extend(page.items);
            }
            None => read.is_complete = true,
        }
    }
    Ok(read)
}

/// A page that usually suffices: the runs that are needed, and one more to show that they are complete.
fn page_size(policy: &BackupPolicy, now: Timestamp, options: &Options) -> u32 {
    let plan = Plan::new(policy, [], options);
    if plan == Plan::Off {
        return 1;
    }
    let since = earliest(&plan, now, now, options);
    let runs = plan.due_times().zip(since).map(|(due, since)| due.count_between(since, now) + 2);
    let jobs = policy.policy_resource_count.zip(runs).map(|(disks, runs)| disks.saturating_mul(runs));
    let jobs = jobs.unwrap_or(LARGEST_PAGE).clamp(SMALLEST_PAGE, LARGEST_PAGE);
    u32::try_from(jobs).unwrap_or(u32::MAX)
}

/// Whether these jobs, the newest ones of a policy, are enough.
pub(crate) fn is_covered(
    policy: &BackupPolicy,
    jobs: &[BackupJob],
    now: Timestamp,
    options: &Options,
) -> bool {
    let history = History::new(jobs, now);
    let plan = Plan::new(policy, history.created_at(), options);
    if plan == Plan::Off {
        return !jobs.is_empty();
    }
    if matches!(plan, Plan::Unknown(_)) && depends_on_jobs(policy) {
        return false;
    }
    let (Some(oldest), Some(newest)) = (history.created_at().min(), history.created_at().max()) else {
        return false;
    };
    let is_long_enough = earliest(&plan, newest, now, options).is_none_or(|earliest| oldest < earliest);
    let names_all = policy.policy_resource_count.unwrap_or(0) <= history.disks.len() as u64;
    let mut disks = history.disks.iter().filter(|(disk, _)| !options.ignores(disk));
    is_long_enough
        && names_all
        && disks.all(|(_, jobs)| {
            let is_in_progress = jobs.jobs.first().is_some_and(|job| job.outcome() == Outcome::InProgress);
            jobs.last_good().is_some() && (!is_in_progress || jobs.durations().count() >= USUAL)
        })
}

/// The start of the earliest run that is needed, or of the highest age.
fn earliest(plan: &Plan, newest: Timestamp, now: Timestamp, options: &Options) -> Option<Timestamp> {
    let ago = |duration: SignedDuration| now.checked_sub(duration).unwrap_or(Timestamp::MIN);
    let by_age = if let Plan::MaxAge(max_age, _) = plan { Some(ago(*max_age)) } else { None };
    let by_runs = plan.due_times().and_then(|due| {
        let newest_needed = due.last_at_or_before(ago(options.grace).min(newest))?;
        due.last_before(newest_needed)
    });
    [by_age, by_runs].into_iter().flatten().min()
}
