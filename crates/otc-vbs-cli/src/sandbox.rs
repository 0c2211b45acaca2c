//! `vbs sandbox`: a sandbox for others to connect to.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::Timestamp;
use otc_vbs_sandbox::{Fault, Sandbox};

use crate::cli::Global;
use crate::connect::{DEFAULT_SEED, ENDPOINT, PROJECT_ID, TOKEN};
use crate::diagnostics;
use crate::exit::Failure;
use crate::values::{address, clock_rate, count, days, project_count, rate, timestamp};
use crate::words::text::shell_word;

/// Run a sandbox of the service until Ctrl-C: real HTTP, made-up data, no cloud.
///
/// Its clock starts at the real time and keeps running, unless --clock and --clock-rate change that. A second Ctrl-C ends
/// it at once.
///
/// Once it accepts connections, it prints a line with its URLs to standard output or, with --print-env, the
/// environment variables that make `vbs tasks` use it.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The number of backup jobs of each project, for example 1_000_000 [default: all that the schedules give].
    ///
    /// They take no memory. There are as many disks as they need, unless --disks sets the number.
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) jobs: Option<u64>,

    /// The number of projects, 2 to 100, in the regions eu-de and eu-nl. In every fifth, the user may only read.
    #[arg(long, value_name = "N", value_parser = project_count, allow_negative_numbers = true)]
    pub(crate) projects: Option<u8>,

    /// The number of policies of each project.
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) policies: Option<u64>,

    /// The number of disks that are associated with policies [default: 7, or as many as --jobs needs].
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) disks: Option<u64>,

    /// The number of days that the backup jobs go back, 1 to 365. The service lists the last 30.
    #[arg(long, value_name = "N", value_parser = days, allow_negative_numbers = true)]
    pub(crate) days: Option<u16>,

    /// The seed of the data. The same seed and clock produce the same data.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED, value_parser = count, allow_negative_numbers = true)]
    pub(crate) seed: u64,

    /// The time at which the sandbox clock starts [default: the real time].
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    pub(crate) clock: Option<Timestamp>,

    /// Speed of the sandbox clock relative to real time; 0 freezes it until `POST /admin/clock`.
    ///
    /// Tokens expire after 24 hours of real time, whatever this clock shows.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clock_rate, allow_negative_numbers = true)]
    pub(crate) clock_rate: u32,

    /// Inject a fault, for example `GET /v2/*/backuppolicy: 503-html; times=2`. Can be repeated.
    ///
    /// `GET /admin` of the sandbox lists the faults. The README of otc-vbs-sandbox explains their notation.
    #[arg(long, value_name = "FAULT")]
    pub(crate) fault: Vec<Fault>,

    /// Inject faults into this share of the requests, for example 0.05. The seed decides which faults and where.
    #[arg(long, value_name = "RATE", value_parser = rate, allow_negative_numbers = true)]
    pub(crate) fault_rate: Option<f64>,

    /// The address to listen on. Port 0 is any free port.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0", value_parser = address)]
    pub(crate) listen: SocketAddr,

    /// Allow an address that other machines can reach. The sandbox's credentials are public.
    #[arg(long)]
    pub(crate) allow_remote: bool,

    /// Compress responses for clients that accept gzip.
    #[arg(long)]
    pub(crate) gzip: bool,

    /// Keep the state in this JSON file, and continue from it if it exists, with its seed, numbers and time.
    ///
    /// A change is confirmed once it is in the file. The file stays complete however the sandbox ends. FILE.lock and FILE.new
    /// are used too, but never overwritten if something else wrote them.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,

    /// Print shell commands that set the variables with which `vbs tasks` uses this sandbox.
    ///
    /// By default, they set the OS_* variables of OpenStack for a sign-in with a password, which `openstack` reads too. With
    /// `--print-env=token`, they set the endpoint, the project and a token, which need no sign-in.
    #[arg(
        long,
        value_enum,
        value_name = "CREDENTIALS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "password"
    )]
    pub(crate) print_env: Option<Credentials>,

    /// Log every request to standard error, like RUST_LOG=otc_vbs_sandbox::access=info.
    #[arg(long)]
    pub(crate) access_log: bool,

    /// Write a clouds.yaml with a cloud for each kind of credentials, and print how to use it.
    ///
    /// Only a file that a sandbox wrote is overwritten, unless --force is given.
    #[arg(long, value_name = "FILE")]
    pub(crate) clouds_yaml: Option<PathBuf>,

    /// Allow --clouds-yaml to overwrite any file.
    #[arg(long, requires = "clouds_yaml")]
    pub(crate) force: bool,
}

/// Which credentials `--print-env` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Credentials {
    /// A user with a password.
    Password,
    /// A token.
    Token,
}

/// Runs the sandbox until a signal ends it.
pub(crate) async fn run(global: &Global, arguments: Args) -> Result<(), Failure> {
    if global.sandbox.enabled || global.sandbox.jobs.is_some() {
        return Err(Failure::usage(
            "`vbs sandbox` is a sandbox already; leave --sandbox out, and write --jobs for --sandbox-jobs",
        ));
    }
    if let Some(option) = global.connection.given().next() {
        return Err(Failure::Usage {
            problem: format!("{option} does not apply to `vbs sandbox`, which connects to nothing"),
            hint: Some("leave it out".to_owned()),
        });
    }
    // Before the start, so that a signal ends the process in any state.
    let told_to_end = end::signals()?;
    let print_env = arguments.print_env;
    let clouds_yaml = arguments.clouds_yaml.clone();
    let force = arguments.force;
    let sandbox = start(arguments).await?;
    let usage = match &clouds_yaml {
        Some(path) => Some(write_clouds_yaml(&sandbox, path, force)?),
        None => None,
    };
    diagnostics::sandbox(&format!(
        "this is not the cloud; the data are made up (seed {}). Ctrl-C ends it",
        sandbox.seed()
    ));
    diagnostics::note(&format!(
        "{}docs is the API reference, to be read and tried in a browser",
        sandbox.endpoint()
    ));
    if let Some(usage) = usage {
        diagnostics::note(&usage);
    }

    let announcement = match print_env {
        Some(Credentials::Password) => environment(&password_login(&sandbox)),
        Some(Credentials::Token) => environment(&token(&sandbox)),
        None => ready(&sandbox),
    };
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(announcement.as_bytes())?;
    stdout.flush()?;
    drop(stdout);

    told_to_end.wait().await;
    Ok(sandbox.shutdown().await?)
}

