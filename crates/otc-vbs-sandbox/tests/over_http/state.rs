//! The state that is kept in a file.

use std::time::Duration;

use otc_vbs_sandbox::{Error, Sandbox};

use crate::caller::Caller;

#[tokio::test]
async fn sandbox_continues_where_it_was_stopped() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let first = Caller::of(Sandbox::builder().seed(9).state(&file)).await;
    first.sandbox.advance(Duration::from_secs(20 * 3600)).unwrap();
    first.sandbox.trigger(&first.policy(0)).unwrap();
    first.sandbox.advance(Duration::from_secs(120)).unwrap();
    let (now, jobs) = (first.sandbox.now(), first.all("").await);
    first.sandbox.shutdown().await.unwrap();

    // The seed and the numbers are those of the file.
    let second = Caller::of(Sandbox::builder().seed(1).jobs(5).state(&file)).await;
    assert_eq!(second.sandbox.seed(), 9);
    assert_eq!(second.sandbox.now(), now);
    assert_eq!(second.all("").await, jobs);
    // Jobs in progress continue.
    assert!(jobs.iter().any(|job| job["status"] == "RUNNING"), "{jobs:?}");
    second.sandbox.advance(Duration::from_secs(23 * 3600)).unwrap();
    let later = second.all("").await;
    let id = &jobs.iter().find(|job| job["status"] == "RUNNING").unwrap()["job_id"];
    let job = later.iter().find(|job| job["job_id"] == *id).unwrap();
    assert_ne!(job["status"], "RUNNING");
}

#[tokio::test]
async fn state_file_is_used_by_one_sandbox_only() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let first = Sandbox::builder().state(&file).start().await.unwrap();
    let second = Sandbox::builder().state(&file).start().await;
    assert!(matches!(second, Err(Error::StateInUse(path)) if path == file));
    first.shutdown().await.unwrap();
    let third = Sandbox::builder().state(&file).start().await;
    assert!(third.is_ok());
}

#[tokio::test]
async fn foreign_file_is_unchanged() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let whole = {
        let sandbox = Sandbox::builder().state(&file).start().await.unwrap();
        sandbox.shutdown().await.unwrap();
        std::fs::read_to_string(&file).unwrap()
    };
    let cut = &whole[..whole.len() / 2];
    let newer = whole.replace("\"format\":3", "\"format\":4");
    let moved = whole.replacen("\"number\":0", "\"number\":1", 1);
    for text in ["", "[]", "{\"format\":3}", cut, &newer, &moved] {
        std::fs::write(&file, text).unwrap();
        let refused = Sandbox::builder().state(&file).start().await.unwrap_err();
        assert!(matches!(refused, Error::State { .. }), "{refused}");
        assert!(refused.to_string().contains("It was not changed"), "{refused}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
}

#[tokio::test]
async fn unwritable_file_is_refused_at_start() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("none/state.json");
    let refused = Sandbox::builder().state(&file).start().await.unwrap_err();
    assert!(matches!(refused, Error::StateFile { .. }), "{refused}");
}

#[tokio::test]
async fn clock_change_is_saved_before_the_response() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let caller = Caller::of(Sandbox::builder().state(&file)).await;
    let body = serde_json::json!({ "advance": "P1D" });
    let request = caller.http.post(caller.url("admin/clock")).json(&body);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.contains("2026-01-16T06:00:00"), "{kept}");
}

/// Starts a sandbox with a state file in a directory that has another file already. Returns the error.
async fn refusal_next_to(name: &str, content: &str) -> Error {
    let directory = tempfile::tempdir().unwrap();
    let foreign = directory.path().join(name);
    std::fs::write(&foreign, content).unwrap();
    let refused = Sandbox::builder().state(directory.path().join("Cargo")).start().await;
    assert_eq!(std::fs::read_to_string(&foreign).unwrap(), content);
    let refused = refused.unwrap_err();
    assert!(matches!(&refused, Error::ForeignFile(path) if *path == foreign), "{refused}");
    refused
}

#[tokio::test]
async fn foreign_files_next_to_the_state_file_are_unchanged() {
    for content in ["version = 4\n", "{\"about\":\"something else\"}"] {
        let refused = refusal_next_to("Cargo.lock", content).await;
        assert!(refused.to_string().contains("Cargo.lock"), "{refused}");
        refusal_next_to("Cargo.new", content).await;
    }
}

#[tokio::test]
async fn files_of_a_sandbox_that_was_killed_are_reused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    Sandbox::builder().state(&file).start().await.unwrap().shutdown().await.unwrap();
    let state = std::fs::read_to_string(&file).unwrap();
    let new = directory.path().join("state.json.new");
    for incomplete in ["", &state[..9], &state[..state.len() / 2], &state] {
        std::fs::write(&new, incomplete).unwrap();
        let sandbox = Sandbox::builder().state(&file).start().await.unwrap();
        sandbox.shutdown().await.unwrap();
        assert!(!new.exists());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn links_and_special_files_are_refused() {
    use std::os::unix::fs::symlink;

    for name in ["state.json", "state.json.lock", "state.json.new"] {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("target");
        std::fs::write(&target, "precious").unwrap();
        let path = directory.path().join(name);
        symlink(&target, &path).unwrap();
        let file = directory.path().join("state.json");
        let refused = Sandbox::builder().state(&file).start().await.unwrap_err();
        assert!(matches!(&refused, Error::NotRegularFile(refused) if *refused == path), "{refused}");
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "precious");

        std::fs::remove_file(&path).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let refused = Sandbox::builder().state(&file).start().await.unwrap_err();
        assert!(matches!(&refused, Error::NotRegularFile(refused) if *refused == path), "{refused}");
    }
}
