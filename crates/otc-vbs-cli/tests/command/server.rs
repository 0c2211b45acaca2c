//! `vbs sandbox`, and `vbs tasks` that talks to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::Stdio;

use crate::support::{SAME_AS_IN_PROCESS, Server, output_text, stdout, vbs};

/// A running `vbs sandbox`, and the first lines of its standard output.
fn start_sandbox(arguments: &[&str], lines: usize) -> (std::process::Child, Vec<String>) {
    let mut process =
        vbs("sandbox").args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = BufReader::new(process.stdout.take().unwrap());
    let text = stdout.lines().take(lines).map(Result::unwrap).collect();
    (process, text)
}

#[test]
fn print_env_makes_tasks_sign_in() {
    let arguments = ["--print-env"].into_iter().chain(SAME_AS_IN_PROCESS);
    let (mut process, lines) = start_sandbox(&arguments.collect::<Vec<_>>(), 9);
    let variables = lines.iter().map(|line| {
        let assignment = line.strip_prefix("export ").unwrap();
        assignment.split_once('=').unwrap()
    });
    let variables: Vec<(&str, &str)> = variables.collect();
    let output = vbs("tasks --all -o csv -c job_id,status,created_at,resource_id")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    let in_process = stdout("--sandbox tasks --all -o csv -c job_id,status,created_at,resource_id");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), in_process);
    // Other clients of OpenStack read these variables.
    for name in [
        "OS_AUTH_URL",
        "OS_USERNAME",
        "OS_PASSWORD",
        "OS_PROJECT_NAME",
        "OS_USER_DOMAIN_NAME",
        "OS_PROJECT_DOMAIN_NAME",
    ] {
        assert!(variables.iter().any(|(known, _)| *known == name), "{name}");
    }
}

