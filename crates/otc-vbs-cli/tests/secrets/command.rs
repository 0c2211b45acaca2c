//! The command `vbs`, with each kind of credentials and with those that fail.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use otc_vbs_sandbox::{Fault, Sandbox};
use otc_vbs_testing::{Fault as Broken, Faulty};

use crate::Run;
use crate::faults::faults;
use otc_vbs_testing::{canary, plain_canary};

const CLOUDS: [&str; 8] = ["password", "id", "token", "totp", "domain", "agency", "aksk", "aksk-temporary"];

/// The command with nothing of the environment of whoever runs the test.
fn vbs(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vbs"));
    command.args(arguments.split_whitespace());
    command.env_clear().env("RUST_LOG", "trace");
    command.env("RUST_BACKTRACE", "full").stdin(Stdio::null());
    command
}

/// Runs it beside the sandbox, which goes on in this process.
async fn output(mut command: Command) -> Output {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    output.await.unwrap()
}

async fn says(run: &mut Run, place: &str, command: Command) -> i32 {
    let output = output(command).await;
    for text in [&output.stdout, &output.stderr] {
        run.text(place, String::from_utf8_lossy(text));
    }
    run.end(place);
    output.status.code().unwrap()
}

pub(crate) async fn run(run: &mut Run) {
    clouds(run).await;
    faults_of_the_service(run).await;
    tokens(run).await;
    variables(run).await;
    usage(run).await;
    sandboxes(run).await;
}

fn of_cloud(file: &Path, cloud: &str) -> Command {
    let mut command = vbs("tasks --all -o json --os-cloud");
    command.arg(format!("sandbox-{cloud}"));
    command.env("OS_CLIENT_CONFIG_FILE", file);
    command
}

async fn clouds(run: &mut Run) {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let right = directory.path().join("right.yaml");
    sandbox.write_clouds_yaml(&right).unwrap();
    let text = std::fs::read_to_string(&right).unwrap();
    let passcode = sandbox.totp_passcode();
    let mut wrong = text.clone();
    for (name, secret) in [
        ("password", sandbox.password()),
        ("totp-password", sandbox.totp_password()),
        ("passcode", &passcode),
        ("secret-key", sandbox.secret_key()),
        ("secret-key", sandbox.temporary_secret_key()),
        ("security-token", sandbox.security_token()),
        ("token", sandbox.token()),
    ] {
        assert!(wrong.contains(secret), "{name}");
        wrong = wrong.replace(secret, &canary(name).replace('"', "\\\""));
    }
    let broken = [
        wrong.replace("password: \"", "password: [\""),
        wrong.replace("password: \"", "password: {\""),
        wrong.replace("\n      password", "\n   password"),
        wrong.replace("      auth_url", "      passwort"),
        wrong.replace("      username", "      auth_url"),
    ];
    let files: Vec<_> = [text, wrong].into_iter().chain(broken).collect();
    for (number, text) in files.iter().enumerate() {
        let file = directory.path().join(format!("{number}.yaml"));
        std::fs::write(&file, text).unwrap();
        for cloud in CLOUDS {
            let place = format!("vbs, cloud {cloud} of file {number}");
            let code = says(run, &place, of_cloud(&file, cloud)).await;
            match (number, cloud) {
                // It is for no project.
                (0 | 1, "domain") => assert_ne!(code, 0, "{place}"),
                (0, _) => assert_eq!(code, 0, "{place}"),
                (1, _) => assert_eq!(code, 3, "{place}"),
                _ => {}
            }
            if number > 1 && cloud == "id" {
                break;
            }
        }
    }
}

async fn faults_of_the_service(run: &mut Run) {
    for (name, fault) in faults() {
        if name == "silence" {
            continue;
        }
        for (prefix, cloud) in [("/v3/", "totp"), ("/v2/", "aksk-temporary")] {
            let sandbox = Sandbox::builder().start().await.unwrap();
            let directory = tempfile::tempdir().unwrap();
            let file = directory.path().join("clouds.yaml");
            sandbox.write_clouds_yaml(&file).unwrap();
            // Not what is repeated after a pause: the command waits for real.
            let once: Fault = match name {
                "502" | "503 in HTML" | "504" | "reset" | "broken off" => fault.clone().times(1),
                _ => fault.clone(),
            };
            sandbox.fault(once.on(prefix));
            let place = format!("vbs, cloud {cloud}, {name} on {prefix}");
            says(run, &place, of_cloud(&file, cloud)).await;
        }
    }
}

