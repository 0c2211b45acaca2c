//! What `-v`, `RUST_LOG` and `vbs sandbox --access-log` print to standard error.

use std::fmt;

use otc_vbs::transport::presentable;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use tracing_subscriber::{fmt as lines, registry};

use crate::diagnostics;
use crate::exit::Failure;

const VARIABLE: &str = "RUST_LOG";
/// The target of one event for each request that the sandbox answers.
const ACCESS: &str = "otc_vbs_sandbox::access";
/// The target of the spans of requests.
const REQUESTS: &str = "otc_http";

/// Starts logging: the events that RUST_LOG selects, with `verbose` each request that is sent, and with `access` each request
/// that the sandbox answers.
pub(crate) fn start(verbose: bool, access: bool) -> Result<(), Failure> {
    let mut targets = match std::env::var(VARIABLE) {
        Ok(text) if !text.is_empty() => text
            .parse::<Targets>()
            .map_err(|error| Failure::usage(format!("{VARIABLE} is not a filter of log targets: {error}")))?,
        _ => Targets::new(),
    };
    if access {
        targets = targets.with_target(ACCESS, Level::INFO);
    }
    let requests = verbose.then(|| Requests.with_filter(Targets::new().with_target(REQUESTS, Level::DEBUG)));
    let lines = lines::layer().with_writer(std::io::stderr).with_filter(targets);
    let started = registry().with(lines).with(requests).try_init();
    started.map_err(|error: TryInitError| Failure::Runtime(std::io::Error::other(error)))
}

/// Prints each attempt to send a request, when it ends.
struct Requests;

/// The fields of an attempt.
#[derive(Default)]
struct Attempt {
    method: String,
    operation: String,
    status: String,
    milliseconds: String,
    request_id: String,
    error: String,
}

impl Visit for Attempt {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let place = match field.name() {
            "http.request.method" => &mut self.method,
            "operation" => &mut self.operation,
            "status" => &mut self.status,
            "duration_ms" => &mut self.milliseconds,
            "request_id" => &mut self.request_id,
            "error" => &mut self.error,
            _ => return,
        };
        *place = presentable(value, 200);
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Requests {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id).filter(|_| attributes.metadata().name() == "attempt") {
            let mut attempt = Attempt::default();
            attributes.record(&mut attempt);
            span.extensions_mut().insert(attempt);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(attempt) = span.extensions_mut().get_mut::<Attempt>()
        {
            values.record(attempt);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let extensions = span.extensions();
        let Some(attempt) = extensions.get::<Attempt>() else { return };
        let Attempt { method, operation, status, milliseconds, request_id, error } = attempt;
        let outcome = if status.is_empty() { error } else { status };
        let id = if request_id.is_empty() { String::new() } else { format!(" (request id {request_id})") };
        diagnostics::request(&format!("{method} {operation}: {outcome} in {milliseconds} ms{id}"));
    }
}
