//! `vbs sandbox`, and `vbs tasks` that talks to it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use crate::support::{Server, stdout, vbs};

#[test]
fn print_env_makes_tasks_use_it() {
    let server = Server::start("--seed 1");
    let names: Vec<&str> = server
        .variables
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["VBS_ENDPOINT", "OS_PROJECT_ID", "OS_TOKEN"]);
    let output = server.vbs("tasks --all -o csv").output().unwrap();
    assert!(output.status.success());
    // The same seed, the same data.
    let in_process = stdout("--sandbox tasks --all -o csv");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), in_process);
}

#[test]
fn numbers_say_what_it_holds() {
    let server = Server::start("--policies 2 --disks 4 --jobs 1_000_000 --seed 7");
    let output = server
        .vbs("tasks policy-02 weekly-db --limit 1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4));
    let output = server.vbs("tasks weekly-db --limit 1").output().unwrap();
    let said = server.said(&output);
    assert!(
        said.contains("note: 1 of 500000 jobs of weekly-db shown"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn it_says_when_it_is_ready_and_ends_when_it_is_told_to() {
    for signal in ["-TERM", "-INT"] {
        let mut process = vbs("sandbox --jobs 48")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        lines.read_line(&mut ready).unwrap();
        let port = ready.split("127.0.0.1:").nth(1).unwrap();
        let port: String = port.chars().take_while(char::is_ascii_digit).collect();
        insta::assert_snapshot!("ready", ready.replace(&port, "[PORT]"));

        let id = process.id().to_string();
        let told = std::process::Command::new("kill")
            .args([signal, &id])
            .status();
        assert!(told.unwrap().success());
        assert_eq!(process.wait().unwrap().code(), Some(0), "{signal}");
        let mut said = String::new();
        process
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert_eq!(
            said,
            "sandbox: this is not the cloud; the data are made up (seed 1). Ctrl-C ends it\n"
        );
    }
}

#[test]
fn a_busy_port_is_an_error() {
    let server = Server::start("");
    let endpoint = server.variable("VBS_ENDPOINT").trim_end_matches('/');
    let address = endpoint.trim_start_matches("http://");
    let output = vbs("sandbox --listen").arg(address).output().unwrap();
    let said = server.said(&output);
    assert!(said.starts_with("exit code: 1\n"), "{said}");
    assert!(
        said.contains("error: the sandbox can't listen on [ADDRESS]"),
        "{said}"
    );
}

/// What `vbs sandbox` says on standard error until it is ready, where it comes so far.
fn serve_once(arguments: &[&str]) -> String {
    let mut process = vbs("sandbox")
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    let mut lines = BufReader::new(process.stdout.take().unwrap());
    lines.read_line(&mut ready).unwrap();
    assert_eq!(ready.starts_with("ready: "), !ready.is_empty(), "{ready}");
    process.kill().unwrap();
    let output = process.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let code = output.status.code();
    assert_eq!(code.is_none(), !ready.is_empty(), "{code:?} {said}");
    match code {
        Some(code) => format!("exit code: {code}\n{said}"),
        None => said,
    }
}

#[test]
fn clouds_yaml_is_written_and_what_it_is_for_is_said() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("my clouds.yaml");
    let file = path.to_str().unwrap();
    let said = serve_once(&["--clouds-yaml", file]);
    assert!(
        said.contains(&format!(
            "note: in another shell: OS_CLIENT_CONFIG_FILE='{file}' OS_CLOUD=sandbox-password vbs tasks\n"
        )),
        "{said}"
    );
    let first = std::fs::read_to_string(&path).unwrap();
    assert!(first.contains("\n  sandbox-password:\n"), "{first}");
    serve_once(&["--clouds-yaml", file, "--seed", "2"]);
    assert_ne!(std::fs::read_to_string(&path).unwrap(), first);

    std::fs::write(&path, "clouds: {}\n").unwrap();
    let said = serve_once(&["--clouds-yaml", file]);
    insta::assert_snapshot!(
        "a_clouds_yaml_of_somebody_else",
        said.replace(file, "[FILE]")
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "clouds: {}\n");
    serve_once(&["--clouds-yaml", file, "--force"]);
    assert_ne!(std::fs::read_to_string(&path).unwrap(), "clouds: {}\n");
}
