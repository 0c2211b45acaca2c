//! `vbs sandbox`: a sandbox for others to connect to.

use std::io::Write as _;

use otc_vbs_sandbox::Sandbox;

use crate::args::{InProcessSandbox, SandboxServer};
use crate::connect::VARIABLES;
use crate::diagnostics;
use crate::exit::Failure;

/// Runs the sandbox until the process is told to end.
pub(crate) async fn serve(
    in_process: &InProcessSandbox,
    arguments: SandboxServer,
) -> Result<(), Failure> {
    if in_process.enabled || in_process.jobs.is_some() {
        return Err(Failure::usage(
            "`vbs sandbox` is a sandbox already; leave --sandbox out, and write --jobs for --sandbox-jobs",
        ));
    }
    // Before the sandbox says that it is ready, so that no signal comes too early.
    let told_to_end = end::signals()?;
    let seed = arguments.seed;
    let print_env = arguments.print_env;
    let sandbox = start(arguments).await?;
    diagnostics::sandbox(&format!(
        "this is not the cloud; the data are made up (seed {seed}). Ctrl-C ends it"
    ));

    let announcement = match print_env {
        true => environment(&sandbox),
        false => ready(&sandbox),
    };
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(announcement.as_bytes())?;
    stdout.flush()?;
    drop(stdout);

    told_to_end.wait().await;
    Ok(sandbox.shutdown().await?)
}

async fn start(arguments: SandboxServer) -> Result<Sandbox, Failure> {
    let listen = arguments.listen;
    let mut builder = Sandbox::builder()
        .seed(arguments.seed)
        .bind(listen)
        .allow_remote(arguments.allow_remote);
    if let Some(jobs) = arguments.jobs {
        builder = builder.jobs(jobs);
    }
    if let Some(policies) = arguments.policies {
        builder = builder.policies(policies);
    }
    if let Some(disks) = arguments.disks {
        builder = builder.disks(disks);
    }
    builder.start().await.map_err(|error| match error {
        otc_vbs_sandbox::Error::NotLoopback(_) => Failure::Usage {
            problem: format!(
                "other machines can reach {listen}, and everybody knows the sandbox's credentials"
            ),
            hint: Some("listen on 127.0.0.1, or allow it with --allow-remote".to_owned()),
        },
        error => Failure::Sandbox(error),
    })
}

fn ready(sandbox: &Sandbox) -> String {
    format!(
        "ready: service {}, identity {}, project {}, {} jobs\n",
        sandbox.endpoint(),
        sandbox.identity_endpoint(),
        sandbox.project_id(),
        sandbox.job_count()
    )
}

/// None of the values has a character that a shell would read as anything but itself.
fn environment(sandbox: &Sandbox) -> String {
    let values = [
        sandbox.endpoint().to_string(),
        sandbox.project_id().to_owned(),
        sandbox.token().to_owned(),
    ];
    let lines = VARIABLES.iter().zip(values);
    lines
        .map(|(name, value)| format!("export {name}={value}\n"))
        .collect()
}

#[cfg(unix)]
mod end {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use crate::exit::Failure;

    pub(super) struct ToldToEnd(Signal, Signal);

    pub(super) fn signals() -> Result<ToldToEnd, Failure> {
        let on = |kind| signal(kind).map_err(Failure::Runtime);
        Ok(ToldToEnd(
            on(SignalKind::interrupt())?,
            on(SignalKind::terminate())?,
        ))
    }

    impl ToldToEnd {
        pub(super) async fn wait(mut self) {
            let interrupt = std::pin::pin!(self.0.recv());
            let terminate = std::pin::pin!(self.1.recv());
            futures_util::future::select(interrupt, terminate).await;
        }
    }
}

#[cfg(not(unix))]
mod end {
    use crate::exit::Failure;

    pub(super) struct ToldToEnd;

    pub(super) fn signals() -> Result<ToldToEnd, Failure> {
        Ok(ToldToEnd)
    }

    impl ToldToEnd {
        pub(super) async fn wait(self) {
            // Where Ctrl-C can't be listened to, it ends the process by itself.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}
