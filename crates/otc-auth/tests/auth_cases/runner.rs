//! Runs a case.

use std::collections::{BTreeMap, VecDeque};
use std::error::Error as _;
use std::fmt::{Debug, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use otc_auth::otc_http::testing::MockTransport;
use otc_auth::{
    Authorization, Clock, Config, ConfigBuilder, Environment, Error, ServiceQuery, Session, SignatureVariant,
    replace_host_label,
};

use crate::case::{Case, Exchange, START};
use crate::secrets::redact;

/// The request of `authorize` without an argument.
const REQUEST: &str = "GET https://vbs.eu-de.otc.t-systems.com/v2/p1/backuppolicy";
/// The directories that are searched for configuration files.
const DIRECTORIES: [&str; 3] = ["site", "user", "work"];

#[derive(Clone)]
struct ManualClock(Arc<Mutex<Timestamp>>);

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// The outcome of a case. Requests and results as text, in which `[name]` stands for a secret.
pub(crate) struct Outcome {
    /// The expected outcome.
    pub(crate) expected: String,
    /// The actual outcome.
    pub(crate) actual: String,
    /// Everything that was printed or could be, to be searched for secrets.
    pub(crate) printed: Vec<String>,
}

struct CaseRunner<'a> {
    case: &'a Case,
    /// Holds the configuration files and the cached tokens. Deleted when dropped.
    root: tempfile::TempDir,
    environment: Environment,
    transport: MockTransport,
    clock: ManualClock,
    session: Option<Session>,
    authorization: Option<Authorization>,
    results: String,
    printed: Vec<String>,
}

impl Case {
    /// Runs the case. The error says what is wrong with the case itself.
    pub(crate) async fn run(&self) -> Result<Outcome, String> {
        CaseRunner::new(self)?.run().await
    }
}

impl<'a> CaseRunner<'a> {
    fn new(case: &'a Case) -> Result<Self, String> {
        let root = tempfile::tempdir().unwrap();
        for (path, file) in &case.files {
            let (directory, name) = path.split_once('/').unwrap_or((path, ""));
            if !DIRECTORIES.contains(&directory) || name.is_empty() {
                return Err(format!("`{path}` is not a file in one of {}", DIRECTORIES.join(", ")));
            }
            std::fs::create_dir_all(root.path().join(directory)).unwrap();
            std::fs::write(root.path().join(path), &file.text).unwrap();
        }
        let mut environment = Environment::empty()
            .working_directory(root.path().join("work"))
            .user_config(root.path().join("user"))
            .site_config(root.path().join("site"));
        for (name, value) in &case.env {
            environment = environment.variable(name, value.replace("[case]", &root.path().to_string_lossy()));
        }
        Ok(Self {
            case,
            root,
            environment,
            transport: MockTransport::new(),
            clock: ManualClock(Arc::new(Mutex::new(START.parse().unwrap()))),
            session: None,
            authorization: None,
            results: String::new(),
            printed: Vec::new(),
        })
    }

    async fn run(mut self) -> Result<Outcome, String> {
        self.connect()?;
        let (mut expected, mut actual) = (String::new(), String::new());
        for step in &self.case.steps {
            let sent = self.transport.requests().len();
            let replies = step.exchanges.iter().map(|exchange| {
                let answer = exchange.answer.as_ref().ok_or("an exchange without `answer`")?;
                answer.reply()
            });
            let replies: VecDeque<_> = replies.collect::<Result<_, String>>()?;
            self.transport = self.transport.clone().in_turn(replies);
            self.call(&step.call).await?;
            for exchange in &step.exchanges {
                expected += &format!("{} sends {}", step.call, expected_request(exchange));
            }
            for request in self.transport.requests().iter().skip(sent) {
                self.printed.push(request.request().uri().to_string());
                actual += &format!("{} sends {}", step.call, actual_request(request.request()));
            }
        }
        self.printed.extend(self.cached_tokens());
        let expected_results = self.case.expect.replace("\n  ", " ");
        Ok(Outcome {
            expected: redact(&format!("{expected}{}\n", expected_results.trim_end())),
            actual: redact(&format!("{actual}{}", self.results)),
            printed: self.printed,
        })
    }

