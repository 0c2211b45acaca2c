//! Runs `vbs`, and servers for it to talk to.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

/// Variables of the environment that would change the output.
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

/// The outcome of a run, for a golden file.
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
        Self::start_with_faults(arguments, &[])
    }

    /// The same, with these faults injected.
    pub(crate) fn start_with_faults(arguments: &str, faults: &[&str]) -> Self {
        let mut process = vbs("sandbox --print-env=token")
            .args(SAME_AS_IN_PROCESS)
            .args(arguments.split_whitespace())
            .args(faults.iter().flat_map(|fault| ["--fault", fault]))
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

    /// The outcome of a run. The server's address, which differs in every run, is replaced by a name.
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

/// Starts a server that answers each request for a path with this status and JSON. Returns a command that uses it.
pub(crate) fn answering(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> impl Fn(&str) -> Command {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let Some(request) = lines.next() else { continue };
            lines.find(|line| line.is_empty());
            let (status, body) = answer(request.split(' ').nth(1).unwrap());
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}");
            write!(stream, "{head}\r\nconnection: close\r\n\r\n{body}").unwrap();
        }
    });
    move |arguments| {
        let mut command = vbs(arguments);
        command
            .env("VBS_ENDPOINT", format!("http://{address}"))
            .env("OS_PROJECT_ID", "p1")
            .env("OS_TOKEN", "t1");
        command
    }
}
