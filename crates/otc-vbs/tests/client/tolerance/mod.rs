//! Responses that are not as documented: every usable value is returned.

mod backup_jobs;
mod bodies;
mod odd_values;
