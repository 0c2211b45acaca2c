//! Every way to fail: what is said, and with which exit code.

use std::io::Write as _;
use std::net::TcpListener;
use std::process::Stdio;

use crate::support::{Server, run, said, vbs};

#[test]
fn wrong_usage() {
    let commands = [
        "--sandbox tasks --limit 0",
        "--sandbox tasks --limit ten",
        "--sandbox tasks --limit -5",
        "--sandbox tasks --offset -1",
        "--sandbox tasks --sort-dir up",
        "--sandbox tasks --sort-key status",
        "--sandbox tasks --job-id a/b",
        "--sandbox tasks --marker 0781095c-b8ab-4ce5-99f3-4c5f6ff75319",
        "--sandbox tasks --endpoint https://vbs.example",
        "--sandbox tasks --project eu-de_other",
        "tasks --project eu-de_other --project-id p1",
        "tasks --project=",
        "tasks --sandbox-jobs 5",
        "sandbox --sandbox",
        "sandbox --project eu-de_other",
        "sandbox --listen 0.0.0.0:0",
        "sandbox --jobs many",
        "sandbox --projects 1",
        "sandbox --clock x",
        "sandbox --listen x",
        "--sandbox backup list --disk a/b",
        "--sandbox share list --to a/b",
        "--sandbox policy create nightly --at 1 --every x --keep 7",
    ];
    let all: String = commands
        .iter()
        .map(|command| {
            let said = run(command);
            assert!(said.starts_with("exit code: 2\n"), "{command}: {said}");
            format!("$ vbs {command}\n{said}\n")
        })
        .collect();
    insta::assert_snapshot!(all);
}

#[test]
fn unknown_policies() {
    let near = run("--sandbox tasks nigthly");
    let far = run("--sandbox tasks zzz");
    insta::assert_snapshot!(format!("{near}\n{far}"));
}

#[test]
fn a_status_that_the_reference_does_not_know_is_sent_with_a_warning() {
    insta::assert_snapshot!(run("--sandbox tasks nightly --status half-done"));
}

#[test]
fn missing_settings() {
    let nothing = run("tasks");
    let endpoint_only = run("tasks --endpoint https://vbs.example");
    let empty = said(
        &vbs("tasks --endpoint https://vbs.example --project-id p1").env("OS_TOKEN", "").output().unwrap(),
    );
    insta::assert_snapshot!(format!("{nothing}\n{endpoint_only}\n{empty}"));
}

#[test]
fn unusable_settings() {
    let with = |endpoint: &str| {
        let output = vbs("tasks --project-id p1 --endpoint")
            .arg(endpoint)
            .env("OS_TOKEN", "secret-token")
            .output()
            .unwrap();
        format!("$ vbs tasks --endpoint {endpoint}\n{}\n", said(&output))
    };
    insta::assert_snapshot!(
        [
            "http://vbs.example",
            "vbs.example",
            "ftp://vbs.example",
            "https://user:secret-password@vbs.example",
        ]
        .map(with)
        .concat()
    );
}

#[test]
fn authorities_beside_a_token() {
    let with = |file: &str| {
        let mut command = vbs("tasks --project-id p1 --endpoint https://127.0.0.1:1");
        let output = command.env("OS_TOKEN", "secret-token").env("OS_CACERT", file);
        said(&output.output().unwrap())
    };
    let absent = with("/absent/ca.pem");
    assert!(absent.starts_with("exit code: 2\n"), "{absent}");
    assert!(absent.contains("can't read /absent/ca.pem"), "{absent}");
    assert!(absent.contains("hint: OS_CACERT"), "{absent}");
    // This file holds none.
    let none = with(file!().rsplit_once("crates/otc-vbs-cli/").unwrap().1);
    assert!(none.contains("it contains no certificate"), "{none}");
}

#[test]
fn a_token_is_no_argument() {
    let said = run("tasks --token=secret-token");
    assert!(!said.contains("secret-token"), "{said}");
    insta::assert_snapshot!(said);
}

#[test]
fn a_refused_token() {
    let server = Server::start("");
    let output = server.vbs("tasks").env("OS_TOKEN", "secret-token").output().unwrap();
    let said = server.said(&output);
    assert!(!said.contains("secret-token"), "{said}");
    insta::assert_snapshot!(said);
}

#[test]
fn a_project_that_the_token_is_not_for() {
    let server = Server::start("");
    let output = server.vbs("tasks --project-id another").output().unwrap();
    insta::assert_snapshot!(server.said(&output));
}

#[test]
fn a_closed_port() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let output = vbs("tasks --project-id p1 --endpoint")
        .arg(format!("http://{address}"))
        .env("OS_TOKEN", "secret-token")
        .output()
        .unwrap();
    let said = said(&output).replace(&address, "[ADDRESS]");
    assert!(said.starts_with("exit code: 5\n"), "{said}");
    // What follows is the system's own text.
    assert!(said.contains("error: can't list policies: can't connect to [ADDRESS]: "), "{said}");
    assert!(said.contains("hint: check the endpoint"), "{said}");
}

#[test]
fn a_token_from_standard_input() {
    let server = Server::start("");
    let mut process = server
        .vbs("tasks nightly --limit 1 -o csv --token-file -")
        .env_remove("OS_TOKEN")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let token = format!("  {}\n\n", server.variable("OS_TOKEN"));
    process.stdin.take().unwrap().write_all(token.as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    insta::assert_snapshot!(server.said(&output));
}

#[test]
fn token_files() {
    let server = Server::start("");
    let directory = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let run = |name: &str, content: Option<&str>, mode: u32| {
        let file = directory.join(name);
        let _ = std::fs::remove_file(&file);
        if let Some(content) = content {
            std::fs::write(&file, content).unwrap();
            set_mode(&file, mode);
        }
        let output = server
            .vbs("tasks nightly --limit 1 -o csv --token-file")
            .arg(&file)
            .env("OS_TOKEN", "one that is not looked at")
            .output()
            .unwrap();
        let said = server.said(&output).replace(directory.to_str().unwrap(), "[DIRECTORY]");
        format!("{name}\n{said}\n")
    };
    let token = server.variable("OS_TOKEN");
    let private = run("private", Some(token), 0o600);
    assert!(private.contains("exit code: 0\n"), "{private}");
    assert!(!private.contains("warning"), "{private}");
    let empty = run("empty", Some(" \n"), 0o600);
    let absent = run("absent", None, 0);
    if cfg!(unix) {
        let open = run("open-to-others", Some(token), 0o644);
        insta::assert_snapshot!([private, open, empty, absent].concat());
    }
}

#[cfg(unix)]
fn set_mode(file: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &std::path::Path, _: u32) {}

#[test]
fn causes_of_an_error_are_shown_on_request_only() {
    let run = |arguments: &str| {
        let mut command = vbs(arguments);
        // Nothing listens on port 1.
        let output = command.env("OS_TOKEN", "secret-token").output().unwrap();
        said(&output)
    };
    let tasks = "tasks --endpoint http://127.0.0.1:1 --project-id p1";
    let plain = run(tasks);
    assert!(plain.contains("can't connect to 127.0.0.1:1: connection refused, after 4 attempts"), "{plain}");
    for internal in ["caused by", "os error", "tcp connect error", "error sending request"] {
        assert!(!plain.contains(internal), "{plain}");
    }
    let verbose = run(&format!("{tasks} --verbose"));
    assert!(verbose.contains("caused by: ") && verbose.contains("os error"), "{verbose}");
}
