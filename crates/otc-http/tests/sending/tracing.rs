//! Spans and events of calls and attempts.

use otc_http::{Layers, RequestInfo, Transport as _};
use otc_vbs_testing::{Reply, Script, TraceRecorder, json, ok, status};

use crate::{SECOND, get, immediate, retrying, send, stack};

/// A GET with the operation `listItems`.
fn list_items() -> http::Request<bytes::Bytes> {
    let mut request = get();
    RequestInfo::new("listItems").path_template("/items").attach(&mut request);
    request
}

#[tokio::test(start_paused = true)]
async fn calls_that_time_out_or_are_dropped_are_recorded() {
    let (recorder, _, _guard) = TraceRecorder::listen();
    let layers = retrying(immediate()).attempt_timeout(2 * SECOND).timeout(3 * SECOND);
    let transport = stack(layers, Script::always(Reply::Never));
    transport.send(list_items()).await.unwrap_err();
    let dropped = tokio::time::timeout(SECOND, transport.send(list_items()));
    dropped.await.unwrap_err();
    recorder.assert_allowed_fields();
    let expected = [
        r#"DEBUG event message=ended"#,
        r#"DEBUG attempt attempt=1 duration_ms=[time] error="timeout" operation="listItems""#,
        r#"DEBUG event attempt=2 message=retrying wait_ms=0"#,
        r#"DEBUG event message=ended"#,
        r#"DEBUG attempt attempt=2 duration_ms=[time] error="cancelled" operation="listItems""#,
        r#"DEBUG event message=ended"#,
        r#"INFO call attempt=2 duration_ms=[time] error="timeout" operation="listItems""#,
        r#"DEBUG event message=ended"#,
        r#"DEBUG attempt attempt=1 duration_ms=[time] error="cancelled" operation="listItems""#,
        r#"DEBUG event message=ended"#,
        r#"INFO call attempt=1 duration_ms=[time] error="cancelled" operation="listItems""#,
    ];
    assert_eq!(recorder.lines(), expected.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn spans_follow_the_conventions_of_opentelemetry() {
    let (recorder, _, _guard) = TraceRecorder::listen_with_opentelemetry();
    let service = Script::new([status(503), ok()]);
    send(retrying(immediate()), service, list_items()).await.unwrap();
    let common = r#"operation="listItems" otel.kind="client" otel.name="GET /items""#;
    let place = r#"server.address="service.example.com" server.port=443"#;
    let template = r#"url.template="/items""#;
    let expected = [
        format!(
            r#"DEBUG attempt attempt=1 duration_ms=[time] error.type="503" http.request.method="GET" http.response.status_code=503 {common} otel.status_code="ERROR" {place} status=503 {template}"#
        ),
        format!(
            r#"DEBUG attempt attempt=2 duration_ms=[time] http.request.method="GET" http.request.resend_count=1 http.response.status_code=200 {common} {place} status=200 {template}"#
        ),
        format!(
            r#"INFO call attempt=2 duration_ms=[time] http.request.method="GET" http.response.status_code=200 {common} {place} status=200 {template}"#
        ),
    ];
    assert_eq!(recorder.spans(), expected.join("\n"));
    recorder.assert_allowed_fields();
}

#[tokio::test]
async fn request_ids_that_do_not_look_like_ids_are_left_out() {
    let (recorder, _, _guard) = TraceRecorder::listen();
    let long = "x".repeat(129);
    for (id, is_recorded) in [("req-1_2.3:4", true), ("a b", false), ("<b>", false), (&long, false)] {
        let mut response = ok();
        response.headers_mut().insert("x-request-id", id.parse().unwrap());
        send(Layers::new(), Script::new([response]), get()).await.unwrap();
        assert_eq!(recorder.lines().contains(id), is_recorded, "{id}");
    }
    // The id may be in the body of a failure.
    let mut response = json(r#"{"error_msg":"no","error_code":"APIGW.0101","request_id":"7f0b"}"#);
    *response.status_mut() = http::StatusCode::NOT_FOUND;
    send(Layers::new(), Script::new([response]), get()).await.unwrap();
    let lines = recorder.lines();
    assert!(lines.contains(r#"request_id="7f0b""#), "{lines}");
}
