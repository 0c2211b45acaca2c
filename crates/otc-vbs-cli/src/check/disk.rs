//! Judges one disk.

use jiff::{SignedDuration, Timestamp};
use otc_vbs::types::{BackupJob, BackupJobStatus};

use super::finding::{Finding, Verdict};
use super::history::{DatedJob, DiskJobs, History, Outcome};
use super::plan::{Options, Plan, Run};
use crate::words;

/// A job is late if it takes this many times as long as the longest of the last ones …
const FAR_BEYOND: i32 = 3;
/// … and longer by this.
const LEAST_BEYOND: SignedDuration = SignedDuration::from_hours(1);

/// The finding for a disk that is in the policy.
pub(crate) fn judge(
    disk: &str,
    jobs: &DiskJobs<'_>,
    history: &History<'_>,
    plan: &Plan,
    now: Timestamp,
    options: &Options,
) -> Finding {
    let judge = Judge { disk, jobs, history, now, grace: options.grace };
    let mut finding = match plan {
        Plan::Due(_) => judge.by_runs(plan),
        Plan::MaxAge(max_age, _) => judge.by_age(*max_age),
        Plan::Unknown(_) | Plan::Off => judge.by_outcome(judge.since_good()),
    };
    let is_certain = match finding.verdict {
        Verdict::Failed => true,
        Verdict::Ok => finding.last_good.is_some(),
        _ => false,
    };
    if jobs.undated > 0 && !is_certain {
        let detail = format!("the time of {} can't be read", words::count(jobs.undated, "job"));
        finding = judge.finding(Verdict::Unknown, None, Some(detail));
    }
    finding
}

struct Judge<'a> {
    disk: &'a str,
    jobs: &'a DiskJobs<'a>,
    /// The jobs of all disks of the policy.
    history: &'a History<'a>,
    now: Timestamp,
    grace: SignedDuration,
}

impl<'a> Judge<'a> {
    /// Judges the newest run whose outcome is known or overdue.
    fn by_runs(&self, plan: &Plan) -> Finding {
        for run in plan.runs(self.now, None) {
            // The disk was not in the policy yet.
            if self.jobs.oldest().is_none_or(|oldest| run.end.is_some_and(|end| oldest >= end)) {
                break;
            }
            let mut jobs = self.jobs.jobs.iter().filter(|job| run.contains(job.created_at)).peekable();
            if jobs.peek().is_some() {
                let finding = self.by_outcome(jobs);
                if !is_pending(&finding) {
                    return finding;
                }
            } else if self.now.duration_since(run.start) >= self.grace {
                return self.missed(plan, run);
            }
        }
        self.finding(Verdict::Ok, None, Some("its first backup is in progress".to_owned()))
    }

    fn by_age(&self, max_age: SignedDuration) -> Finding {
        let last_good = self.jobs.last_good();
        if last_good.is_some_and(|good| self.now.duration_since(good) <= max_age) {
            return self.finding(Verdict::Ok, None, None);
        }
        let finding = self.by_outcome(self.since_good());
        match last_good {
            Some(good) if finding.verdict == Verdict::Ok => {
                let age = words::time::duration(self.now.duration_since(good));
                let limit = words::time::duration(max_age);
                let detail = format!("the last good backup is {age} old; the limit is {limit}");
                self.finding(Verdict::Missed, None, Some(detail))
            }
            _ => finding,
        }
    }

