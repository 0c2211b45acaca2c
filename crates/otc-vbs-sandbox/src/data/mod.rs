//! The data of the sandbox: computed from the seed whenever it is asked for, never stored.

pub(crate) mod failures;
pub(crate) mod identifiers;
pub(crate) mod job_list;
pub(crate) mod job_times;
pub(crate) mod jobs;
pub(crate) mod page;
pub(crate) mod policies;
pub(crate) mod seed;
pub(crate) mod statuses;
