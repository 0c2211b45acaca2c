//! What is told by `tracing`: only what the list allows, and no secret, by whomever.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use otc_vbs::transport::{RetryPolicy, TRACING_FIELDS, TRACING_TARGET};
use otc_vbs_tests::{Fault, Faulty, Log, POLICY, Reply, Script, TOKEN, json, status};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// Stands wherever no log may show what stands there.
const CANARY: &str = "canary-7f3a";

/// The spans and events of the client, as they end; with or without the names of OpenTelemetry.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Records>>, bool);

#[derive(Default)]
struct Records {
    lines: Vec<String>,
    declared: BTreeSet<&'static str>,
}

#[derive(Clone, Default)]
struct Values(BTreeMap<&'static str, String>);

impl Visit for Values {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // How long something took differs from run to run.
        let value = match field.name() {
            "duration_ms" => "[time]".to_owned(),
            _ => format!("{value:?}"),
        };
        self.0.insert(field.name(), value);
    }
}

impl Told {
    fn add(&self, metadata: &'static Metadata<'static>, values: &Values) {
        if metadata.target() != TRACING_TARGET {
            return;
        }
        let kind = if metadata.is_span() {
            metadata.name()
        } else {
            "event"
        };
        // OpenTelemetry's names have a dot. They say the same as ours, and have a test of their own.
        let is_shown = |name: &str| self.1 || !name.contains('.');
        let values: Vec<_> = values
            .0
            .iter()
            .filter(|(name, _)| is_shown(name))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut records = self.0.lock().unwrap();
        records
            .lines
            .push(format!("{} {kind} {}", metadata.level(), values.join(" ")));
        records
            .declared
            .extend(metadata.fields().iter().map(|field| field.name()));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Told {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut values = Values::default();
        attributes.record(&mut values);
        context.span(id).unwrap().extensions_mut().insert(values);
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        record.record(span.extensions_mut().get_mut::<Values>().unwrap());
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut values = Values::default();
        event.record(&mut values);
        self.add(event.metadata(), &values);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).unwrap();
        let values = span.extensions().get::<Values>().unwrap().clone();
        self.add(span.metadata(), &values);
    }
}

impl Told {
    /// Listens on this thread, at level TRACE, until the guard is dropped.
    fn listen() -> (Self, Log, tracing::subscriber::DefaultGuard) {
        Self::listen_to(false)
    }

    fn listen_to(opentelemetry: bool) -> (Self, Log, tracing::subscriber::DefaultGuard) {
        let (told, text) = (Self(Arc::default(), opentelemetry), Log::default());
        let subscriber = tracing_subscriber::registry()
            .with(text.layer())
            .with(told.clone());
        (told, text, tracing::subscriber::set_default(subscriber))
    }

    fn lines(&self) -> String {
        self.0.lock().unwrap().lines.join("\n")
    }

    fn assert_only_what_is_allowed(&self) {
        let declared = self.0.lock().unwrap().declared.clone();
        let allowed: BTreeSet<_> = TRACING_FIELDS.into_iter().chain(["message"]).collect();
        let others: Vec<_> = declared.difference(&allowed).collect();
        assert!(others.is_empty(), "{others:?}");
    }
}

fn at_once() -> RetryPolicy {
    RetryPolicy::default().jitter(|_| Duration::ZERO)
}