    fn connect(&mut self) -> Result<(), String> {
        let builder = self.builder()?;
        self.print(&builder);
        self.print(&self.environment.clone());
        let session = builder.build().and_then(|config| {
            self.print(&config);
            Session::with_clock(config, self.transport.clone(), self.clock.clone())
        });
        match session {
            Ok(session) => {
                self.print(&session);
                let config = session.config();
                let region = config.region().map(|region| format!("region {region}"));
                let auth_url = config.auth_url().map(|url| url.to_string());
                let facts: Vec<_> =
                    [Some(config.method().to_string()), region, auth_url].into_iter().flatten().collect();
                self.add_result("config", &facts.join(", "));
                for warning in config.warnings() {
                    self.add_result("warning", warning);
                }
                self.session = Some(session);
            }
            Err(error) => self.add_error("config", &error),
        }
        Ok(())
    }

    fn builder(&self) -> Result<ConfigBuilder, String> {
        let settings = &self.case.config;
        // A case describes what one request leads to. Retries have tests of their own.
        let mut builder = Config::builder().retry(otc_auth::otc_http::RetryPolicy::never());
        for (name, value) in settings.set.clone() {
            builder = match name.as_str() {
                "access_key" => builder.access_key(value),
                "passcode" => builder.passcode(value),
                "password" => builder.password(value),
                "project_id" => builder.project_id(value),
                "project_name" => builder.project_name(value),
                "region" => builder.region(value),
                "token" => builder.token(value),
                "username" => builder.username(value),
                "vbs" => builder.endpoint_override("vbs", value),
                other => return Err(format!("the runner does not know the setting `{other}`")),
            };
        }
        builder = match settings.only_variables {
            true => builder.variables_of(&self.environment),
            false => builder.environment(&self.environment),
        };
        if let Some(cloud) = &settings.cloud {
            builder = builder.cloud(cloud);
        }
        if let Some(signature) = &settings.signature {
            builder = builder.signature(match (signature.as_str(), signature.split_once('/')) {
                ("direct", _) => SignatureVariant::Direct,
                (_, Some((region, service))) => {
                    SignatureVariant::Derived { region: region.to_owned(), service: service.to_owned() }
                }
                (other, None) => return Err(format!("the runner does not know the signature `{other}`")),
            });
        }
        if settings.token_cache {
            builder = builder.token_cache(self.cache());
        }
        Ok(builder)
    }

    async fn call(&mut self, call: &str) -> Result<(), String> {
        let (name, argument) = call.split_once(' ').unwrap_or((call, ""));
        let session = self.session.clone();
        let session = session.ok_or_else(|| format!("`{call}` needs a session, but there is none"))?;
        match (name, argument) {
            ("authorize", argument) => {
                let request = if argument.is_empty() { REQUEST } else { argument };
                let (method, url) = request.split_once(' ').ok_or("`authorize` needs a method and a URL")?;
                let request = http::Request::builder().method(method).uri(url);
                let mut request = request.body(Bytes::new()).map_err(|error| format!("{call}: {error}"))?;
                match session.authorize(&mut request).await {
                    Ok(authorization) => {
                        self.print(&authorization);
                        self.authorization = Some(authorization);
                        self.print(&request);
                        for (header, value) in sent_headers(&request) {
                            self.add_result("authorize", &format!("{header}: {value}"));
                        }
                    }
                    Err(error) => self.add_error("authorize", &error),
                }
            }
            ("refused", "") => {
                let authorization =
                    self.authorization.take().ok_or("`refused` needs an authorized request")?;
                let is_replaced = session.refused(&authorization);
                self.add_result("refused", &format!("another one: {is_replaced}"));
            }
            ("project_id", "") => self.add("project_id", session.project_id().await),
            ("endpoint", "vbs") => {
                let rule = replace_host_label("evs", "vbs");
                let query = ServiceQuery::new(["vbs", "vbsv2"]).derive("volumev2", rule);
                self.add("endpoint", session.endpoint(&query).await);
            }
            ("endpoint", service) => {
                self.add("endpoint", session.endpoint(&ServiceQuery::new([service])).await);
            }
            ("learn_server_time", date) => {
                let mut headers = http::HeaderMap::new();
                headers.insert("date", date.parse().map_err(|error| format!("{call}: {error}"))?);
                let is_new = session.learn_server_time(&headers);
                self.add_result("learn_server_time", &format!("sign again: {is_new}"));
            }
            ("advance", by) => {
                let by: SignedDuration = by.parse().map_err(|error| format!("{call}: {error}"))?;
                *self.clock.0.lock().unwrap() += by;
            }
            ("new", "process") => self.connect()?,
            ("kept", "") => self.add_result("kept", &format!("{} files", self.cached_tokens().len())),
            ("chmod", mode) => {
                let mode = u32::from_str_radix(mode, 8).map_err(|error| format!("{call}: {error}"))?;
                for name in self.cached_tokens() {
                    set_mode(&self.cache().join(name), mode)?;
                }
            }
            _ => return Err(format!("the runner does not know the call `{call}`")),
        }
        Ok(())
    }

