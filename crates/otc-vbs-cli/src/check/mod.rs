//! Answers the question of every morning: did every disk get its backup?
//!
//! [`read_jobs`](read::read_jobs) lists the backup jobs of a policy as far back as needed, and
//! [`check_policy`](verdict::check_policy) judges them. It sends nothing and reads no clock.
//!
//! # Runs and disks
//!
//! - The service does not list the disks of a policy, only their number. Disks are known from jobs.
//! - A run is the time from one due time until the next. A disk has its backup if any job that was created
//!   since the due time succeeded, so a manual run makes up for a scheduled one that failed.
//! - A run is judged for a disk as soon as its job has ended. Until then, and as long as the grace period
//!   lasts, the run before it is judged.
//! - What the service did not say, or said unreadably, is [`Unknown`](finding::Verdict::Unknown), never
//!   [`Ok`](finding::Verdict::Ok).

pub(crate) mod disk;
pub(crate) mod finding;
pub(crate) mod history;
pub(crate) mod plan;
pub(crate) mod quota;
pub(crate) mod read;
pub(crate) mod verdict;

#[cfg(test)]
mod tests;