async fn start(arguments: Args) -> Result<Sandbox, Failure> {
    let listen = arguments.listen;
    let mut builder = Sandbox::builder()
        .seed(arguments.seed)
        .bind(listen)
        .allow_remote(arguments.allow_remote)
        .gzip(arguments.gzip)
        .clock(arguments.clock.unwrap_or_else(Timestamp::now))
        .clock_rate(arguments.clock_rate)
        // Clients in other processes compare the expiry of a token with the real time.
        .real_time_tokens(true)
        .fault_rate(arguments.fault_rate.unwrap_or_default());
    if let Some(days) = arguments.days {
        builder = builder.days(days);
    }
    for fault in arguments.fault {
        builder = builder.fault(fault);
    }
    if let Some(jobs) = arguments.jobs {
        builder = builder.jobs(jobs);
    }
    if let Some(projects) = arguments.projects {
        builder = builder.projects(projects);
    }
    if let Some(policies) = arguments.policies {
        builder = builder.policies(policies);
    }
    if let Some(disks) = arguments.disks {
        builder = builder.disks(disks);
    }
    if let Some(file) = arguments.state {
        builder = builder.state(file);
    }
    builder.start().await.map_err(|error| match error {
        otc_vbs_sandbox::Error::NotLoopback(_) => Failure::Usage {
            problem: format!(
                "other machines can reach {listen}, and the credentials of the sandbox are public"
            ),
            hint: Some("listen on 127.0.0.1, or allow it with --allow-remote".to_owned()),
        },
        error => Failure::Sandbox(error),
    })
}

/// Returns how to use the file.
fn write_clouds_yaml(sandbox: &Sandbox, path: &Path, force: bool) -> Result<String, Failure> {
    let written = match force {
        true => sandbox.replace_clouds_yaml(path),
        false => sandbox.write_clouds_yaml(path),
    };
    written.map_err(|error| match error {
        otc_vbs_sandbox::Error::ForeignCloudsYaml(path) => Failure::Usage {
            problem: format!("{} exists and was not written by a sandbox", path.display()),
            hint: Some("choose another file, or overwrite it with --force".to_owned()),
        },
        error => Failure::Sandbox(error),
    })?;
    // The other shell may be in another directory.
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let path = shell_word(&path.display().to_string());
    Ok(format!("in another shell: OS_CLIENT_CONFIG_FILE={path} OS_CLOUD=sandbox-password vbs tasks"))
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

/// The address as the clients of most languages expect it, which append a path that begins with a slash.
fn without_slash(address: &str) -> String {
    address.trim_end_matches('/').to_owned()
}

/// The endpoint is also in the catalog; it is set in case the other shell has that of a cloud.
fn password_login(sandbox: &Sandbox) -> Vec<(&'static str, String)> {
    vec![
        (ENDPOINT, without_slash(sandbox.endpoint().as_str())),
        ("OS_AUTH_URL", sandbox.identity_endpoint().to_string()),
        ("OS_IDENTITY_API_VERSION", "3".to_owned()),
        ("OS_REGION_NAME", sandbox.region().to_owned()),
        ("OS_USERNAME", sandbox.user().to_owned()),
        ("OS_PASSWORD", sandbox.password().to_owned()),
        ("OS_USER_DOMAIN_NAME", sandbox.domain().to_owned()),
        ("OS_PROJECT_NAME", sandbox.project().to_owned()),
        ("OS_PROJECT_DOMAIN_NAME", sandbox.domain().to_owned()),
    ]
}

fn token(sandbox: &Sandbox) -> Vec<(&'static str, String)> {
    vec![
        (ENDPOINT, without_slash(sandbox.endpoint().as_str())),
        (PROJECT_ID, sandbox.project_id().to_owned()),
        (TOKEN, sandbox.token().to_owned()),
    ]
}

/// None of the values has a character that a shell would read as anything but itself.
fn environment(variables: &[(&str, String)]) -> String {
    let lines = variables.iter();
    lines.map(|(name, value)| format!("export {name}={value}\n")).collect()
}

#[cfg(unix)]
mod end {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use crate::exit::Failure;

    pub(super) struct Signals(Signal, Signal);

    /// The first signal ends the sandbox. The second one ends the process, even if the runtime is blocked.
    pub(super) fn signals() -> Result<Signals, Failure> {
        let is_second = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // The order matters: the handlers run in the order in which they are registered.
            flag::register_conditional_default(signal, Arc::clone(&is_second)).map_err(Failure::Runtime)?;
            flag::register(signal, Arc::clone(&is_second)).map_err(Failure::Runtime)?;
        }
        let on = |kind| signal(kind).map_err(Failure::Runtime);
        Ok(Signals(on(SignalKind::interrupt())?, on(SignalKind::terminate())?))
    }

    impl Signals {
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

    pub(super) struct Signals;

    pub(super) fn signals() -> Result<Signals, Failure> {
        Ok(Signals)
    }

    impl Signals {
        pub(super) async fn wait(self) {
            // If Ctrl-C can't be caught, it ends the process.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}
