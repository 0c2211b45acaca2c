//! Failed responses with each kind of body that the service, or a gateway in front of it, sends: the error has the status, the
//! code, the message and the request id.

use bytes::Bytes;
use http::StatusCode;
use otc_vbs::Error;
use otc_vbs_testing::{POLICY, Socket, TestService as _, client_answered_by, json};

/// The statuses that the reference documents for every operation, and 429.
const DOCUMENTED: [u16; 15] = [400, 401, 403, 404, 405, 406, 407, 408, 409, 429, 500, 501, 502, 503, 504];
/// Some of the others.
const OTHERS: [u16; 5] = [302, 418, 422, 511, 599];

/// A body, with the code, the message and the request id that the error has.
struct Body {
    what: &'static str,
    bytes: Vec<u8>,
    code: Option<&'static str>,
    message: Option<String>,
    request_id: Option<&'static str>,
}

fn body(
    what: &'static str,
    bytes: impl Into<Vec<u8>>,
    code: Option<&'static str>,
    message: Option<&str>,
    request_id: Option<&'static str>,
) -> Body {
    Body { what, bytes: bytes.into(), code, message: message.map(str::to_owned), request_id }
}

fn bodies() -> Vec<Body> {
    let huge = "x".repeat(4 * 1024 * 1024);
    vec![
        body(
            "documented",
            r#"{"error":{"code":"AutoBackup.0052","message":"no such policy"}}"#,
            Some("AutoBackup.0052"),
            Some("no such policy"),
            None,
        ),
        body(
            "identity service, integer code",
            r#"{"error":{"code":401,"message":"not you","title":"Unauthorized"}}"#,
            Some("401"),
            Some("not you"),
            None,
        ),
        body(
            "OpenStack badRequest",
            r#"{"badRequest":{"code":"XXXX","message":"bad volume"}}"#,
            Some("XXXX"),
            Some("bad volume"),
            None,
        ),
        body(
            "OpenStack itemNotFound",
            r#"{"itemNotFound":{"message":"no backup","code":404}}"#,
            Some("404"),
            Some("no backup"),
            None,
        ),
        body(
            "OpenStack fault of any name",
            r#"{"overLimit":{"code":413,"message":"slow down","retryAfter":"3"}}"#,
            Some("413"),
            Some("slow down"),
            None,
        ),
        body(
            "gateway",
            r#"{"error_msg":"not published","error_code":"APIGW.0101","request_id":"7f0b"}"#,
            Some("APIGW.0101"),
            Some("not published"),
            Some("7f0b"),
        ),
        body(
            "message and request id",
            r#"{"message":"down","request_id":"7f0b"}"#,
            None,
            Some("down"),
            Some("7f0b"),
        ),
        body("code and message", r#"{"code":"VBS.0002","message":"no"}"#, Some("VBS.0002"), Some("no"), None),
        body("error as text", r#"{"error":"busy"}"#, None, Some("busy"), None),
        body("nulls", r#"{"error":{"code":null,"message":null}}"#, None, None, None),
        body("empty", "", None, None, None),
        body(
            "HTML",
            "<html><head><title>503 Service\n Unavailable</title></head><body>…</body></html>",
            None,
            Some("503 Service Unavailable"),
            None,
        ),
        body("HTML without a title", "<h1>Bad   Gateway</h1>", None, Some("<h1>Bad Gateway</h1>"), None),
        body("not UTF-8", b"kaputt \xff\xfe!", None, Some("kaputt \u{fffd}\u{fffd}!"), None),
        body("truncated", r#"{"error":{"code":"AutoBackup.0052","mess"#, Some("AutoBackup.0052"), None, None),
        body("megabytes", huge.as_str(), None, Some(&format!("{}…", "x".repeat(200))), None),
        body("another JSON", "[1,2]", None, Some("[1,2]"), None),
    ]
}

async fn failure(status: u16, body: &[u8], request_id: Option<&str>) -> Error {
    let mut response = json(Bytes::copy_from_slice(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    if let Some(request_id) = request_id {
        response.headers_mut().insert("x-request-id", request_id.parse().unwrap());
    }
    client_answered_by([response]).policy(POLICY).backup_jobs().send().await.unwrap_err()
}

#[tokio::test]
async fn error_has_status_code_message_and_request_id() {
    for status in DOCUMENTED.into_iter().chain(OTHERS) {
        for body in bodies() {
            for header in [None, Some("req-1")] {
                let error = failure(status, &body.bytes, header).await;
                let context = format!("{status}, {}", body.what);
                let service = error.service().unwrap_or_else(|| panic!("{context}: {error}"));
                assert_eq!(service.status.as_u16(), status, "{context}");
                assert_eq!(service.code.as_deref(), body.code, "{context}");
                assert_eq!(service.message, body.message, "{context}");
                assert_eq!(service.request_id.as_deref(), header.or(body.request_id), "{context}");
                assert_eq!(error.request_id(), service.request_id.as_deref(), "{context}");
                assert_eq!(error.status(), Some(service.status), "{context}");
            }
        }
    }
}

#[tokio::test]
async fn text_has_the_message_and_the_request_id() {
    let mut texts = String::new();
    for body in bodies() {
        let error = failure(503, &body.bytes, Some("req-1")).await;
        texts += &format!("{}:\n    {error}\n", body.what);
    }
    insta::assert_snapshot!("what_a_person_reads", texts);
}

#[tokio::test]
async fn predicates_and_advice_follow_the_status_and_the_code() {
    let mut table = String::new();
    let codes = [(200, "AutoBackup.0003"), (403, "AutoBackup.0003"), (403, "APIGW.0308")];
    let cases = DOCUMENTED.into_iter().chain(OTHERS).map(|status| (status, "X")).chain(codes);
    for (status, code) in cases.filter(|(status, _)| *status != 200) {
        let body = format!(r#"{{"error":{{"code":"{code}","message":"no"}}}}"#);
        let error = failure(status, body.as_bytes(), None).await;
        let holding: Vec<&str> = [
            ("is_auth", error.is_auth()),
            ("is_conflict", error.is_conflict()),
            ("is_connect", error.is_connect()),
            ("is_forbidden", error.is_forbidden()),
            ("is_invalid", error.is_invalid()),
            ("is_not_found", error.is_not_found()),
            ("is_rate_limited", error.is_rate_limited()),
            ("is_retryable", error.is_retryable()),
            ("is_timeout", error.is_timeout()),
            ("is_unavailable", error.is_unavailable()),
        ]
        .into_iter()
        .filter_map(|(name, holds)| holds.then_some(name))
        .collect();
        table += format!("{status} {code}: {:?} {}", error.kind(), holding.join(" ")).trim_end();
        table += &format!("\n    {}\n", error.advice());
    }
    insta::assert_snapshot!("what_the_predicates_say", table);
}

#[tokio::test]
async fn success_that_is_not_as_documented_is_an_error() {
    let mut texts = String::new();
    for (what, status, body) in [
        ("no JSON", 200, "<html>log in</html>"),
        ("nothing", 200, ""),
        ("another shape", 200, r#"{"backups":[]}"#),
        ("truncated", 200, r#"{"tasks":[{"status":"RUN"#),
        ("another success", 204, ""),
        ("an error", 200, r#" { "error" : {"code":"AutoBackup.0003","message":"expired"}}"#),
    ] {
        let error = failure(status, body.as_bytes(), Some("req-1")).await;
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(error.request_id(), Some("req-1"));
        assert!(!error.is_retryable());
        texts += &format!("{what}:\n    {error}\n");
    }
    insta::assert_snapshot!("success_that_is_not_as_documented", texts);
}

#[tokio::test]
async fn failure_over_a_socket_keeps_the_request_id() {
    let socket = Socket::listen().await;
    let query = socket.client().policy(POLICY).backup_jobs();
    let answer = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/html\r\nx-request-id: req-9\r\n\
                  connection: close\r\n\r\n<title>Down</title>";
    let call = async {
        let error = query.send().await.unwrap_err();
        assert_eq!(error.to_string(), "listBackupJobs: HTTP 503 Service Unavailable: Down (request req-9)");
    };
    socket.receive(answer, call).await;
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let (socket, elsewhere) = (Socket::listen().await, Socket::listen().await);
    let query = socket.client().policy(POLICY).backup_jobs();
    let answer = format!(
        "HTTP/1.1 302 Found\r\nlocation: http://{}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        elsewhere.address()
    );
    let call = async { assert_eq!(query.send().await.unwrap_err().status(), Some(StatusCode::FOUND)) };
    socket.receive(&answer, call).await;
    assert!(elsewhere.was_left_alone());
}

#[tokio::test]
async fn refused_connection_is_a_connect_error() {
    let socket = Socket::listen().await;
    let client = socket.client();
    drop(socket);
    let error = client.policy(POLICY).backup_jobs().send().await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable() && error.service().is_none(), "{error}");
    assert!(error.to_string().contains("can't connect to 127.0.0.1:"), "{error}");
}

#[tokio::test]
async fn listed_codes_have_an_explanation() {
    let mut texts = String::new();
    for (status, code) in [
        (401, "AutoBackup.0003"),
        (400, "VolumeBackup.0064"),
        (400, "common.0011"),
        (500, "VolumeBackup.0051"),
        (404, "404"),
    ] {
        let body = format!(r#"{{"error":{{"code":"{code}","message":"no"}}}}"#);
        let error = failure(status, body.as_bytes(), None).await;
        let known = error.error_code().unwrap();
        assert_eq!(known.as_str(), code);
        let text = |text: Option<&'static str>| text.unwrap_or("not listed");
        texts += &format!("{code}:\n    {}\n    {}\n", text(known.explanation()), text(known.action()));
    }
    insta::assert_snapshot!("what_a_code_means", texts);
    let error = failure(503, b"<title>Down</title>", None).await;
    assert_eq!(error.error_code(), None);
}