/// Sends a request as text to the sandbox that printed the line `ready`. Returns the whole response.
fn send_request(ready: &str, request: &str) -> String {
    let address = ready.split("http://").nth(1).unwrap();
    let address = address.split('/').next().unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let request = format!("{request} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn options_set_the_clock_the_faults_and_the_log() {
    let (mut process, lines) = start_sandbox(
        &[
            "--clock",
            "2025-03-01T00:00:00Z",
            "--clock-rate",
            "0",
            "--days",
            "10",
            "--fault",
            "GET /v2/*/backuppolicy: 503-html",
            "--fault",
            "GET /v2/**: 429; retry-after=7",
            "--access-log",
        ],
        1,
    );
    let ready = &lines[0];
    let clock = send_request(ready, "GET /admin/clock");
    assert!(clock.ends_with(r#"{"now":"2025-03-01T00:00:00Z","rate":0}"#), "{clock}");
    let first = send_request(ready, "GET /v2/p/backuppolicy?token=secret");
    assert!(first.starts_with("HTTP/1.1 503 "), "{first}");
    let second = send_request(ready, "GET /v2/p/backuppolicy");
    assert!(second.contains("retry-after: 7"), "{second}");
    process.kill().unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.stdout.is_empty());
    let logged = String::from_utf8(output.stderr).unwrap();
    let line = logged.lines().find(|line| line.contains("503")).unwrap();
    for part in [
        "INFO otc_vbs_sandbox::access: ",
        r#"method="GET" path="/v2/p/backuppolicy" status=503 "#,
        r#"fault="GET /v2/*/backuppolicy: 503-html" "#,
        "duration_ms=",
        r#"request_id="req-"#,
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert!(!logged.contains("secret"), "{logged}");
}

#[test]
fn fault_rate_injects_any_fault() {
    let (mut process, lines) = start_sandbox(&["--fault-rate", "1"], 1);
    let answer = send_request(&lines[0], "GET /admin/faults");
    process.kill().unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(answer.contains(r#""fault":"any; rate=1""#), "{answer}");
    // The access log is off by default.
    assert!(!String::from_utf8(output.stderr).unwrap().contains("access"));
}

/// The time that `GET /admin/clock` shows, and the rate.
fn clock(ready: &str) -> (jiff::Timestamp, u64) {
    let answer = send_request(ready, "GET /admin/clock");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let clock: serde_json::Value = serde_json::from_str(body).unwrap();
    let now = clock["now"].as_str().unwrap().parse().unwrap();
    (now, clock["rate"].as_u64().unwrap())
}

#[test]
fn server_starts_at_the_real_time_and_keeps_running() {
    let before = jiff::Timestamp::now().as_millisecond();
    let (mut process, lines) = start_sandbox(&[], 1);
    let (first, rate) = clock(&lines[0]);
    // Two requests may be answered in the same millisecond of the clock.
    let mut second = first;
    while second == first {
        second = clock(&lines[0]).0;
    }
    process.kill().unwrap();
    process.wait().unwrap();
    let after = jiff::Timestamp::now().as_millisecond();
    assert_eq!(rate, 1);
    assert!(first < second, "{first} {second}");
    assert!((before..=after).contains(&first.as_millisecond()), "{first}");
    assert!((before..=after).contains(&second.as_millisecond()), "{second}");
}

#[test]
fn clock_option_sets_the_start_and_the_clock_keeps_running() {
    let start: jiff::Timestamp = "2025-03-01T00:00:00Z".parse().unwrap();
    let (mut process, lines) = start_sandbox(&["--clock", "2025-03-01T00:00:00Z"], 1);
    let (now, rate) = clock(&lines[0]);
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!(rate, 1);
    let passed = now.duration_since(start);
    assert!(!passed.is_negative() && passed.as_hours() < 1, "{now}");
}

#[test]
fn tokens_of_a_frozen_server_are_valid_in_real_time() {
    let server = Server::start("");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let expires: jiff::Timestamp = runtime.block_on(async {
        let token = server.variable("OS_TOKEN");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = http.get(format!("{}/v3/auth/tokens", server.variable("VBS_ENDPOINT")));
        let request = request.header("X-Auth-Token", token).header("X-Subject-Token", token);
        let body: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        body["token"]["expires_at"].as_str().unwrap().parse().unwrap()
    });
    let valid = expires.duration_since(jiff::Timestamp::now());
    assert!(valid.as_hours() >= 23, "{expires}");
}

/// The second signal arrives while the server waits for a request body that is never complete.
#[cfg(unix)]
#[test]
fn second_signal_ends_the_server_at_once() {
    use std::os::unix::process::ExitStatusExt as _;

    for (signal, number) in [("-INT", 2), ("-TERM", 15)] {
        let (mut process, lines) = start_sandbox(&[], 1);
        let address = lines[0].split("http://").nth(1).unwrap().split('/').next().unwrap();
        let mut busy = std::net::TcpStream::connect(address).unwrap();
        let head = format!(
            "POST /v3/auth/tokens HTTP/1.1\r\nhost: {address}\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n"
        );
        busy.write_all(head.as_bytes()).unwrap();
        // The interim response shows that the server waits for the body.
        busy.read_exact(&mut [0; 12]).unwrap();
        let id = process.id().to_string();
        let send_signal =
            || assert!(std::process::Command::new("kill").args([signal, &id]).status().unwrap().success());
        send_signal();
        // The server stops listening after the first signal.
        while std::net::TcpStream::connect(address).is_ok() {
            std::thread::yield_now();
        }
        send_signal();
        assert_eq!(process.wait().unwrap().signal(), Some(number), "{signal}");
    }
}

#[test]
fn invalid_option_values_are_refused() {
    let refused = [
        (["--fault", "503"], "the sandbox knows no fault `503`. It knows 429,"),
        (["--fault-rate", "2"], "expected a number from 0 to 1"),
        (["--clock", "yesterday"], "invalid value 'yesterday' for '--clock <TIME>'"),
        (["--days", "0"], "expected a whole number from 1 to 365"),
        (["--print-env=all", "--force"], "[possible values: password, token]"),
    ];
    for (arguments, part) in refused {
        let output = vbs("sandbox").args(arguments).output().unwrap();
        let text = output_text(&output);
        assert!(text.starts_with("exit code: 2\n"), "{text}");
        assert!(text.contains(part), "{text}");
    }
    let output = vbs("sandbox").env("RUST_LOG", "a=b=c").output().unwrap();
    let text = output_text(&output);
    assert!(text.contains("error: RUST_LOG is not a filter of log targets"), "{text}");
}

#[test]
fn printed_token_connects_tasks() {
    let server = Server::start("--seed 1");
    let names: Vec<&str> = server.variables.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["VBS_ENDPOINT", "OS_PROJECT_ID", "OS_TOKEN"]);
    let output = server.vbs("tasks --all -o csv -c job_id,status,created_at,resource_id").output().unwrap();
    assert!(output.status.success());
    // The same seed has the same data.
    let in_process = stdout("--sandbox tasks --all -o csv -c job_id,status,created_at,resource_id");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), in_process);
}

#[test]
fn options_set_the_amount_of_data() {
    let server = Server::start("--policies 2 --jobs 1_000_000 --seed 7");
    let output = server.vbs("tasks policy-02 weekly-db --limit 1").output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let output = server.vbs("tasks weekly-db --limit 1").output().unwrap();
    let text = server.output_text(&output);
    assert!(text.contains("note: 1 of 166652 jobs of weekly-db shown"), "{text}");
}

#[cfg(unix)]
#[test]
fn sandbox_announces_itself_and_ends_on_a_signal() {
    for signal in ["-TERM", "-INT"] {
        let mut process =
            vbs("sandbox --jobs 48").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut ready = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        lines.read_line(&mut ready).unwrap();
        let port = ready.split("127.0.0.1:").nth(1).unwrap();
        let port: String = port.chars().take_while(char::is_ascii_digit).collect();
        insta::assert_snapshot!("ready", ready.replace(&port, "[PORT]"));

        let id = process.id().to_string();
        let killed = std::process::Command::new("kill").args([signal, &id]).status();
        assert!(killed.unwrap().success());
        assert_eq!(process.wait().unwrap().code(), Some(0), "{signal}");
        let mut text = String::new();
        process.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(
            text.replace(&port, "[PORT]"),
            "sandbox: this is not the cloud; the data are made up (seed 1). Ctrl-C ends it\n\
             note: http://127.0.0.1:[PORT]/docs is the API reference, to be read and tried in a browser\n"
        );
    }
}

#[test]
fn busy_port_is_an_error() {
    let server = Server::start("");
    let endpoint = server.variable("VBS_ENDPOINT").trim_end_matches('/');
    let address = endpoint.trim_start_matches("http://");
    let output = vbs("sandbox --listen").arg(address).output().unwrap();
    let text = server.output_text(&output);
    assert!(text.starts_with("exit code: 1\n"), "{text}");
    assert!(text.contains("error: the sandbox can't listen on [ADDRESS]"), "{text}");
}

/// The standard error of `vbs sandbox` until it is ready, or with its exit code if it fails before that.
fn startup_messages(arguments: &[&str]) -> String {
    let mut process =
        vbs("sandbox").args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut ready = String::new();
    let mut lines = BufReader::new(process.stdout.take().unwrap());
    lines.read_line(&mut ready).unwrap();
    assert_eq!(ready.starts_with("ready: "), !ready.is_empty(), "{ready}");
    process.kill().unwrap();
    let output = process.wait_with_output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let code = output.status.code();
    assert_eq!(code.is_none(), !ready.is_empty(), "{code:?} {text}");
    match code {
        Some(code) => format!("exit code: {code}\n{text}"),
        None => text,
    }
}

#[test]
fn clouds_yaml_is_written_with_instructions() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("my clouds.yaml");
    let file = path.to_str().unwrap();
    let text = startup_messages(&["--clouds-yaml", file]);
    assert!(
        text.contains(&format!(
            "note: in another shell: OS_CLIENT_CONFIG_FILE='{file}' OS_CLOUD=sandbox-password vbs tasks\n"
        )),
        "{text}"
    );
    let first = std::fs::read_to_string(&path).unwrap();
    assert!(first.contains("\n  sandbox-password:\n"), "{first}");
    startup_messages(&["--clouds-yaml", file, "--seed", "2"]);
    assert_ne!(std::fs::read_to_string(&path).unwrap(), first);

    std::fs::write(&path, "clouds: {}\n").unwrap();
    let text = startup_messages(&["--clouds-yaml", file]);
    insta::assert_snapshot!("clouds_yaml_that_no_sandbox_wrote", text.replace(file, "[FILE]"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "clouds: {}\n");
    startup_messages(&["--clouds-yaml", file, "--force"]);
    assert_ne!(std::fs::read_to_string(&path).unwrap(), "clouds: {}\n");
}
