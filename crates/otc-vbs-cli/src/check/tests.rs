//! Tests of the whole check.

mod days;
mod quotas;
mod reading;
mod scenarios;
mod support;
