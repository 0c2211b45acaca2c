//! Running `vbs`, and a `vbs sandbox` for it to talk to.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};

/// What the environment of whoever runs the tests must not change.
const VARIABLES: [&str; 25] = [
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "NO_COLOR",
    "OS_ACCESS_KEY",
    "OS_ACCESS_KEY_ID",
    "OS_AK",
    "OS_AUTH_URL",
    "OS_CACERT",
    "OS_CLIENT_CONFIG_FILE",
    "OS_CLOUD",
    "OS_IDENTITY_API_VERSION",
    "OS_INSECURE",
    "OS_PASSWORD",
    "OS_PROJECT_DOMAIN_NAME",
    "OS_PROJECT_ID",
    "OS_PROJECT_NAME",
    "OS_REGION",
    "OS_REGION_NAME",
    "OS_TOKEN",
    "OS_USERNAME",
    "OS_USER_DOMAIN_NAME",
    "RUST_LOG",
    "TERM",
    "VBS_ENDPOINT",
];

/// The options with which `vbs sandbox` has the data of `vbs --sandbox`.
pub(crate) const SAME_AS_IN_PROCESS: [&str; 4] = ["--clock", "2026-01-15T06:00:00Z", "--clock-rate", "0"];

pub(crate) fn vbs(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vbs"));
    command.args(arguments.split_whitespace());
    command.stdin(Stdio::null());
    for name in VARIABLES {
        command.env_remove(name);
    }
    command
}

/// All that a run says, as text for a golden file.
pub(crate) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().expect("no signal ended it");
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    format!("exit code: {code}\n--- standard output\n{stdout}--- standard error\n{stderr}")
}

pub(crate) fn run(arguments: &str) -> String {
    said(&vbs(arguments).output().unwrap())
}

pub(crate) fn stdout(arguments: &str) -> String {
    let output = vbs(arguments).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// A `vbs sandbox` in a process of its own. It ends when this is dropped.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) variables: Vec<(String, String)>,
}

impl Server {
    /// Starts one with the data of `vbs --sandbox`, if the arguments change no sizes.
    pub(crate) fn start(arguments: &str) -> Self {
        let mut process = vbs("sandbox --print-env=token")
            .args(SAME_AS_IN_PROCESS)
            .args(arguments.split_whitespace())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let variables = lines
            .take(3)
            .map(|line| {
                let line = line.unwrap();
                let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
                (name.to_owned(), value.to_owned())
            })
            .collect();
        Self { process, variables }
    }

    /// A command that has the server's variables.
    pub(crate) fn vbs(&self, arguments: &str) -> Command {
        let mut command = vbs(arguments);
        command.envs(self.variables.iter().cloned());
        command
    }

    pub(crate) fn variable(&self, name: &str) -> &str {
        let (_, value) = self.variables.iter().find(|(known, _)| known == name).unwrap();
        value
    }

    /// What a run says, with a name in place of the server's address, which is another on every run.
    pub(crate) fn said(&self, output: &Output) -> String {
        let endpoint = self.variable("VBS_ENDPOINT").trim_end_matches('/');
        let authority = endpoint.trim_start_matches("http://");
        said(output).replace(authority, "[ADDRESS]")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
