//! What the schemas and examples of the document decode to.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod examples;
mod json_schemas;
mod variations;