    /// The jobs after the newest successful one.
    fn since_good(&self) -> impl Iterator<Item = &DatedJob<'a>> {
        self.jobs.jobs.iter().take_while(|job| job.outcome() != Outcome::Good)
    }

    /// Judges jobs of one run, newest first: a success makes up for everything else, and a failure is not
    /// made up for by a job that has not ended or was skipped.
    fn by_outcome<'b>(&self, jobs: impl Iterator<Item = &'b DatedJob<'a>>) -> Finding
    where
        'a: 'b,
    {
        let jobs: Vec<&DatedJob<'_>> = jobs.collect();
        let first = |outcome| jobs.iter().find(|job| job.outcome() == outcome);
        if first(Outcome::Good).is_some() {
            self.finding(Verdict::Ok, None, None)
        } else if let Some(job) = first(Outcome::Failed) {
            self.failed(job.job)
        } else if let Some(job) = first(Outcome::Unknown) {
            let detail = format!("the status `{}` of its job is not a known one", job.job.status);
            self.finding(Verdict::Unknown, Some(job.job), Some(detail))
        } else if let Some(job) = first(Outcome::Skipped) {
            let detail = format!("the job of {} was skipped", words::time::utc(job.created_at));
            self.finding(Verdict::Skipped, Some(job.job), Some(detail))
        } else if let Some(job) = first(Outcome::InProgress) {
            match self.late(job) {
                Some(detail) => self.finding(Verdict::Late, Some(job.job), Some(detail)),
                None => self.finding(Verdict::Ok, Some(job.job), Some("in progress".to_owned())),
            }
        } else {
            self.finding(Verdict::Ok, None, None)
        }
    }

    fn failed(&self, job: &BackupJob) -> Finding {
        let failure = job.failure();
        let code = failure.as_ref().and_then(|failure| failure.code.as_ref());
        let text = failure.as_ref().map(|failure| failure.text.as_str()).filter(|text| !text.is_empty());
        let message = text.or_else(|| failure.as_ref()?.explanation());
        let detail = match (code, message) {
            (Some(code), Some(message)) => format!("{code}: {message}"),
            (Some(code), None) => code.to_string(),
            (None, Some(message)) => message.to_owned(),
            (None, None) if job.status == BackupJobStatus::ExecuteTimeout => "timed out".to_owned(),
            (None, None) => "the service gives no reason".to_owned(),
        };
        Finding {
            failures: Some(self.jobs.failures()),
            failure_code: code.map(ToString::to_string),
            failure_message: message.map(str::to_owned),
            ..self.finding(Verdict::Failed, Some(job), Some(detail))
        }
    }

    fn missed(&self, plan: &Plan, run: Run) -> Finding {
        let overdue = self.now.checked_sub(self.grace).unwrap_or(run.start);
        let last = self.jobs.newest().filter(|newest| *newest < run.start);
        let runs = plan.due_times().zip(last).map_or(1, |(due, last)| due.count_between(last, overdue));
        let mut detail = match (runs, last) {
            (2.., Some(last)) => {
                format!("no job for the last {runs} runs; the last job was {}", words::time::utc(last))
            }
            _ => format!("no job for the run of {}", words::time::utc(run.start)),
        };
        if !self.history.created_at().any(|created_at| run.contains(created_at)) {
            detail.push_str("; no disk of the policy has one: the policy may have been off or changed");
        }
        self.finding(Verdict::Missed, None, Some(detail))
    }

    /// Why a job that has not ended is late, if it is.
    fn late(&self, job: &DatedJob<'_>) -> Option<String> {
        let elapsed = self.now.duration_since(job.created_at);
        let verb = if job.job.status == BackupJobStatus::Waiting { "waiting" } else { "running" };
        let so_far = format!("{verb} for {}", words::time::duration(elapsed));
        if let Some((longest, number)) = self.jobs.usual() {
            let is_far_beyond = elapsed > longest * FAR_BEYOND && elapsed > longest + LEAST_BEYOND;
            if is_far_beyond {
                return Some(format!(
                    "{so_far}; the last {number} took {} at most",
                    words::time::duration(longest)
                ));
            }
        }
        (elapsed >= self.grace).then_some(so_far)
    }

    fn finding(&self, verdict: Verdict, job: Option<&BackupJob>, detail: Option<String>) -> Finding {
        let last_good = self.jobs.last_good();
        let age = last_good.map(|good| self.now.duration_since(good).as_secs());
        Finding {
            last_good,
            age_seconds: age.and_then(|age| u64::try_from(age).ok()),
            job_id: job.map(|job| job.job_id.to_string()),
            detail,
            ..Finding::for_disk(verdict, self.disk)
        }
    }
}

/// Whether the jobs of a run are in progress and not late, so that the run before it counts.
fn is_pending(finding: &Finding) -> bool {
    finding.verdict == Verdict::Ok && finding.job_id.is_some()
}
