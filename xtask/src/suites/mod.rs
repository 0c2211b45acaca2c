//! `cargo xtask test SUITE`: the tests that need other people's tools, or more time than `cargo test --workspace` has.
//!
//! Each suite installs its tools below `target/`, starts a sandbox if it needs one, and runs what is in `tests/SUITE`.

mod docs_page;
mod interop;
mod prism;
mod sandbox;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use self::sandbox::Sandbox;
use crate::{tools, workspace};

/// Run a suite of tests with other people's tools. Installs the tools on first use
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    suite: Suite,
}

#[derive(clap::Subcommand)]
enum Suite {
    /// Query the Parquet files of an archive with DuckDB and DataFusion
    Archive,
    DocsPage(docs_page::Args),
    /// Run the cloud's own Go SDK against the sandbox
    GoSdk {
        /// Arguments for `go test`, such as `-v` or `-run Tags`
        #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
        arguments: Vec<String>,
    },
    Interop(interop::Args),
    /// Send many requests to one sandbox, and fail if one is not answered or memory leaks
    Load {
        /// The number of requests
        #[arg(default_value_t = 100_000)]
        requests: u64,
    },
    /// Create, list, restore and delete backups in the sandbox with the OpenStack command line
    OpenstackClient,
    /// Serve openapi/vbs.yaml with Prism, and check each request of tests/requests with it
    Prism,
    /// Send generated requests to the sandbox, and compare the responses with the document
    Schemathesis {
        /// Arguments for `schemathesis run`
        #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
        arguments: Vec<String>,
    },
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    match &args.suite {
        Suite::Archive => archive(),
        Suite::DocsPage(args) => docs_page::run(args),
        Suite::GoSdk { arguments } => go_sdk(arguments),
        Suite::Interop(args) => interop::run(args),
        Suite::Load { requests } => load(*requests),
        Suite::OpenstackClient => openstack_client(),
        Suite::Prism => prism::run(),
        Suite::Schemathesis { arguments } => schemathesis(arguments),
    }
}

fn archive() -> Result<ExitCode> {
    let python =
        tools::python("tests/archive/requirements.txt", "target/archive/venv")?.display().to_string();
    let test = "test --package otc-vbs-cli --features parquet --test command -- --ignored duckdb";
    let test: Vec<&str> = test.split(' ').collect();
    Ok(workspace::exit_code(workspace::cargo_with(&test, &[("VBS_ARCHIVE_PYTHON", &python)])?))
}

fn go_sdk(arguments: &[String]) -> Result<ExitCode> {
    let scratch = scratch("go-sdk")?;
    let clouds = scratch.join("clouds.yaml").display().to_string();
    let go = |arguments: &[&str]| {
        let mut go = Command::new("go");
        go.args(arguments).current_dir(workspace::path("tests/go-sdk")).env("GOFLAGS", "-mod=readonly");
        go
    };
    // Also downloads the SDK, which may need the caller's proxy. The tests must not use it.
    tools::run_checked(&mut go(&["vet", "."]))?;
    // The SDK polls once per second, while 20 minutes of the sandbox pass, so one or two polls suffice. The clock starts on
    // a Thursday: createPolicy relies on that.
    let _sandbox = Sandbox::start(
        &sandbox::build()?,
        &["--clouds-yaml", &clouds, "--clock-rate", "1200", "--policies", "0", "--disks", "0", "--jobs", "0"],
    )?;
    let mut test = go(&["test", "-count=1"]);
    sandbox::isolate(&mut test);
    test.args(arguments).arg(".").env("OS_CLIENT_CONFIG_FILE", &clouds);
    tools::exit_code(&mut test)
}

fn load(requests: u64) -> Result<ExitCode> {
    let test = ["test", "--package", "otc-vbs-cli", "--test", "load", "--", "--nocapture"];
    Ok(workspace::exit_code(workspace::cargo_with(&test, &[("VBS_LOAD_REQUESTS", &requests.to_string())])?))
}

fn openstack_client() -> Result<ExitCode> {
    let python = tools::python("tests/openstack-client/requirements.txt", "target/openstack-client/venv")?;
    let clouds = scratch("openstack-client")?.join("clouds.yaml").display().to_string();
    // Ten minutes of the sandbox pass in a second, and no policy creates or deletes backups meanwhile. The clock starts in
    // the past, so tokens that expired by this clock would look expired to the client.
    let sandbox = Sandbox::start(
        &sandbox::build()?,
        &["--clouds-yaml", &clouds, "--clock-rate", "600", "--policies", "0", "--disks", "0", "--jobs", "0"],
    )?;
    let mut test = Command::new("bash");
    sandbox::isolate(&mut test);
    test.arg(workspace::path("tests/openstack-client/test.sh"))
        .env("PYTHON", python)
        .env("OS_CLIENT_CONFIG_FILE", &clouds)
        .env("VBS_ENDPOINT", sandbox.endpoint());
    tools::exit_code(&mut test)
}

fn schemathesis(arguments: &[String]) -> Result<ExitCode> {
    let tests = workspace::path("tests/schemathesis");
    let python = tools::python("tests/schemathesis/requirements.txt", "target/schemathesis/venv")?;
    let scratch = scratch("schemathesis")?;
    let clouds = scratch.join("clouds.yaml");
    // Enough of everything, so requests that delete leave something to later requests. The clock is frozen, so
    // every run has the same data.
    let sandbox = Sandbox::start(
        &sandbox::build()?,
        &[
            "--clouds-yaml",
            &clouds.display().to_string(),
            "--clock-rate",
            "0",
            "--seed",
            "1",
            "--policies",
            "6",
            "--disks",
            "40",
            "--jobs",
            "800",
        ],
    )?;
    let endpoint = sandbox.endpoint();
    let mut identifiers = Command::new(&python);
    identifiers.arg(tests.join("identifiers.py")).arg(endpoint).arg(&clouds).arg(&scratch);
    let project = tools::run_checked(&mut identifiers)?.stdout;
    let unsuccessful = scratch.join("unsuccessful");
    if unsuccessful.exists() {
        fs::remove_file(&unsuccessful)?;
    }
    // One worker: two are hardly faster, share what the sandbox has by chance, and meet a race in the parser of Python 3.11.
    let mut run = Command::new(python.with_file_name("schemathesis"));
    run.arg("--config-file")
        .arg(tests.join("schemathesis.toml"))
        .args([
            "run",
            "openapi/vbs.yaml",
            "--seed",
            "1",
            "--max-examples",
            "200",
            "--workers",
            "1",
            "--url",
            endpoint,
        ])
        .args(arguments)
        .env("OS_PROJECT_ID", String::from_utf8(project)?.trim())
        .current_dir(workspace::path(""));
    let code = tools::exit_code(&mut run)?;
    let unsuccessful =
        fs::read_to_string(&unsuccessful).context("schemathesis wrote no list of operations")?;
    if !unsuccessful.is_empty() {
        eprintln!(
            "error: no request of these operations succeeded, so little of them was tested:\n{unsuccessful}"
        );
        return Ok(ExitCode::FAILURE);
    }
    Ok(code)
}

/// A directory for the files of a suite.
fn scratch(suite: &str) -> Result<PathBuf> {
    let scratch = workspace::path("target").join(suite);
    fs::create_dir_all(&scratch).with_context(|| format!("can't create {}", scratch.display()))?;
    Ok(scratch)
}
