//! Runs every case of `tests/auth_cases`: an environment, files of clouds, the traffic that must follow, the outcome.
//!
//! A case is a directory of:
//!
//! | | |
//! |---|---|
//! | `env` | variables, one a line; may be missing |
//! | `files` | the directories `work`, `user` and `site` that are searched, each with its files; may be missing |
//! | `traffic` | the calls that are made, and for each the requests it must make, with the answers given |
//! | `expect` | what came of each call |
//!
//! `$(name)` in any of them but the last stands for a secret that is planted there. The outcome shows where one arrived as
//! `[name]`, and none may be in anything that is printed: the runner looks for them in every `Debug`, `Display`, error
//! chain and file name.
//!
//! The cases are played by the test of all secrets of this repository too, with TRACE on and a search that goes deeper.
//!
//! `OTC_AUTH_CASES=write cargo test -p otc-auth --test cases` writes the outcomes, to be read before they are committed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod play;
mod secrets;
mod traffic;
mod transport;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use play::{Play, Played};
use traffic::Step;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/auth_cases");
const PARTS: [&str; 4] = ["env", "expect", "files", "traffic"];

#[tokio::test]
async fn every_case_ends_as_expected() {
    let write = std::env::var_os("OTC_AUTH_CASES").is_some_and(|mode| mode == "write");
    let cases = directories(Path::new(CASES));
    assert!(cases.len() >= 25, "there are {} cases", cases.len());
    let mut failures = Vec::new();
    for case in &cases {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        if let Err(problem) = run(case, write).await {
            failures.push(format!("--- {name}\n{problem}"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

async fn run(case: &Path, write: bool) -> Result<(), String> {
    understood(case)?;
    let steps = Step::read(&case.join("traffic"))?;
    let Played { outcome, printed } = Play::new(case)?.run(&steps).await?;
    let leaked = printed
        .iter()
        .find_map(|text| Some((secrets::planted_in(text)?, text)));
    if let Some((name, text)) = leaked {
        return Err(format!("the secret {name} is printed: {text}"));
    }
    let path = case.join("expect");
    if write {
        std::fs::write(&path, &outcome).unwrap();
        return Ok(());
    }
    let expected = std::fs::read_to_string(&path).map_err(|error| format!("expect: {error}"))?;
    if let Some(name) = secrets::planted_in(&expected) {
        return Err(format!("expect holds the secret {name}"));
    }
    if outcome == expected {
        return Ok(());
    }
    Err(format!("expected:\n{expected}\ngot:\n{outcome}"))
}

/// A case with a part that nobody reads would pass and hold nothing.
fn understood(case: &Path) -> Result<(), String> {
    let parts = names(case);
    let unknown: Vec<_> = parts
        .iter()
        .filter(|name| !PARTS.contains(&name.as_str()))
        .collect();
    if !unknown.is_empty() {
        return Err(format!(
            "it has {unknown:?}, which is no part of a case: those are {PARTS:?}"
        ));
    }
    let files = case.join("files");
    let known = ["site", "user", "work"];
    let unknown: Vec<_> = names(&files)
        .into_iter()
        .filter(|name| !known.contains(&name.as_str()))
        .collect();
    if !unknown.is_empty() {
        return Err(format!(
            "files has {unknown:?}, which is not searched: {known:?} are"
        ));
    }
    Ok(())
}

fn names(directory: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn directories(of: &Path) -> Vec<PathBuf> {
    names(of).into_iter().map(|name| of.join(name)).collect()
}

#[tokio::test]
async fn the_runner_refuses_what_it_does_not_understand() {
    let refused = async |files: &[(&str, &str)]| {
        let case = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = case.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        run(case.path(), false).await.unwrap_err()
    };
    let env = (
        "env",
        "OS_TOKEN=$(token)\nOS_PROJECT_ID=p1\nOS_REGION_NAME=eu-de\n",
    );
    let calls = "- call: project_id\n";
    let expect = ("expect", "config: token, region eu-de\nproject_id: p1\n");

    assert!(
        refused(&[env, ("traffic", calls), expect, ("note", "")])
            .await
            .contains("note")
    );
    assert!(
        refused(&[env, ("traffic", calls), expect, ("files/home/x", "")])
            .await
            .contains("home")
    );
    assert!(
        refused(&[env, ("traffic", "- cal: project_id\n"), expect])
            .await
            .contains("traffic")
    );
    assert!(
        refused(&[env, ("traffic", "- call: dance\n"), expect])
            .await
            .contains("dance")
    );
    assert!(refused(&[env, expect]).await.contains("traffic"));
    assert!(refused(&[env, ("traffic", calls)]).await.contains("expect"));
    assert!(
        refused(&[("env", "OS_TOKEN"), ("traffic", calls), expect])
            .await
            .contains("env")
    );
    let leftover =
        "- call: project_id\n  exchange:\n  - request: GET https://h/\n    answer: {status: 200}\n";
    assert!(
        refused(&[env, ("traffic", leftover), expect])
            .await
            .contains("GET https://h/")
    );
    let silent = "- call: endpoint vbs\n";
    assert!(
        refused(&[env, ("traffic", silent), expect])
            .await
            .contains("no request was expected")
    );
    assert!(
        refused(&[env, ("traffic", calls), ("expect", "config: nothing\n")])
            .await
            .contains("got:")
    );
    let planted = format!("project_id: {}\n", secrets::plant("$(token)"));
    assert!(
        refused(&[env, ("traffic", calls), ("expect", &planted)])
            .await
            .contains("secret")
    );
}
