//! The layers that every request passes through.

pub(super) mod authorize;
pub(super) mod check_host;
pub(super) mod inject;
pub(super) mod persist;
pub(super) mod record;
