//! `vbs tasks --watch`: shows jobs that are new or have changed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use otc_vbs::types::{BackupJob, BackupJobId, BackupJobStatus, PolicyId};
use tokio::time::sleep;

use super::query::{Query, Window};
use super::{Args, Shown};
use crate::connect::Connected;
use crate::exit::Failure;
use crate::output::{Format, Options};
use crate::values::interval;
use crate::{diagnostics, policies};

#[derive(clap::Args, Debug)]
pub(super) struct Watch {
    /// Keep running, and show jobs that are new or in another status, until Ctrl-C.
    ///
    /// Begins with the jobs of the last 24 hours, unless --since, --all or --job-id says otherwise.
    #[arg(id = "watch", long = "watch", short = 'w')]
    pub(super) enabled: bool,

    /// The time between two requests of --watch [default: 10s].
    #[arg(long, value_name = "DURATION", value_parser = interval, requires = "watch")]
    interval: Option<Duration>,
}

const DEFAULT_INTERVAL: Duration = Duration::from_secs(10);
/// A job that is older has usually ended.
const RECENT: SignedDuration = SignedDuration::from_hours(24);
/// The jobs per page, so that a round needs few requests.
const PAGE: u32 = 1000;

impl Watch {
    /// Fails if the format can't be written without an end.
    pub(super) fn check(&self, options: &Options) -> Result<(), Failure> {
        match self.enabled && options.format == Format::Json {
            true => Err(Failure::Usage {
                problem: "--watch has no end, and an array of JSON needs one".to_owned(),
                hint: Some("use -o jsonl, which has an object in each line".to_owned()),
            }),
            false => Ok(()),
        }
    }

    fn interval(&self) -> Duration {
        self.interval.unwrap_or(DEFAULT_INTERVAL)
    }
}

/// Makes sure that the requests cover all jobs that may change: a run of a policy may have more jobs than a page.
pub(super) fn widen(arguments: &mut Args, window: &mut Window, now: Timestamp) {
    if !arguments.all && arguments.filters.job_id.is_none() && window.since.is_none() {
        window.since = now.checked_sub(RECENT).ok();
    }
    arguments.filters.limit.get_or_insert(PAGE);
}

/// The jobs that were shown, with the status that was shown.
#[derive(Default)]
pub(super) struct Seen(HashMap<(PolicyId, BackupJobId), BackupJobStatus>);

impl Seen {
    /// Whether the job was not shown before, or in another status. It counts as shown from now on.
    pub(super) fn is_news(&mut self, policy: &PolicyId, job: &BackupJob) -> bool {
        match self.0.entry((policy.clone(), job.job_id.clone())) {
            Entry::Vacant(entry) => {
                entry.insert(job.status.clone());
                true
            }
            Entry::Occupied(mut entry) => entry.insert(job.status.clone()) != job.status,
        }
    }
}

/// Shows what changes, until the process ends or the reader of the output leaves. `shown` has the first round, and `failures`
/// are those of the first round.
pub(super) async fn changes(
    connected: &Connected,
    arguments: &Args,
    query: &Query<'_>,
    mut shown: Shown,
    failures: Vec<Failure>,
) -> Result<(), Failure> {
    let interval = arguments.watch.interval();
    diagnostics::summary(&shown.summary.to_string());
    diagnostics::note(&format!("watching every {interval:?}; Ctrl-C ends it"));
    let mut warned = warn(failures, Vec::new());
    loop {
        sleep(interval).await;
        let mut failures = Vec::new();
        match policies::find_policies(&connected.targets, &arguments.policies, &mut failures).await {
            Ok(policies) => shown.round(&policies, query, &mut failures).await?,
            // A policy that was named is gone.
            Err(failure) => failures.push(failure),
        }
        warned = warn(failures, warned);
    }
}

/// Prints failures, except those that the round before had too. Returns the texts of all.
fn warn(failures: Vec<Failure>, before: Vec<String>) -> Vec<String> {
    let texts: Vec<String> = failures.iter().map(ToString::to_string).collect();
    let new = texts.iter().filter(|text| !before.contains(text));
    new.for_each(|text| diagnostics::warning(&format!("{text}; the watch continues")));
    texts
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use otc_vbs::types::TimestampOrText;

    use super::*;

    #[test]
    fn only_a_new_job_or_status_is_news() {
        let policy = |id| PolicyId::new(id).unwrap();
        let job = |id: &str, status: &str| {
            BackupJob::new(
                BackupJobStatus::from(status),
                BackupJobId::new(id).unwrap(),
                TimestampOrText::from("?"),
            )
        };
        let mut seen = Seen::default();
        for (id, job, is_news) in [
            ("p1", job("j1", "WAITING"), true),
            ("p1", job("j1", "WAITING"), false),
            ("p1", job("j1", "RUNNING"), true),
            ("p1", job("j2", "RUNNING"), true),
            ("p2", job("j1", "RUNNING"), true),
            ("p1", job("j1", "RUNNING"), false),
        ] {
            assert_eq!(seen.is_news(&policy(id), &job), is_news, "{id} {job:?}");
        }
    }
}
