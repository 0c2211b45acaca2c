//! Decodes the schemas and examples of the document.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod examples;
mod json_schemas;
mod variations;
