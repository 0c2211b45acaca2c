//! What goes wrong: one of each kind that the tests of faults have.

use std::time::Duration;

use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use http::{HeaderName, StatusCode};
use otc_vbs_sandbox::Fault;

const HTML: &str = "<html><head><title>503 Service Unavailable</title></head></html>";

/// Everything that may go wrong with each request of a call, by name. The last is a silence.
pub(crate) fn faults() -> Vec<(&'static str, Fault)> {
    let status = |code: u16| Fault::answer(StatusCode::from_u16(code).unwrap());
    let with = |fault: Fault, name: HeaderName, value| fault.header(name, HeaderValue::from_static(value));
    let error = |code: u16, body: &'static str| status(code).body(body);
    let mut faults = vec![
        ("400", error(400, r#"{"error":{"message":"no","code":400}}"#)),
        ("401", status(401)),
        ("401 of the gateway", error(401, r#"{"error_msg":"no","error_code":"APIGW.0301"}"#)),
        ("403", error(403, r#"{"error":{"code":"AutoBackup.0213","message":"no"}}"#)),
        ("403, token expired", error(403, r#"{"error":{"code":"AutoBackup.0003","message":"expired"}}"#)),
        ("404", error(404, r#"{"itemNotFound":{"message":"no","code":404}}"#)),
        ("429", with(status(429), RETRY_AFTER, "120")),
        ("500", status(500)),
        ("502", status(502)),
        ("503 in HTML", with(error(503, HTML), CONTENT_TYPE, "text/html")),
        ("504", status(504)),
        ("redirect", with(status(302), LOCATION, "https://example.com/v2")),
        ("200, an error", error(200, r#"{"error":{"code":"AutoBackup.0009","message":"no"}}"#)),
        ("200, nothing", status(200)),
        ("200, no JSON", error(200, HTML)),
        ("200, not UTF-8", status(200).body(&b"{\"\xff\":1}"[..])),
        ("200, truncated", error(200, r#"{"backup_policies":[{"#)),
        ("200, another shape", error(200, r#"{"backup_policies":{"a":1},"token":[]}"#)),
        ("200, compressed", with(error(200, "x"), CONTENT_ENCODING, "gzip")),
        ("204", status(204)),
        ("reset", Fault::reset()),
        ("broken off", error(200, r#"{"backup_pol"#).cut_off()),
        ("silence", Fault::delay(Duration::from_secs(3600))),
    ];
    for (_, fault) in &mut faults {
        *fault = fault.clone().times(u64::MAX);
    }
    faults
}
