//! Cases: variables, files and settings, the requests that must follow, and the outcome. Each is a test of its own:
//!
//! ```text
//! cargo test -p otc-auth --test auth_cases            # all
//! cargo test -p otc-auth --test auth_cases clouds::   # those of clouds.yaml
//! ```
//!
//! There is a YAML file per theme, and `shared.yaml` with what several cases have in common. A case is:
//!
//! | key | |
//! |---|---|
//! | `features` | the features of otc-auth that it needs; it is ignored without them |
//! | `env` | environment variables; `like: NAME` starts with those of `shared.yaml` |
//! | `files` | configuration files in `work`, `user` and `site`, the directories that are searched |
//! | `config` | what is set on the builder, see [`Settings`](case::Settings) |
//! | `steps` | calls in order, each with the requests that it must send and their answers |
//! | `expect` | the outcome, a line per fact; a line that begins with two spaces continues the one before |
//!
//! `$(name)` plants a secret anywhere except in `expect`, where `[name]` stands for it. A case fails if a
//! secret is in anything that is printed: every `Debug`, `Display`, error chain, URL, file name, and what `tracing` logs
//! at level TRACE. `[case]` is the directory of the files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod case;
mod file;
mod runner;
mod secrets;
mod self_check;

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use otc_vbs_testing::{Canaries, CapturedOutput, TraceRecorder};

use case::Case;
use runner::Outcome;

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/auth_cases");
/// The number of cases in all files, so that none is lost unnoticed.
const TOTAL: usize = 117;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cases = match file::load(Path::new(DIRECTORY), TOTAL) {
        Ok(cases) => cases,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = self_check::trials(&cases);
    trials.extend(cases.into_iter().map(|case| {
        let is_ignored = !can_run(&case);
        Trial::test(case.name.clone(), move || check(&case)).with_ignored_flag(is_ignored)
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Whether the features that the case needs are enabled.
fn can_run(case: &Case) -> bool {
    case.features.iter().all(|feature| match feature.as_str() {
        "aksk" => cfg!(feature = "aksk"),
        "clouds-yaml" => cfg!(feature = "clouds-yaml"),
        "token-cache" => cfg!(all(feature = "token-cache", unix)),
        // `file` refuses others.
        _ => unreachable!("{feature}"),
    })
}

/// Runs a case. The error says how it differs from what is expected.
fn check(case: &Case) -> Result<(), Failed> {
    let (_, log, _guard) = TraceRecorder::listen();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let Outcome { expected, actual, printed } = runtime.block_on(case.run())?;
    if expected != actual {
        return Err(difference(&expected, &actual).into());
    }
    let log = log.read();
    // A search for secrets in an empty log would prove nothing. Every request is logged.
    if case.steps.iter().any(|step| !step.exchanges.is_empty()) && log.is_empty() {
        return Err("the case sends requests, but nothing is logged".into());
    }
    let mut output = CapturedOutput::default();
    printed.into_iter().for_each(|text| output.text("printed", text));
    output.text("the log", log);
    let mut canaries = Canaries::default();
    canaries.add("a secret of the case", secrets::BEFORE.as_bytes());
    match output.leaks(&canaries) {
        leaks if leaks.is_empty() => Ok(()),
        leaks => Err(leaks.join("\n").into()),
    }
}

fn difference(expected: &str, actual: &str) -> String {
    let difference = similar::TextDiff::from_lines(expected, actual);
    let lines = difference.unified_diff().context_radius(100).header("expected", "actual").to_string();
    format!("the outcome differs\n{lines}")
}
