//! The data that are seeded: computed whenever they are asked for, never stored. And what identifiers and draws follow
//! from.

pub(crate) mod failures;
pub(crate) mod identifiers;
pub(crate) mod job_list;
pub(crate) mod job_times;
pub(crate) mod jobs;
pub(crate) mod page;
pub(crate) mod seed;
pub(crate) mod statuses;
