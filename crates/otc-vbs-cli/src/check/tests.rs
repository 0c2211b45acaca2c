//! Tests of the whole check.

mod quotas;
mod reading;
mod scenarios;
mod support;
