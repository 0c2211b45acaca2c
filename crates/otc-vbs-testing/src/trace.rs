//! Records the spans and events of the tracing layers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::{Arc, Mutex, Once};

use otc_http::{TRACING_FIELDS, TRACING_TARGET};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::Log;

/// Records the spans and events of the tracing layers, one line each, when they end.
#[derive(Clone)]
pub struct TraceRecorder {
    records: Arc<Mutex<Records>>,
    /// Whether the fields of OpenTelemetry are shown in addition to our own.
    opentelemetry: bool,
}

#[derive(Default)]
struct Records {
    lines: Vec<String>,
    declared: BTreeSet<&'static str>,
}

#[derive(Clone, Default)]
struct Values(BTreeMap<&'static str, String>);

impl Visit for Values {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Durations differ from run to run.
        let value = match field.name() {
            "duration_ms" => "[time]".to_owned(),
            _ => format!("{value:?}"),
        };
        self.0.insert(field.name(), value);
    }
}

impl TraceRecorder {
    /// Records what this thread logs, at level TRACE, until the guard is dropped. The [`Log`] has everything that any library
    /// logs, the recorder only the lines of the tracing layers, without the fields of OpenTelemetry.
    pub fn listen() -> (Self, Log, DefaultGuard) {
        Self::listen_to(false)
    }

    /// Like [`listen`](Self::listen), and the lines have the fields of OpenTelemetry too.
    pub fn listen_with_opentelemetry() -> (Self, Log, DefaultGuard) {
        Self::listen_to(true)
    }

    fn listen_to(opentelemetry: bool) -> (Self, Log, DefaultGuard) {
        // With a single subscriber, `tracing` asks only the current thread whether a span is of interest, and remembers a no of
        // another test's thread for all of them. A second one, which takes everything, prevents that.
        static TAKES_EVERYTHING: Once = Once::new();
        TAKES_EVERYTHING.call_once(|| {
            let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
        });
        let recorder = Self { records: Arc::default(), opentelemetry };
        let log = Log::default();
        let subscriber = tracing_subscriber::registry().with(log.layer()).with(recorder.clone());
        (recorder, log, tracing::subscriber::set_default(subscriber))
    }

    /// The recorded lines.
    pub fn lines(&self) -> String {
        self.records.lock().unwrap().lines.join("\n")
    }

    /// The recorded lines of spans.
    pub fn spans(&self) -> String {
        let lines = &self.records.lock().unwrap().lines;
        let spans = lines.iter().filter(|line| !line.contains(" event "));
        spans.cloned().collect::<Vec<_>>().join("\n")
    }

    /// Fails if any span or event declares a field that is not in [`TRACING_FIELDS`].
    pub fn assert_allowed_fields(&self) {
        let declared = self.records.lock().unwrap().declared.clone();
        let allowed: BTreeSet<_> = TRACING_FIELDS.into_iter().chain(["message"]).collect();
        let others: Vec<_> = declared.difference(&allowed).collect();
        assert!(others.is_empty(), "{others:?}");
    }

    fn add(&self, metadata: &'static Metadata<'static>, values: &Values) {
        if metadata.target() != TRACING_TARGET {
            return;
        }
        let kind = match metadata.is_span() {
            true => metadata.name(),
            false => "event",
        };
        // The names of OpenTelemetry have a dot.
        let is_shown = |name: &str| self.opentelemetry || !name.contains('.');
        let values = values.0.iter().filter(|(name, _)| is_shown(name));
        let values: Vec<_> = values.map(|(name, value)| format!("{name}={value}")).collect();
        let line = format!("{} {kind} {}", metadata.level(), values.join(" "));
        let mut records = self.records.lock().unwrap();
        records.lines.push(line);
        let fields = metadata.fields().iter().map(|field| field.name());
        records.declared.extend(fields);
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for TraceRecorder {
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
