//! What carries requests: the HTTP library, and one layer for each thing that happens to every request.

mod http;
mod token;

pub(crate) use self::http::{HttpSettings, HttpTransport};
pub(crate) use self::token::TokenTransport;
