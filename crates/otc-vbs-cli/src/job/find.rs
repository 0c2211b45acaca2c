//! Finds the job that an id names.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use otc_vbs::ErrorKind;
use otc_vbs::types::{BackupJob, BackupJobId, Job, JobId};

use crate::backup_job::has_ended;
use crate::check::read::read_all_jobs;
use crate::connect::Target;
use crate::exit::Failure;
use crate::policies::{self, Policy, ProjectPolicy};
use crate::resolve::MIN_PREFIX;

/// The number of requests that are sent at the same time.
const CONCURRENCY: usize = 16;
/// The number of ids that an error lists.
const MAX_IDS: usize = 10;

/// A job and the project that it belongs to.
pub(super) enum Found<'a> {
    /// A backup job, which a policy triggered.
    Backup { target: &'a Target, policy: Arc<Policy>, job: Box<BackupJob> },
    /// An asynchronous job of the service.
    Vbs { target: &'a Target, job: Box<Job> },
}

impl Found<'_> {
    /// Whether the status can't change any more.
    pub(super) fn has_ended(&self) -> bool {
        match self {
            Self::Backup { job, .. } => has_ended(&job.status),
            Self::Vbs { job, .. } => job.has_ended(),
        }
    }

    /// Requests the job again. `None` if the service does not know it any more.
    pub(super) async fn again(&self) -> otc_vbs::Result<Option<Self>> {
        match self {
            Self::Backup { target, policy, job } => {
                let job = backup_job(target, policy, &job.job_id).await?;
                Ok(job.map(|job| Self::Backup { target, policy: Arc::clone(policy), job: Box::new(job) }))
            }
            Self::Vbs { target, job } => {
                let job = vbs_job(target, &job.job_id).await?;
                Ok(job.map(|job| Self::Vbs { target, job: Box::new(job) }))
            }
        }
    }
}

/// Finds a backup job by its id, a VBS job by its id, or a backup job by the beginning of its id. `failures` are of projects
/// that can't be searched.
pub(super) async fn find<'a>(
    targets: &'a [Target],
    id: &str,
    mut failures: Vec<Failure>,
) -> Result<Found<'a>, Failure> {
    if id.parse::<BackupJobId>().is_err() && id.parse::<JobId>().is_err() {
        return Err(Failure::Usage {
            problem: format!("`{id}` is not the id of a job"),
            hint: Some("use the id that `vbs tasks` or the command that started the job shows".to_owned()),
        });
    }
    let policies = policies::find_policies(targets, &[], &mut failures).await?;
    if let Ok(job_id) = id.parse::<BackupJobId>() {
        let requests = policies.iter().map(|of| backup_job(of.target, &of.policy, &job_id));
        let mut results = stream::iter(requests).buffered(CONCURRENCY).zip(stream::iter(&policies));
        while let Some((result, of)) = results.next().await {
            match result {
                Ok(Some(job)) => return Ok(found(of, job)),
                Ok(None) => {}
                Err(error) => failures.push(cannot_list_jobs(of, error)),
            }
        }
    }
    if let Ok(job_id) = id.parse::<JobId>() {
        let requests = targets.iter().map(|target| vbs_job(target, &job_id));
        let mut results = stream::iter(requests).buffered(CONCURRENCY).zip(stream::iter(targets));
        while let Some((result, target)) = results.next().await {
            match result {
                Ok(Some(job)) => return Ok(Found::Vbs { target, job: Box::new(job) }),
                Ok(None) => {}
                Err(error) => failures.push(Failure::Vbs {
                    doing: format!("can't get job {id}{}", target.place.after("in")),
                    error,
                }),
            }
        }
    }
    // Only if everything was searched, a beginning is unique, and what was not found is missing.
    Failure::partial(failures, false)?;
    by_beginning(&policies, id).await
}

async fn by_beginning<'a>(policies: &[ProjectPolicy<'a>], id: &str) -> Result<Found<'a>, Failure> {
    let mut candidates = Vec::new();
    if id.len() >= MIN_PREFIX {
        let requests = policies.iter().map(|of| read_all_jobs(&of.target.client, &of.policy.id));
        let mut results = stream::iter(requests).buffered(CONCURRENCY).zip(stream::iter(policies));
        while let Some((result, of)) = results.next().await {
            let jobs = result.map_err(|error| cannot_list_jobs(of, error))?.jobs;
            let begins = |job: &BackupJob| job.job_id.as_str().starts_with(id);
            candidates.extend(jobs.into_iter().filter(begins).map(|job| (of, job)));
        }
    }
    match (candidates.len(), candidates.pop()) {
        (1, Some((of, job))) => Ok(found(of, job)),
        (number, Some(last)) => {
            candidates.push(last);
            let ids = candidates.iter().take(MAX_IDS).map(|(_, job)| job.job_id.as_str());
            let mut ids = ids.collect::<Vec<_>>().join(", ");
            if number > MAX_IDS {
                ids.push_str(&format!(" and {} more", number - MAX_IDS));
            }
            Err(Failure::Usage {
                problem: format!("`{id}` is the beginning of the ids of {number} backup jobs"),
                hint: Some(format!("use more of the id: {ids}")),
            })
        }
        (_, None) => Err(Failure::NotFound {
            problem: format!("there is no job with the id `{id}`"),
            hint: match id.len() {
                0..MIN_PREFIX => format!("use at least the first {MIN_PREFIX} characters of the id"),
                _ => "list the backup jobs with `vbs tasks --all`; the service forgets them after 30 days, and the \
                      beginning of an id is enough for them, but not for VBS jobs"
                    .to_owned(),
            },
        }),
    }
}

fn found<'a>(of: &ProjectPolicy<'a>, job: BackupJob) -> Found<'a> {
    Found::Backup { target: of.target, policy: Arc::clone(&of.policy), job: Box::new(job) }
}

fn cannot_list_jobs(of: &ProjectPolicy<'_>, error: otc_vbs::Error) -> Failure {
    let place = of.target.place.after("in");
    Failure::Vbs { doing: format!("can't list the backup jobs of {}{place}", of.policy.label), error }
}

async fn backup_job(
    target: &Target,
    policy: &Policy,
    id: &BackupJobId,
) -> otc_vbs::Result<Option<BackupJob>> {
    let page = target.client.policy(&policy.id).backup_jobs().job_id(id).send().await?;
    Ok(page.items.into_iter().find(|job| job.job_id == *id))
}

async fn vbs_job(target: &Target, id: &JobId) -> otc_vbs::Result<Option<Job>> {
    match target.client.job(id.clone()).get().send().await {
        Ok(job) => Ok(Some(job)),
        // The service refuses ids that have another form than those of VBS jobs.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Refused) => Ok(None),
        Err(error) => Err(error),
    }
}
