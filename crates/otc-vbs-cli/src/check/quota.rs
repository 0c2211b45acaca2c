//! Judges the quotas of a project, and estimates when one is full.

use jiff::{SignedDuration, Timestamp};
use otc_vbs::types::{BackupPolicy, Quota, QuotaType};
use schemars::JsonSchema;
use serde::Serialize;

use super::finding::Severity;
use super::history::{DiskJobs, History, Outcome};
use super::plan::{Options, Plan};
use super::read::JobsRead;

/// The share of a quota from which on it is nearly full, in percent.
const NEARLY_FULL: u64 = 90;
/// Jobs are listed for 30 days. If the oldest one is younger than this, there was none before it.
const FULL_HISTORY: SignedDuration = SignedDuration::from_hours(29 * 24);
/// A longer estimate would not help.
const LATEST: u64 = 365;

/// The result for one quota.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct QuotaCheck {
    /// The type of the quota, as in the API: `backups` or `backup_gigabytes`.
    pub(crate) quota: String,
    pub(crate) severity: Severity,
    /// The amount in use or reserved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) used: Option<u64>,
    /// Absent if it is unlimited or unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<u64>,
    /// The share of the limit that is used, rounded down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) percent: Option<u64>,
    /// The number of days after which it will be full, if that can be estimated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) full_in_days: Option<u64>,
    /// The result in words.
    pub(crate) detail: String,
}

impl QuotaCheck {
    /// The result with an estimate of when the quota is full. `growth` is that of all policies of the
    /// project. Has no effect unless the quota limits the number of backups and is nearly full.
    pub(crate) fn with_growth(mut self, growth: &[Growth]) -> Self {
        let free = self.limit.zip(self.used).map(|(limit, used)| limit.saturating_sub(used));
        let is_of_backups = self.quota == QuotaType::Backups.as_str();
        if let Some(free) = free.filter(|free| *free > 0 && is_of_backups)
            && self.severity != Severity::Ok
            && let Some(days) = days_until_full(free, growth)
        {
            self.full_in_days = Some(days);
            let words = crate::words::count(days, "day");
            self.detail.push_str(&format!(", full in about {words}"));
        }
        self
    }
}

/// Judges a quota: critical if it is full, a warning from 90 % on, unknown if the service did not say.
pub(crate) fn check_quota(quota: &Quota) -> QuotaCheck {
    let unit = match &quota.type_ {
        QuotaType::Backups => "backups",
        QuotaType::BackupGigabytes => "GB of backups",
        other => other.as_str(),
    };
    let amount = |number: i64| u64::try_from(number).ok();
    let used = quota.used.and_then(amount);
    let used = used.map(|used| used.saturating_add(quota.reserved.and_then(amount).unwrap_or(0)));
    let limit = quota.quota.and_then(amount);
    let result = |severity, percent, detail| QuotaCheck {
        quota: quota.type_.to_string(),
        severity,
        used,
        limit,
        percent,
        full_in_days: None,
        detail,
    };
    match (used, limit) {
        (_, None) if quota.quota == Some(-1) => result(Severity::Ok, None, format!("{unit} are unlimited")),
        (Some(used), Some(limit)) => {
            let percent = (u128::from(used) * 100).checked_div(limit.into());
            let percent = percent.map_or(100, |percent| u64::try_from(percent).unwrap_or(u64::MAX));
            let severity = match percent {
                100.. => Severity::Critical,
                NEARLY_FULL.. => Severity::Warning,
                _ => Severity::Ok,
            };
            let detail = format!("{} of {} {unit} ({percent} %)", grouped(used), grouped(limit));
            result(severity, Some(percent), detail)
        }
        _ => result(Severity::Unknown, None, format!("the service does not say how many {unit} are in use")),
    }
}

/// The growth of the number of backups of one disk by a policy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Growth {
    /// The number of backups per day.
    pub(crate) per_day: f64,
    /// The number of backups until the policy deletes one for each new one. `None` if it deletes none.
    pub(crate) until_retention: Option<u64>,
}

/// The growth by the disks of a policy, from all of its jobs. `None` if it does not follow from them, for
/// example because they do not show how many backups there are.
pub(crate) fn growth(policy: &BackupPolicy, read: &JobsRead, now: Timestamp) -> Option<Vec<Growth>> {
    let history = History::new(&read.jobs, now);
    let plan = Plan::new(policy, history.created_at(), &Options::default());
    let due = match &plan {
        Plan::Off => return Some(Vec::new()),
        plan => plan.due_times()?,
    };
    if !read.is_complete || read.undecodable > 0 || !history.without_disk.is_empty() {
        return None;
    }
    // Days and weeks alike: the number of due times of eight weeks.
    let weeks_ahead = now.checked_add(SignedDuration::from_hours(56 * 24)).ok()?;
    let per_day = due.count_between(now, weeks_ahead) as f64 / 56.0;
    let newest = history.created_at().max();
    let newest_run = plan.runs(now, newest).find(|run| newest.is_none_or(|newest| run.start <= newest));
    let is_current =
        |jobs: &&DiskJobs<'_>| jobs.newest().zip(newest_run).is_some_and(|(at, run)| run.contains(at));
    let current: Vec<_> = history.disks.values().filter(is_current).collect();
    // The others were removed, unless the policy has more disks than its newest run names.
    (policy.policy_resource_count == Some(current.len() as u64)).then_some(())?;
    current.into_iter().map(|jobs| disk_growth(policy, jobs, per_day, now)).collect()
}

fn disk_growth(policy: &BackupPolicy, jobs: &DiskJobs<'_>, per_day: f64, now: Timestamp) -> Option<Growth> {
    let schedule = policy.scheduled_policy.as_ref()?;
    let backups = jobs.jobs.iter().filter(|job| job.outcome() == Outcome::Good).count() as u64;
    let age = now.duration_since(jobs.oldest()?);
    let is_whole = age < FULL_HISTORY && jobs.undated == 0;
    let until_retention = match (schedule.retention_num, schedule.retention_day) {
        (Some(kept), _) => {
            let missing = u64::try_from(kept).ok()?.saturating_sub(backups);
            // There may be older backups whose jobs the service has forgotten.
            if missing > 0 && !is_whole {
                return None;
            }
            Some(missing)
        }
        (None, Some(days)) => {
            let days_left = days as f64 - age.as_secs() as f64 / 86_400.0;
            if days_left > 0.0 && !is_whole {
                return None;
            }
            Some((days_left.max(0.0) * per_day).round() as u64)
        }
        (None, None) => None,
    };
    Some(Growth { per_day, until_retention })
}

/// The number of days, rounded up, until this many further backups exist. `None` if that takes more than a
/// year or never happens.
fn days_until_full(free: u64, growth: &[Growth]) -> Option<u64> {
    let after = |days: u64| -> f64 {
        let of_disk = |growth: &Growth| {
            let grown = growth.per_day * days as f64;
            growth.until_retention.map_or(grown, |most| grown.min(most as f64))
        };
        growth.iter().map(of_disk).sum()
    };
    (after(LATEST) >= free as f64).then_some(())?;
    // The first day on which it is full, by halving.
    let (mut before, mut full) = (0, LATEST);
    while full - before > 1 {
        let middle = u64::midpoint(before, full);
        if after(middle) >= free as f64 { full = middle } else { before = middle }
    }
    Some(full)
}

/// A number with commas: `4,950`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
