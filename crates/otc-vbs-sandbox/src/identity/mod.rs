//! Authentication of callers: accounts, tokens, passcodes and signatures. Nothing here knows HTTP.

pub(crate) mod accounts;
pub(crate) mod signature;
pub(crate) mod tokens;
pub(crate) mod totp;
