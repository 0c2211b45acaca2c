//! What happens to every request on its way to its handler.

pub(super) mod authorize;
pub(super) mod check_host;
pub(super) mod inject;
pub(super) mod persist;
pub(super) mod record;
