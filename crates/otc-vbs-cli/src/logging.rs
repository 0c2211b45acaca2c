//! What `vbs sandbox` logs: on standard error, and only where it was asked to.

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use tracing_subscriber::{Layer as _, fmt, registry};

use crate::exit::Failure;

const VARIABLE: &str = "RUST_LOG";
/// One event for each request.
const ACCESS: &str = "otc_vbs_sandbox::access";

/// Begins to log what RUST_LOG says, and the requests where `access` does.
pub(crate) fn start(access: bool) -> Result<(), Failure> {
    let mut targets = match std::env::var(VARIABLE) {
        Ok(text) if !text.is_empty() => text
            .parse::<Targets>()
            .map_err(|error| Failure::usage(format!("{VARIABLE} does not say what to log: {error}")))?,
        _ => Targets::new(),
    };
    if access {
        targets = targets.with_target(ACCESS, Level::INFO);
    }
    let lines = fmt::layer().with_writer(std::io::stderr);
    let started = registry().with(lines.with_filter(targets)).try_init();
    started.map_err(|error: TryInitError| Failure::Runtime(std::io::Error::other(error)))
}
