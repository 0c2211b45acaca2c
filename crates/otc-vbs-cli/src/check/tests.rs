//! Tests of the whole check.

mod days;
mod quotas;
mod reading;
mod scenarios;
pub(crate) mod support;
