//! Runs every example against the sandbox.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;
use std::process::{Command, Output};

use otc_vbs_sandbox::Sandbox;

/// The executable of an example, which cargo builds next to this test.
fn executable(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let directory = test.parent().unwrap().parent().unwrap().join("examples");
    let executable = directory.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        executable.exists(),
        "{executable:?} is missing; cargo builds it if all targets are tested: `cargo test --package otc-vbs`"
    );
    executable
}

/// Runs an example with the credentials of the sandbox, and returns what it prints.
async fn run(sandbox: &Sandbox, name: &str, arguments: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("clouds.yaml");
    sandbox.write_clouds_yaml(&file).unwrap();
    let mut command = Command::new(executable(name));
    command
        .args(arguments)
        .env_clear()
        .env("OS_CLOUD", "sandbox-password")
        .env("OS_CLIENT_CONFIG_FILE", &file)
        .current_dir(directory.path());
    // The sandbox runs on this runtime, so the test must not block it.
    let output: Output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{name}: {}{text}", String::from_utf8_lossy(&output.stderr));
    text
}

async fn sandbox() -> Sandbox {
    Sandbox::builder().start().await.unwrap()
}

#[tokio::test]
async fn connect() {
    let sandbox = sandbox().await;
    let expected = format!("signed in for project {}\n", sandbox.project_id());
    assert_eq!(run(&sandbox, "connect", &[]).await, expected);
}

#[tokio::test]
async fn list() {
    let sandbox = sandbox().await;
    let text = run(&sandbox, "list", &[]).await;
    for policy in sandbox.policy_ids() {
        assert!(text.contains(policy.as_str()), "{text}");
    }
    assert!(text.ends_with("next page: none\n"), "{text}");
}

#[tokio::test]
async fn all_policies() {
    let sandbox = sandbox().await;
    let text = run(&sandbox, "all_policies", &[]).await;
    let counts = text.lines().map(|line| line.split_once(": ").unwrap().1.parse::<u64>().unwrap());
    assert_eq!(counts.sum::<u64>(), sandbox.job_count(), "{text}");
}

#[tokio::test]
async fn backup_and_resume() {
    // A backup takes minutes on the clock of the sandbox.
    let sandbox = Sandbox::builder().clock_rate(100_000).start().await.unwrap();
    let disk = sandbox.free_disk_ids().next().unwrap();
    let text = run(&sandbox, "backup", &[disk.as_str()]).await;
    assert!(text.lines().last().unwrap().starts_with("backup "), "{text}");
    let job = text.lines().next().unwrap().strip_prefix("job ").unwrap();
    let resumed = run(&sandbox, "backup", &["--resume", job]).await;
    assert_eq!(resumed.lines().last(), text.lines().last());
}

#[tokio::test]
async fn policies() {
    let sandbox = sandbox().await;
    let disk = sandbox.free_disk_ids().next().unwrap();
    let text = run(&sandbox, "policies", &[disk.as_str()]).await;
    assert!(text.starts_with("created, changed and deleted policy "), "{text}");
}

#[tokio::test]
async fn errors() {
    let text = run(&sandbox().await, "errors", &[]).await;
    assert!(text.starts_with("there is no such policy\nadvice: "), "{text}");
}

#[tokio::test]
async fn custom_layer() {
    assert_eq!(run(&sandbox().await, "custom_layer", &[]).await, "getQuotas: 1\nlistBackupPolicies: 1\n");
}

#[tokio::test]
async fn tracing() {
    let text = run(&sandbox().await, "tracing", &[]).await;
    assert!(text.contains("listBackupPolicies"), "{text}");
}

#[tokio::test]
async fn testing() {
    assert_eq!(run(&sandbox().await, "testing", &[]).await, "1 disk without a backup\n");
}
