//! `cargo xtask public-api`: which crates' types the public API of the libraries shows.
//!
//! A type of a dependency in a public signature makes the next major version of that dependency a major version of ours.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use regex::Regex;

use crate::workspace;

/// Fail if a library shows a type of a dependency that is not a standard of the ecosystem
#[derive(clap::Args)]
pub(crate) struct Args {}

/// The libraries, each with the items that are not checked: services do not see the wire client and its adapter.
const CHECKED: [(&str, &str); 4] = [
    ("otc-http", "$^"),
    ("otc-auth", "$^"),
    ("otc-vbs-api", r"\botc_vbs_api::(Client|RecordedCall)\b"),
    ("otc-vbs", "$^"),
];
/// The standard library, our own crates, and the standards of the ecosystem.
const ALLOWED: [&str; 14] = [
    "alloc",
    "bytes",
    "core",
    "futures_core",
    "http",
    "jiff",
    "otc_auth",
    "otc_http",
    "otc_vbs",
    "otc_vbs_api",
    "serde",
    "serde_core",
    "std",
    "url",
];

pub(crate) fn run(_: &Args) -> Result<ExitCode> {
    // The crate at the beginning of a path such as `url::Url`.
    let crate_name = Regex::new(r"(?:^|[^:\w])([a-z_][a-z0-9_]*)::")?;
    let mut findings = BTreeSet::new();
    let mut count = 0;
    for (package, unchecked) in CHECKED {
        let unchecked = Regex::new(unchecked)?;
        for item in items(package)?.iter().filter(|item| !unchecked.is_match(item)) {
            count += 1;
            let shown = crate_name.captures_iter(item).map(|path| path[1].to_owned());
            findings.extend(
                shown.filter(|name| !ALLOWED.contains(&name.as_str())).map(|name| format!("{name}: {item}")),
            );
        }
    }
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("{count} public items show types of {} only.", ALLOWED.join(", "));
    } else {
        eprintln!("error: {} public items show a type of a dependency", findings.len());
    }
    Ok(workspace::exit_code(findings.is_empty()))
}

/// The public items of a library, as in `pub fn otc_vbs::Client::endpoint(&self) -> &url::Url`.
fn items(package: &str) -> Result<Vec<String>> {
    let target = workspace::path("target");
    let rustdoc = ["rustdoc", "--quiet", "--lib", "--package", package, "--target-dir"];
    let json = [&target.display().to_string(), "--", "-Zunstable-options", "--output-format=json"];
    // rustdoc's JSON is unstable. public-api refuses a version that it does not know.
    let built = workspace::cargo_with(&[&rustdoc[..], &json[..]].concat(), &[("RUSTC_BOOTSTRAP", "1")])?;
    ensure!(built, "rustdoc failed for {package}");
    let file = target.join("doc").join(package.replace('-', "_")).with_extension("json");
    let api = public_api::Builder::from_rustdoc_json(&file)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()
        .with_context(|| format!("can't read {}", file.display()))?;
    Ok(api.items().map(ToString::to_string).collect())
}