#[tokio::test]
async fn no_secret_is_told_and_no_field_that_is_not_on_the_list() {
    let (told, text, _guard) = Told::listen();
    let headers = format!("x-request-id: req-1\r\nset-cookie: {CANARY}\r\nx-new: {CANARY}\r\n");
    let body = format!(r#"{{"error":{{"code":"{CANARY}","message":"{CANARY}"}}}}"#);
    let page = format!(r#"{{"tasks":[],"new":"{CANARY}"}}"#);
    let server = Faulty::with([
        Fault::response("429 Too Many Requests", &headers, &body),
        Fault::response("200 OK", &headers.replace("req-1", "req-2"), page),
        Fault::Reset(format!("HTTP/1.1 200 OK\r\n{headers}content-length: 900\r\n\r\n{CANARY}").into()),
        Fault::response("204 No Content", &headers, ""),
    ])
    .await;
    let client = server.builder().retry(at_once()).build().unwrap();
    let policy = client.policy(POLICY);
    policy.tasks().status(CANARY).page().await.unwrap();
    // In the body of the request, and of a connection that breaks.
    policy.add_tag(CANARY, CANARY).await.unwrap_err();
    policy.delete().await.unwrap();
    assert_eq!(server.requests(), 4);

    let text = text.read();
    // The HTTP library is heard too, or the test would show nothing of it.
    assert!(text.contains("hyper"), "{text}");
    assert!(text.contains("attempt{operation=\"listBackupJobs\""), "{text}");
    assert!(!text.contains(CANARY), "{text}");
    assert!(!text.contains(TOKEN), "{text}");
    told.assert_only_what_is_allowed();
    insta::assert_snapshot!(told.lines(), @r#"
    DEBUG event message=ended
    DEBUG attempt attempt=1 duration_ms=[time] operation="listBackupJobs" request_id="req-1" status=429
    DEBUG event attempt=2 message=repeating wait_ms=500
    DEBUG event message=ended
    DEBUG attempt attempt=2 duration_ms=[time] operation="listBackupJobs" request_id="req-2" status=200
    DEBUG event message=ended
    INFO call attempt=2 duration_ms=[time] operation="listBackupJobs" request_id="req-2" status=200
    DEBUG event message=ended
    DEBUG attempt attempt=1 duration_ms=[time] error="interrupted" operation="addBackupPolicyTag" request_id="req-1" status=200
    DEBUG event message=ended
    INFO call attempt=1 duration_ms=[time] error="interrupted" operation="addBackupPolicyTag" request_id="req-1" status=200
    DEBUG event message=ended
    DEBUG attempt attempt=1 duration_ms=[time] operation="deleteBackupPolicy" request_id="req-1" status=204
    DEBUG event message=ended
    INFO call attempt=1 duration_ms=[time] operation="deleteBackupPolicy" request_id="req-1" status=204
    "#);
}

#[tokio::test(start_paused = true)]
async fn calls_that_do_not_end_by_themselves_are_told_of() {
    let (told, _, _guard) = Told::listen();
    let service = Script::always(Reply::Never);
    let builder = service.builder().retry(at_once());
    let builder = builder.attempt_timeout(Duration::from_secs(2));
    let client = builder.timeout(Duration::from_secs(3)).build().unwrap();
    client.policies().list().await.unwrap_err();
    let policies = client.policies();
    let dropped = tokio::time::timeout(Duration::from_secs(1), policies.list());
    dropped.await.unwrap_err();
    told.assert_only_what_is_allowed();
    insta::assert_snapshot!(told.lines(), @r#"
    DEBUG event message=ended
    DEBUG attempt attempt=1 duration_ms=[time] error="timeout" operation="listBackupPolicies"
    DEBUG event attempt=2 message=repeating wait_ms=0
    DEBUG event message=ended
    DEBUG attempt attempt=2 duration_ms=[time] error="cancelled" operation="listBackupPolicies"
    DEBUG event message=ended
    INFO call attempt=2 duration_ms=[time] error="timeout" operation="listBackupPolicies"
    DEBUG event message=ended
    DEBUG attempt attempt=1 duration_ms=[time] error="cancelled" operation="listBackupPolicies"
    DEBUG event message=ended
    INFO call attempt=1 duration_ms=[time] error="cancelled" operation="listBackupPolicies"
    "#);
}

#[tokio::test(start_paused = true)]
async fn spans_follow_the_conventions_of_opentelemetry() {
    let (told, _, _guard) = Told::listen_to(true);
    let service = Script::new([status(503), json(r#"{"backup_policies":[]}"#)]);
    let client = service.builder().retry(at_once()).build().unwrap();
    client.policies().list().await.unwrap();
    let lines = told.lines();
    let spans: Vec<_> = lines.lines().filter(|line| !line.contains(" event ")).collect();
    insta::assert_snapshot!(spans.join("\n"), @r#"
    DEBUG attempt attempt=1 duration_ms=[time] error.type="503" http.request.method="GET" http.response.status_code=503 operation="listBackupPolicies" otel.kind="client" otel.name="GET /v2/{project_id}/backuppolicy" otel.status_code="ERROR" server.address="vbs.example.com" server.port=443 status=503 url.template="/v2/{project_id}/backuppolicy"
    DEBUG attempt attempt=2 duration_ms=[time] http.request.method="GET" http.request.resend_count=1 http.response.status_code=200 operation="listBackupPolicies" otel.kind="client" otel.name="GET /v2/{project_id}/backuppolicy" server.address="vbs.example.com" server.port=443 status=200 url.template="/v2/{project_id}/backuppolicy"
    INFO call attempt=2 duration_ms=[time] http.request.method="GET" http.response.status_code=200 operation="listBackupPolicies" otel.kind="client" otel.name="GET /v2/{project_id}/backuppolicy" server.address="vbs.example.com" server.port=443 status=200 url.template="/v2/{project_id}/backuppolicy"
    "#);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_look_like_a_request_id_is_not_told() {
    let (told, _, _guard) = Told::listen();
    let long = "x".repeat(129);
    for (id, is_told) in [
        ("req-1_2.3:4", true),
        ("a b", false),
        ("<b>", false),
        (&long, false),
    ] {
        let mut response = json(r#"{"backup_policies":[]}"#);
        response.headers_mut().insert("x-request-id", id.parse().unwrap());
        let client = Script::new([response]).builder().build().unwrap();
        client.policies().list().await.unwrap();
        assert_eq!(told.lines().contains(id), is_told, "{id}");
    }
    // It may be in the body of a failure.
    let mut response = json(r#"{"error_msg":"no","error_code":"APIGW.0101","request_id":"7f0b"}"#);
    *response.status_mut() = status(404).status();
    let client = Script::new([response]).builder().build().unwrap();
    client.policies().list().await.unwrap_err();
    assert!(told.lines().contains(r#"request_id="7f0b""#), "{}", told.lines());
}