async fn tokens(run: &mut Run) {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    for token in [sandbox.token(), &canary("token")] {
        std::fs::write(&file, token).unwrap();
        let command = |arguments: &str| {
            let mut command = vbs("tasks --endpoint");
            command.arg(sandbox.endpoint().as_str());
            command.args(["--project-id", sandbox.project_id()]);
            command.args(arguments.split_whitespace());
            command
        };
        let mut by_variable = command("");
        by_variable.env("OS_TOKEN", token);
        let mut by_file = command("--token-file");
        by_file.arg(&file);
        let mut by_input = command("--token-file -");
        by_input.stdin(std::fs::File::open(&file).unwrap());
        for command in [by_variable, by_file, by_input] {
            let code = says(run, "vbs, a token", command).await;
            assert_eq!(code, if token == sandbox.token() { 0 } else { 3 });
        }
    }
    for status in [400, 401, 403, 404, 302, 500] {
        let echo = Faulty::with([Broken::Echo(status)]).await;
        let mut command = vbs("tasks --project-id p1 --endpoint");
        command.arg(format!("http://{}", echo.address()));
        command.env("OS_TOKEN", canary("token"));
        let code = says(run, "vbs, a service that repeats the token", command).await;
        assert_ne!(code, 0);
        let mut command = vbs("tasks");
        command.envs([
            ("OS_AUTH_URL", format!("http://{}/v3", echo.address())),
            ("OS_USER_ID", "u1".to_owned()),
            ("OS_PASSWORD", canary("password")),
            ("OS_PASSCODE", canary("passcode")),
            ("OS_PROJECT_ID", "p1".to_owned()),
        ]);
        let code = says(run, "vbs, a login that is repeated", command).await;
        assert_ne!(code, 0);
    }
}

async fn variables(run: &mut Run) {
    let closed = format!("http://{}/v3", Faulty::with([]).await.address());
    let password = canary("password");
    let with_password = format!("https://me:{}@iam.example.com", plain_canary("url"));
    let cases: [&[(&str, &str)]; 7] = [
        &[("OS_AUTH_URL", &closed), ("OS_PASSWORD", &password)],
        &[("OS_AUTH_URL", &closed), ("OS_USER_ID", "u"), ("OS_PASSWORD", &password)],
        &[("OS_AUTH_URL", &with_password), ("OS_USER_ID", "u"), ("OS_PASSWORD", &password)],
        &[("OS_ACCESS_KEY", "AK"), ("OS_SECRET_KEY", &password), ("OS_REGION_NAME", "x")],
        &[("OS_ACCESS_KEY", "AK"), ("OS_AUTH_URL", &closed), ("OS_SECURITY_TOKEN", &password)],
        &[
            ("OS_ACCESS_KEY", "AK"),
            ("OS_AUTH_URL", &closed),
            ("OS_TOKEN", &password),
            ("OS_PASSWORD", &password),
        ],
        &[("OS_AUTH_URL", &closed), ("OS_AUTH_TYPE", "nothing"), ("OS_PASSWORD", &password)],
    ];
    for (number, variables) in cases.iter().enumerate() {
        let mut command = vbs("tasks");
        command.envs(variables.iter().copied());
        let place = format!("vbs, variables {number}");
        assert_ne!(says(run, &place, command).await, 0, "{place}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;

        let odd = [password.as_bytes(), b"\xff"].concat();
        let odd = std::ffi::OsString::from_vec(odd);
        for name in ["OS_PASSWORD", "OS_TOKEN"] {
            let mut command = vbs("tasks --project-id p1 --endpoint https://vbs.example.com");
            command.env("OS_AUTH_URL", &closed).env(name, &odd);
            let code = says(run, "vbs, a variable that is no text", command).await;
            assert_eq!(code, 2);
        }
    }
    let proxy = format!("http://me:{}@127.0.0.1:1", plain_canary("proxy-password"));
    for name in ["HTTPS_PROXY", "ALL_PROXY"] {
        let mut command = vbs("tasks --project-id p1 --endpoint https://vbs.example.invalid");
        command.env("OS_TOKEN", &password).env(name, &proxy);
        command.args(["--color", "always"]);
        let code = says(run, "vbs, a proxy with a password", command).await;
        assert_eq!(code, 5);
    }
}

async fn usage(run: &mut Run) {
    let secret = plain_canary("argument");
    for arguments in [
        format!("tasks --token={secret}"),
        format!("tasks --password={secret}"),
        format!("tasks --os-token={secret}"),
        format!("tasks --project-id p1 --endpoint https://me:{secret}@vbs.example.com"),
        format!("tasks --project-id p1 --endpoint https://vbs.example.com/?token={secret}"),
        format!("tasks --project-id p1 --endpoint http://vbs.example.com/?token={secret}"),
    ] {
        let mut command = vbs(&arguments);
        command.env("OS_TOKEN", canary("token"));
        assert_eq!(says(run, &format!("vbs {arguments:.20}"), command).await, 2);
    }
}

/// `vbs sandbox --print-env` is not here: it is there to print a token.
async fn sandboxes(run: &mut Run) {
    let code = says(run, "vbs --sandbox", vbs("--sandbox tasks --all -o yaml")).await;
    assert_eq!(code, 0);
    let directory = tempfile::tempdir().unwrap();
    let mut command = vbs("sandbox --clouds-yaml");
    command.arg(directory.path().join("clouds.yaml"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let ended = tokio::task::spawn_blocking(move || {
        let mut process = command.spawn().unwrap();
        let mut ready = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        lines.read_line(&mut ready).unwrap();
        process.kill().unwrap();
        let output = process.wait_with_output().unwrap();
        format!("{ready}{}", String::from_utf8_lossy(&output.stderr))
    });
    let said = ended.await.unwrap();
    assert!(said.contains("ready: ") && said.contains("note: "), "{said}");
    run.text("vbs sandbox", said);
    run.end("vbs sandbox");
}
