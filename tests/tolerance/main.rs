//! What the service may send beyond what the reference documents, without anybody being woken.

#![allow(clippy::unwrap_used, missing_docs)]

mod backup_jobs;
mod odd_pages;
mod schemas;
