//! Prints a line for each request: the events of the target `otc_http` at level DEBUG. They contain no secrets.

use std::error::Error;

use otc_vbs::Client;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let targets =
        Targets::new().with_target("otc_http", LevelFilter::DEBUG).with_target("otc_vbs", LevelFilter::WARN);
    tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer().with_ansi(false))
        .with(targets)
        .init();

    let vbs = Client::from_env().await?;
    vbs.policies().list().send().await?;
    Ok(())
}
