//! Runs `vbs`, and servers for it to talk to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
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

/// The exit code and both streams of a run, for a snapshot.
pub(crate) fn output_text(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().expect("no signal ended it");
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    format!("exit code: {code}\n--- standard output\n{stdout}--- standard error\n{stderr}")
}

pub(crate) fn run(arguments: &str) -> String {
    output_text(&vbs(arguments).output().unwrap())
}

pub(crate) fn stdout(arguments: &str) -> String {
    let output = vbs(arguments).output().unwrap();
    assert!(output.status.success(), "{}", output_text(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// A `vbs sandbox` in its own process, which is killed on drop.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) variables: Vec<(String, String)>,
}

impl Server {
    /// Starts a server with the data of `vbs --sandbox`, unless the arguments change its size.
    pub(crate) fn start(arguments: &str) -> Self {
        Self::start_with_faults(arguments, &[])
    }

    /// Like [`start`](Self::start), with these faults injected.
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

    /// A command that connects to the server.
    pub(crate) fn vbs(&self, arguments: &str) -> Command {
        let mut command = vbs(arguments);
        command.envs(self.variables.iter().cloned());
        command
    }

    pub(crate) fn variable(&self, name: &str) -> &str {
        let (_, value) = self.variables.iter().find(|(known, _)| known == name).unwrap();
        value
    }

    /// Advances the server's clock, for example by `PT12H`.
    pub(crate) fn advance(&self, by: &str) {
        self.post("admin/clock", &serde_json::json!({ "advance": by }));
    }

    /// Adds a fault.
    pub(crate) fn fault(&self, fault: &str) {
        self.post("admin/faults", &serde_json::json!({ "fault": fault }));
    }

    /// The JSON at a path, which has no slash at its beginning.
    pub(crate) fn get(&self, path: &str) -> serde_json::Value {
        let token = format!("x-auth-token: {}\r\n", self.variable("OS_TOKEN"));
        let answer = self.send(&format!("GET /{path}"), &token, "");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }

    fn post(&self, path: &str, body: &serde_json::Value) {
        self.send(&format!("POST /{path}"), "content-type: application/json\r\n", &body.to_string());
    }

    /// The answer to a request, with its head.
    fn send(&self, request: &str, headers: &str, body: &str) -> String {
        let address = self.variable("VBS_ENDPOINT").trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        let head = format!("{request} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {length}\r\n{headers}");
        stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
        answer
    }

    /// Runs a command, calls `act` with the first line of its standard error that begins with `start`, and returns all that
    /// it writes afterwards.
    pub(crate) fn run_until(&self, mut command: Command, start: &str, act: impl FnOnce(&str)) -> String {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        while !line.starts_with(start) {
            line.clear();
            assert!(stderr.read_line(&mut line).unwrap() > 0, "no line starts with {start}");
        }
        act(&line);
        let mut rest = String::new();
        stderr.read_to_string(&mut rest).unwrap();
        let mut output = process.wait_with_output().unwrap();
        output.stderr = rest.into_bytes();
        self.output_text(&output)
    }

    /// Like [`output_text`], with a placeholder for the server's address, which differs in every run.
    pub(crate) fn output_text(&self, output: &Output) -> String {
        let endpoint = self.variable("VBS_ENDPOINT").trim_end_matches('/');
        let authority = endpoint.trim_start_matches("http://");
        output_text(output).replace(authority, "[ADDRESS]")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts a server that answers each request for a path with this status and JSON. Returns a command that uses it.
///
/// `[ADDRESS]` in the JSON stands for the server's own address. Every answer has a token, as those to a sign-in.
pub(crate) fn answering(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> impl Fn(&str) -> Command {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let lines = reader.by_ref().lines().map_while(Result::ok);
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let Some(request) = head.first() else { continue };
            // A connection that is closed before its request was read may be reset.
            let length = head.iter().find_map(|line| line.strip_prefix("content-length: "));
            let length: u64 = length.map_or(0, |length| length.parse().unwrap());
            reader.take(length).read_to_end(&mut Vec::new()).unwrap();
            let (status, body) = answer(request.split(' ').nth(1).unwrap());
            let body = body.replace("[ADDRESS]", &address.to_string());
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nx-subject-token: t1\r\n\
                 content-length: {length}"
            );
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

/// A server, and the clouds.yaml that it wrote, with a cloud for each kind of credentials.
pub(crate) struct Clouds {
    pub(crate) server: Server,
    pub(crate) directory: tempfile::TempDir,
}

impl Clouds {
    pub(crate) fn start() -> Self {
        Self::start_with("", &[])
    }

    /// Starts a server with these arguments and faults.
    pub(crate) fn start_with(arguments: &str, faults: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("clouds.yaml");
        let arguments = format!("{arguments} --clouds-yaml {}", file.display());
        Self { server: Server::start_with_faults(&arguments, faults), directory }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.directory.path().join("clouds.yaml")
    }

    /// A command that finds the clouds.yaml.
    pub(crate) fn vbs(&self, arguments: &str) -> Command {
        let mut command = vbs(arguments);
        command.env("OS_CLIENT_CONFIG_FILE", self.file());
        command
    }

    pub(crate) fn run(&self, arguments: &str) -> Output {
        self.vbs(arguments).output().unwrap()
    }
}
