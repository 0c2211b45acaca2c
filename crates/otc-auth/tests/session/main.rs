//! Responses of the identity service, and how a session handles them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod caller;
mod given_token;
mod hints;
mod long_names;
mod odd_answers;
mod retries;
