//! How many jobs there are in which status.

use std::fmt;

use otc_vbs::types::{BackupJob, BackupJobStatus};

#[derive(Default)]
pub(super) struct Summary {
    /// A handful of statuses, so a list finds one fastest.
    by_status: Vec<(BackupJobStatus, u64)>,
}

impl Summary {
    pub(super) fn add(&mut self, job: &BackupJob) {
        match self.by_status.iter_mut().find(|(status, _)| *status == job.status) {
            Some((_, jobs)) => *jobs += 1,
            None => self.by_status.push((job.status.clone(), 1)),
        }
    }

    pub(super) fn jobs(&self) -> u64 {
        self.by_status.iter().map(|(_, jobs)| jobs).sum()
    }
}

/// `48 jobs: 40 EXECUTE_SUCCESS, 8 EXECUTE_FAIL`, the most frequent status first.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let jobs = self.jobs();
        write!(f, "{jobs} {}", if jobs == 1 { "job" } else { "jobs" })?;
        let mut by_status: Vec<_> = self.by_status.iter().collect();
        by_status.sort_by(|(status, jobs), (other, others)| {
            others.cmp(jobs).then_with(|| status.as_str().cmp(other.as_str()))
        });
        for (place, (status, jobs)) in by_status.into_iter().enumerate() {
            let before = if place == 0 { ": " } else { ", " };
            write!(f, "{before}{jobs} {status}")?;
        }
        Ok(())
    }
}
