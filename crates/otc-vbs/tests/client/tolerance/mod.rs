//! Responses that are not as documented, of which every usable value arrives.

mod backup_jobs;
mod bodies;
mod odd_values;
