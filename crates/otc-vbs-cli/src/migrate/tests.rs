//! Tests of the plan.

#![allow(clippy::unwrap_used, clippy::panic)]

mod formats;
mod limits;
mod model;
mod rules;
mod steps;
mod support;
