//! The message and the exit code of each kind of failure.

use std::io::Write as _;
use std::net::TcpListener;
use std::process::Stdio;

use crate::support::{Server, output_text, run, vbs};

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
        "--sandbox share list --to a/b",
        "--sandbox policy create nightly --at 1 --every x --keep 7",
    ];
    let all: String = commands
        .iter()
        .map(|command| {
            let text = run(command);
            assert!(text.starts_with("exit code: 2\n"), "{command}: {text}");
            format!("$ vbs {command}\n{text}\n")
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
fn unlisted_status_is_refused() {
    insta::assert_snapshot!(run("--sandbox tasks nightly --status half-done"));
}

#[test]
fn missing_settings() {
    let nothing = run("tasks");
    let endpoint_only = run("tasks --endpoint https://vbs.example");
    let empty = output_text(
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
        format!("$ vbs tasks --endpoint {endpoint}\n{}\n", output_text(&output))
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
fn unusable_ca_file_is_an_error_with_a_token() {
    let with = |file: &str| {
        let mut command = vbs("tasks --project-id p1 --endpoint https://127.0.0.1:1");
        let output = command.env("OS_TOKEN", "secret-token").env("OS_CACERT", file);
        output_text(&output.output().unwrap())
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
fn token_is_not_accepted_as_an_argument() {
    let text = run("tasks --token=secret-token");
    assert!(!text.contains("secret-token"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn refused_token() {
    let server = Server::start("");
    let output = server.vbs("tasks").env("OS_TOKEN", "secret-token").output().unwrap();
    let text = server.output_text(&output);
    assert!(!text.contains("secret-token"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn token_of_another_project() {
    let server = Server::start("");
    let output = server.vbs("tasks --project-id another").output().unwrap();
    insta::assert_snapshot!(server.output_text(&output));
}

#[test]
fn closed_port_is_exit_code_5() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let output = vbs("tasks --project-id p1 --endpoint")
        .arg(format!("http://{address}"))
        .env("OS_TOKEN", "secret-token")
        .output()
        .unwrap();
    let text = output_text(&output).replace(&address, "[ADDRESS]");
    assert!(text.starts_with("exit code: 5\n"), "{text}");
    // The rest is the text of the operating system.
    assert!(text.contains("error: can't list policies: can't connect to [ADDRESS]: "), "{text}");
    assert!(text.contains("hint: check the endpoint"), "{text}");
}

#[test]
fn token_from_standard_input() {
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
    insta::assert_snapshot!(server.output_text(&output));
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
            .env("OS_TOKEN", "ignored")
            .output()
            .unwrap();
        let text = server.output_text(&output).replace(directory.to_str().unwrap(), "[DIRECTORY]");
        format!("{name}\n{text}\n")
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
fn causes_of_an_error_are_shown_only_with_verbose() {
    let run = |arguments: &str| {
        let mut command = vbs(arguments);
        // Nothing listens on port 1.
        let output = command.env("OS_TOKEN", "secret-token").output().unwrap();
        output_text(&output)
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
