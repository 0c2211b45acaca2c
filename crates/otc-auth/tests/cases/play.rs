//! Plays a case.

use std::error::Error as _;
use std::fmt::{Debug, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use otc_auth::{
    Authorization, Clock, Config, ConfigBuilder, Environment, Error, ServiceQuery, Session, SignatureVariant,
    replace_host_label,
};

use super::secrets;
use super::traffic::{Explicit, Step};
use super::transport::{Expecting, headers};

/// When every case begins.
pub(crate) const START: &str = "2025-01-02T03:04:05Z";

#[derive(Clone)]
struct Hand(Arc<Mutex<Timestamp>>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// What came of a case.
pub(crate) struct Played {
    pub(crate) outcome: String,
    /// What was printed or could be, to be searched for secrets.
    pub(crate) printed: Vec<String>,
}

pub(crate) struct Play {
    /// The case's files with secrets in their places. Gone with this.
    root: tempfile::TempDir,
    environment: Environment,
    exchange: Expecting,
    clock: Hand,
    outcome: String,
    session: Option<Session>,
    authorization: Option<Authorization>,
    printed: Vec<String>,
}

impl Play {
    pub(crate) fn new(case: &Path) -> Result<Self, String> {
        let root = tempfile::tempdir().unwrap();
        copy(&case.join("files"), root.path());
        let mut environment = Environment::empty()
            .working_directory(root.path().join("work"))
            .user_config(root.path().join("user"))
            .site_config(root.path().join("site"));
        let env = std::fs::read_to_string(case.join("env")).unwrap_or_default();
        let env = secrets::plant(&env).replace("[case]", &root.path().to_string_lossy());
        for line in env.lines().filter(|line| !line.starts_with('#')) {
            let (name, value) = line.split_once('=').ok_or("env: a line without `=`")?;
            environment = environment.variable(name, value);
        }
        Ok(Self {
            root,
            environment,
            exchange: Expecting::default(),
            clock: Hand(Arc::new(Mutex::new(START.parse().unwrap()))),
            outcome: String::new(),
            session: None,
            authorization: None,
            printed: Vec::new(),
        })
    }

    /// Err says how the case itself is broken.
    pub(crate) async fn run(mut self, steps: &[Step]) -> Result<Played, String> {
        let explicit = steps
            .first()
            .and_then(|step| step.config.clone())
            .unwrap_or_default();
        if steps.iter().skip(1).any(|step| step.config.is_some()) {
            return Err("traffic: only the first step has a `config`".to_owned());
        }
        self.connect(&explicit)?;
        for step in steps {
            let Some(call) = &step.call else { continue };
            self.exchange.expect(&step.exchange);
            if call == "new process" {
                self.connect(&explicit)?;
            } else {
                self.call(call).await?;
            }
            self.exchange
                .verify()
                .map_err(|problem| format!("{call}: {problem}"))?;
        }
        self.printed.extend(self.kept());
        self.printed.extend(self.exchange.addresses());
        Ok(Played {
            outcome: secrets::redact(&self.outcome),
            printed: self.printed,
        })
    }

    fn connect(&mut self, explicit: &Explicit) -> Result<(), String> {
        let builder = self.builder(explicit)?;
        self.print(&builder);
        self.print(&self.environment.clone());
        let session = builder.build().and_then(|config| {
            self.print(&config);
            Session::with_clock(config, self.exchange.clone(), self.clock.clone())
        });
        match session {
            Ok(session) => {
                self.print(&session);
                let config = session.config();
                let region = config.region().map(|region| format!(", region {region}"));
                let auth_url = config.auth_url().map(|url| format!(", {url}"));
                let line = format!(
                    "{}{}{}",
                    config.method(),
                    region.unwrap_or_default(),
                    auth_url.unwrap_or_default()
                );
                self.say("config", line);
                for warning in session.config().warnings() {
                    self.say("warning", warning.clone());
                }
                self.session = Some(session);
            }
            Err(error) => self.fail("config", &error),
        }
        Ok(())
    }

    fn builder(&self, explicit: &Explicit) -> Result<ConfigBuilder, String> {
        // A case says what one request leads to. Repeats have tests of their own.
        let mut builder = Config::builder().retry(otc_auth::otc_http::RetryPolicy::never());
        for (name, value) in &explicit.set {
            let value = value.clone();
            builder = match name.as_str() {
                "access_key" => builder.access_key(value),
                "auth_type" => builder.auth_type(value),
                "auth_url" => builder.auth_url(value),
                "passcode" => builder.passcode(value),
                "password" => builder.password(value),
                "project_id" => builder.project_id(value),
                "project_name" => builder.project_name(value),
                "region" => builder.region(value),
                "secret_key" => builder.secret_key(value),
                "token" => builder.token(value),
                "username" => builder.username(value),
                "vbs" => builder.endpoint_override("vbs", value),
                other => return Err(format!("traffic: `{other}` is not set by the runner")),
            };
        }
        builder = if explicit.only_variables {
            builder.variables_of(&self.environment)
        } else {
            builder.environment(&self.environment)
        };
        if let Some(cloud) = &explicit.cloud {
            builder = builder.cloud(cloud);
        }
        match explicit
            .signature
            .as_deref()
            .map(|text| (text, text.split_once('/')))
        {
            None => {}
            Some(("direct", _)) => builder = builder.signature(SignatureVariant::Direct),
            Some((_, Some((region, service)))) => {
                builder = builder.signature(SignatureVariant::Derived {
                    region: region.to_owned(),
                    service: service.to_owned(),
                });
            }
            Some((other, None)) => return Err(format!("traffic: `{other}` is no signature")),
        }
        if explicit.token_cache {
            builder = builder.token_cache(self.cache());
        }
        Ok(builder)
    }

    async fn call(&mut self, call: &str) -> Result<(), String> {
        let (name, argument) = call.split_once(' ').unwrap_or((call, ""));
        let Some(session) = self.session.clone() else {
            return Err(format!("`{call}` has no session to be called on"));
        };
        match name {
            "authorize" => {
                let (method, url) = argument.split_once(' ').ok_or("authorize what?")?;
                let request = http::Request::builder().method(method).uri(url);
                let mut request = request.body(Bytes::new()).unwrap();
                match session.authorize(&mut request).await {
                    Ok(authorization) => {
                        self.print(&authorization);
                        self.authorization = Some(authorization);
                        self.print(&request);
                        for (header, value) in headers(&request) {
                            self.say("authorize", format!("{header}: {value}"));
                        }
                    }
                    Err(error) => self.fail("authorize", &error),
                }
            }
            "refused" => {
                let authorization = self.authorization.take().ok_or("what was refused?")?;
                self.say(
                    "refused",
                    format!("another one: {}", session.refused(&authorization)),
                );
            }
            "project_id" => self.note("project_id", session.project_id().await),
            "endpoint" if argument == "vbs" => {
                let rule = replace_host_label("evs", "vbs");
                let query = ServiceQuery::new(["vbs", "vbsv2"]).derive("volumev2", rule);
                self.note("endpoint", session.endpoint(&query).await);
            }
            "endpoint" => self.note("endpoint", session.endpoint(&ServiceQuery::new([argument])).await),
            "learn_server_time" => {
                let mut headers = http::HeaderMap::new();
                headers.insert("date", argument.parse().unwrap());
                let learned = session.learn_server_time(&headers);
                self.say("learn_server_time", format!("sign again: {learned}"));
            }
            "advance" => {
                let by: SignedDuration = argument.parse().map_err(|error| format!("{call}: {error}"))?;
                *self.clock.0.lock().unwrap() += by;
            }
            "kept" => {
                let kept = self.kept().len();
                self.say("kept", format!("{kept} files"));
            }
            "chmod" => {
                for name in self.kept() {
                    let mode = u32::from_str_radix(argument, 8).unwrap();
                    set_mode(&self.cache().join(name), mode);
                }
            }
            other => return Err(format!("`{other}` is no call that the runner knows")),
        }
        Ok(())
    }

    fn note<T: std::fmt::Display>(&mut self, call: &str, result: Result<T, Error>) {
        match result {
            Ok(value) => {
                self.printed.push(value.to_string());
                self.say(call, value.to_string());
            }
            Err(error) => self.fail(call, &error),
        }
    }

    fn fail(&mut self, call: &str, error: &Error) {
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
        let kinds: Vec<_> = kinds
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, kind)| *kind)
            .collect();
        self.say(call, format!("error ({}): {text}", kinds.join(", ")));
    }

    fn say(&mut self, call: &str, what: String) {
        let root = self.root.path().to_string_lossy().into_owned();
        let what = what.replace(&root, "[case]");
        // The name of a file of the token cache is a hash.
        let names = self.kept().into_iter();
        let what = names.fold(what, |what, name| what.replace(&name, "[hash].json"));
        writeln!(self.outcome, "{call}: {what}").unwrap();
    }

    fn print(&mut self, value: &impl Debug) {
        self.printed.push(format!("{value:?}"));
        self.printed.push(format!("{value:#?}"));
    }

    fn cache(&self) -> PathBuf {
        self.root.path().join("kept")
    }

    fn kept(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.cache()).into_iter().flatten();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;

    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {
    unimplemented!("there are no modes here")
}

/// Copies a tree of text files with secrets in their places.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).into_iter().flatten() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            std::fs::write(target, secrets::plant(&text)).unwrap();
        }
    }
}