    fn add<T: std::fmt::Display>(&mut self, call: &str, result: Result<T, Error>) {
        match result {
            Ok(value) => {
                self.printed.push(value.to_string());
                self.add_result(call, &value.to_string());
            }
            Err(error) => self.add_error(call, &error),
        }
    }

    fn add_error(&mut self, call: &str, error: &Error) {
        self.print(error);
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            write!(text, "; {cause}").unwrap();
            source = cause.source();
        }
        self.printed.push(text.clone());
        let kinds = [
            (error.is_config(), "config"),
            (error.is_auth(), "auth"),
            (error.is_endpoint(), "endpoint"),
            (error.is_connect(), "connect"),
            (error.is_timeout(), "timeout"),
            (error.is_rate_limited(), "rate limited"),
            (error.is_retryable(), "retryable"),
        ];
        let kinds: Vec<_> = kinds.into_iter().filter(|(is, _)| *is).map(|(_, kind)| kind).collect();
        self.add_result(call, &format!("error ({}): {text}", kinds.join(", ")));
    }

    fn add_result(&mut self, call: &str, text: &str) {
        let text = text.replace(&*self.root.path().to_string_lossy(), "[case]");
        // The name of a cached token is a hash.
        let names = self.cached_tokens().into_iter();
        let text = names.fold(text, |text, name| text.replace(&name, "[hash].json"));
        writeln!(self.results, "{call}: {text}").unwrap();
    }

    fn print(&mut self, value: &impl Debug) {
        self.printed.push(format!("{value:?}"));
        self.printed.push(format!("{value:#?}"));
    }

    fn cache(&self) -> PathBuf {
        self.root.path().join("kept")
    }

    /// The names of the files with cached tokens.
    fn cached_tokens(&self) -> Vec<String> {
        // The directory is made with the first token.
        let entries = std::fs::read_dir(self.cache()).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

#[cfg(unix)]
fn set_mode(path: &std::path::Path, mode: u32) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;

    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).map_err(|error| error.to_string())
}

#[cfg(not(unix))]
fn set_mode(_: &std::path::Path, _: u32) -> Result<(), String> {
    Err("`chmod` needs Unix".to_owned())
}

/// Every header but those that all requests have. The value of a signature is left out: otc-auth's vectors cover it.
pub(crate) fn sent_headers(request: &http::Request<Bytes>) -> BTreeMap<String, String> {
    let headers = request.headers().iter();
    headers
        .filter(|(name, _)| !matches!(name.as_str(), "accept" | "content-type" | "user-agent"))
        .map(|(name, value)| {
            let value = value.to_str().unwrap();
            let value = match value.split_once("Signature=") {
                Some((before, signature)) if signature.len() == 64 => format!("{before}Signature=…"),
                _ => value.to_owned(),
            };
            (name.to_string(), value)
        })
        .collect()
}

fn expected_request(exchange: &Exchange) -> String {
    let headers = exchange.headers.clone().unwrap_or_default();
    let body = exchange.body.as_ref().map(ToString::to_string).unwrap_or_default();
    request_text(exchange.request.as_deref().unwrap_or_default(), &headers, &body)
}

fn actual_request(request: &http::Request<Bytes>) -> String {
    let body = match serde_json::from_slice::<serde_json::Value>(request.body()) {
        Ok(json) => json.to_string(),
        Err(_) => String::from_utf8_lossy(request.body()).into_owned(),
    };
    request_text(&format!("{} {}", request.method(), request.uri()), &sent_headers(request), &body)
}

fn request_text(request: &str, headers: &BTreeMap<String, String>, body: &str) -> String {
    let headers: String = headers.iter().map(|(name, value)| format!("  {name}: {value}\n")).collect();
    format!("{request}\n{headers}  {body}\n")
}
