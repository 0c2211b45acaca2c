//! The data that are seeded: computed whenever they are asked for, never stored.

pub(crate) mod failures;
pub(crate) mod job_list;
pub(crate) mod job_times;
pub(crate) mod jobs;
pub(crate) mod page;
pub(crate) mod statuses;
