#![allow(clippy::unwrap_used, clippy::panic)]

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::{ServiceError, request_id};

fn response(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    Response::builder().status(status).body(body.into()).unwrap()
}

/// Code, message and request id of a 400 with this body.
fn read(body: impl Into<Bytes>) -> (Option<String>, Option<String>, Option<String>) {
    let error = ServiceError::of(&response(400, body)).unwrap();
    (error.code, error.message, error.request_id)
}

fn code_and_message(body: &Value) -> (String, String) {
    let (code, message, _) = read(body.to_string());
    (code.unwrap_or_default(), message.unwrap_or_default())
}

fn pair(code: &str, message: &str) -> (String, String) {
    (code.to_owned(), message.to_owned())
}

#[test]
fn reads_the_shapes_of_service_gateway_openstack_and_keystone() {
    let shapes = [
        (json!({"error": {"code": "AutoBackup.0003", "message": "m"}}), "AutoBackup.0003"),
        (json!({"error_msg": "m", "error_code": "APIGW.0301", "request_id": "r"}), "APIGW.0301"),
        (json!({"itemNotFound": {"code": 404, "message": "m"}}), "404"),
        (json!({"error": {"code": 401, "message": "m", "title": "Unauthorized"}}), "401"),
    ];
    for (body, code) in shapes {
        assert_eq!(code_and_message(&body), pair(code, "m"), "{body}");
    }
}

#[test]
fn success_is_not_an_error() {
    let bodies = ["", "{}", "[]", r#"{"backup_policies":[]}"#, "<title>x</title>", r#""error""#];
    for body in bodies {
        assert_eq!(ServiceError::of(&response(200, body)), None, "{body}");
    }
}

#[test]
fn success_status_with_an_error_shape_is_an_error_and_keeps_its_code() {
    let bodies = [
        (r#"{"error":{"code":"AutoBackup.0009","message":"m"}}"#, "AutoBackup.0009"),
        (r#"{"error":{"code":"AutoBackup.0009","message":"m"},"request_id":"r"}"#, "AutoBackup.0009"),
        (r#" { "error_msg":"m","error_code":"APIGW.0308","request_id":"r"}"#, "APIGW.0308"),
        (r#"{"request_id":"r","error_code":"APIGW.0308","error_msg":"m"}"#, "APIGW.0308"),
        (r#"{"error_code":"APIGW.0308","error_msg":"m"}"#, "APIGW.0308"),
        (r#"{"itemNotFound":{"message":"m","code":404}}"#, "404"),
        (r#"{"badRequest":{"code":"VolumeBackup.0002","message":"m"}}"#, "VolumeBackup.0002"),
        (r#"{"overLimit":{"code":413,"message":"m","details":"d","retryAfter":"3"}}"#, "413"),
        ("\u{feff}{\"conflictingRequest\":{\"message\":\"m\",\"code\":\"409\"}}", "409"),
    ];
    for (body, code) in bodies {
        let error = ServiceError::of(&response(200, body)).unwrap_or_else(|| panic!("{body}"));
        assert_eq!(error.status, StatusCode::OK);
        assert_eq!(error.code.as_deref(), Some(code), "{body}");
        assert_eq!(error.message.as_deref(), Some("m"), "{body}");
    }
}

#[test]
fn large_error_with_a_success_status_is_an_error() {
    let body = json!({"error": {"code": "AutoBackup.0009", "message": "m".repeat(100_000)}});
    let error = ServiceError::of(&response(200, body.to_string())).unwrap();
    assert_eq!(error.code.as_deref(), Some("AutoBackup.0009"));
}

#[test]
fn data_is_never_read_as_an_error() {
    let bodies = [
        // A job that failed. Every member may be null.
        json!({"job_id": "j", "status": "FAIL", "error_code": "VolumeBackup.0051", "fail_reason": "r"}),
        json!({"error_code": null, "error_msg": null}),
        json!({"error_code": "", "error_msg": ""}),
        json!({"error_code": "0", "error_msg": "", "job_id": "j"}),
        json!({"request_id": "r"}),
        json!({"request_id": "r", "error_code": "APIGW.0308"}),
        // Metadata and tags, whose keys a user chooses.
        json!({"metadata": {"code": "404", "message": "m"}}),
        json!({"tag": {"code": "404", "message": "m"}}),
        json!({"error": {"id": "x"}}),
        json!({"error": "text"}),
        json!({"error": null}),
        json!({"error": {"code": "x", "message": "m"}, "backups": []}),
        json!({"itemNotFound": {"message": "m"}, "backups": []}),
        json!({"itemNotFound": {"message": "m", "code": 404, "id": "x"}}),
        json!({"itemNotFound": []}),
        json!([{"error": {"code": "x", "message": "m"}}]),
    ];
    for body in bodies {
        let body = body.to_string();
        assert_eq!(ServiceError::of(&response(200, body.clone())), None, "{body}");
    }
}

#[test]
fn error_body_over_64_kib_keeps_code_message_and_request_id() {
    let long = "x".repeat(100_000);
    let bodies = [
        json!({"error": {"code": "AutoBackup.0003", "message": long}, "request_id": "r"}),
        json!({"error": {"message": "m", "the_request": long, "code": "AutoBackup.0003"}, "request_id": "r"}),
        json!({"a": long, "error_msg": "m", "error_code": "AutoBackup.0003", "request_id": "r"}),
        json!({"badRequest": {"code": "AutoBackup.0003", "message": long}, "request_id": "r"}),
    ];
    for body in bodies {
        let (code, message, request_id) = read(body.to_string());
        assert_eq!(code.as_deref(), Some("AutoBackup.0003"));
        assert!(message.is_some_and(|message| message.starts_with(['m', 'x'])));
        assert_eq!(request_id.as_deref(), Some("r"));
    }
}

#[test]
fn truncated_json_keeps_the_part_that_arrived() {
    let body = concat!(
        r#"{"request_id":"r","error":{"code":"AutoBackup.0003","#,
        r#""message":"a \"b\" \ud83d\ude00 c\\","n":[1,{"k":true}],"z":1.5}}"#
    );
    let message_starts = body.find("a \\\"b").unwrap();
    let code_ends = body.find("\",\"message").unwrap();
    for end in code_ends + 1..body.len() {
        let (code, message, request_id) = read(body[..end].to_owned());
        assert_eq!(code.as_deref(), Some("AutoBackup.0003"), "{}", &body[..end]);
        assert_eq!(request_id.as_deref(), Some("r"), "{}", &body[..end]);
        if end > message_starts {
            let message = message.unwrap_or_default();
            assert!("a \"b\" \u{1f600} c\\".starts_with(&message), "{message} of {}", &body[..end]);
            assert_eq!(message.is_empty(), end == message_starts, "{}", &body[..end]);
        }
    }
}

#[test]
fn every_truncation_is_read_without_a_panic() {
    let bodies = [
        r#"[{"message":"m"},["\u00e9\ud83d\ude00"],-1.5e3,true,null]"#,
        "{\"error\":{\"message\":\"\u{e9}\u{1f600}\"}} trailing }]",
        "}{][\"\\",
    ];
    for body in bodies {
        for end in 0..=body.len() {
            let _ = read(body.as_bytes()[..end].to_vec());
            let _ = read(body.as_bytes()[end..].to_vec());
        }
    }
}

#[test]
fn invalid_utf8_in_json_keeps_the_code() {
    let (code, message, _) = read(&b"{\"error_code\":\"APIGW.0301\",\"error_msg\":\"gr\xfc\xdfe\"}"[..]);
    assert_eq!(code.as_deref(), Some("APIGW.0301"));
    assert_eq!(message.as_deref(), Some("gr\u{fffd}\u{fffd}e"));
}

#[test]
fn text_after_the_json_is_ignored() {
    let (code, message, _) = read("{\"error\":{\"code\":\"c\",\"message\":\"m\"}}\n<!-- node 7 -->");
    assert_eq!((code.as_deref(), message.as_deref()), (Some("c"), Some("m")));
}

#[test]
fn text_that_begins_like_json_is_text() {
    for body in ["[500] failed", "404, not found", "\"a\", b", "{0x80} failed", "[{] failed", "[", "{"] {
        assert_eq!(read(body).1.as_deref(), Some(body));
    }
}

#[test]
fn deeply_nested_json_is_read_in_linear_time() {
    let nested = |depth: usize| format!("{}1{}", r#"{"error":{"a":"#.repeat(depth), "}}".repeat(depth));
    let (code, message, _) = read(nested(60));
    assert_eq!(code, None);
    assert!(message.is_some_and(|message| message.starts_with(r#"{"error":"#)));
    let _ = read(nested(100_000));
    let _ = read("[{".repeat(100_000));
}

#[test]
fn reads_json_of_unknown_shape() {
    let cases = [
        (json!({"errors": [{"code": "E1", "message": "m"}, {"code": "E2", "message": "n"}]}), "E1", "m"),
        (json!({"errors": ["m", "n"]}), "", "m"),
        (json!([{"code": "E1", "message": "m"}]), "E1", "m"),
        (json!("m"), "", "m"),
        (json!({"detail": "m"}), "", "m"),
        (json!({"detail": [{"loc": ["body"], "msg": "m", "type": "missing"}]}), "", "m"),
        (json!({"Message": "m"}), "", "m"),
        (json!({"Code": "E1", "Message": "m"}), "E1", "m"),
        (json!({"fault": {"faultstring": "m", "detail": {"errorcode": "E1"}}}), "E1", "m"),
        (json!({"Fault": {"code": 500, "message": "m"}}), "500", "m"),
        (json!({"NeutronError": {"type": "PortNotFound", "message": "m", "detail": ""}}), "", "m"),
        (json!({"error": "invalid_grant", "error_description": "m"}), "invalid_grant", "m"),
        (json!({"error": "m"}), "", "m"),
        (json!({"error": "Bad Request", "message": "m", "status": 400}), "", "m"),
        (json!({"type": "about:blank", "title": "t", "detail": "m", "status": 400}), "", "m"),
        (json!({"code": "E1", "message": "m", "details": {"message": "inner"}}), "E1", "m"),
        (json!({"message": "m", "error": {"code": "E1"}}), "E1", "m"),
        (json!({"message": "", "title": "m"}), "", "m"),
        (json!({"error": {"errors": [{"message": "m"}]}}), "", "m"),
        (json!({"code": "E1"}), "E1", ""),
    ];
    for (body, code, message) in cases {
        assert_eq!(code_and_message(&body), pair(code, message), "{body}");
    }
}

#[test]
fn json_without_a_known_member_shows_an_excerpt() {
    assert_eq!(code_and_message(&json!({"a": [1, {"b": "c"}]})), pair("", r#"{"a":[1,{"b":"c"}]}"#));
    let long = json!({ "a": "x".repeat(1000) });
    let (_, message) = code_and_message(&long);
    assert_eq!(message.chars().count(), 201);
    assert!(message.ends_with('…'));
}

#[test]
fn empty_json_says_nothing() {
    for body in ["{}", "[]", "null", r#""""#, "  ", "[[],{}]", r#"{"message":""}"#] {
        let (code, message, _) = read(body);
        assert_eq!((code, message), (None, None), "{body}");
    }
}

#[test]
fn html_shows_its_title() {
    let (_, message, _) = read("<HTML><head><Title>\n 503  Service\nUnavailable </TITLE></head>");
    assert_eq!(message.as_deref(), Some("503 Service Unavailable"));
}

#[test]
fn text_shows_an_excerpt() {
    assert_eq!(read("upstream\r\n timed out").1.as_deref(), Some("upstream timed out"));
    let (_, message, _) = read("word ".repeat(20_000));
    assert_eq!(message.unwrap().chars().count(), 201);
}

#[test]
fn header_request_id_wins_over_the_body() {
    let mut response = response(500, r#"{"error_code":"c","error_msg":"m","request_id":"body"}"#);
    assert_eq!(ServiceError::from_response(&response).request_id.as_deref(), Some("body"));
    response.headers_mut().insert("x-request-id", "".parse().unwrap());
    response.headers_mut().insert("x-iam-trace-id", "header".parse().unwrap());
    assert_eq!(ServiceError::from_response(&response).request_id.as_deref(), Some("header"));
}

#[test]
fn request_id_is_read_from_the_headers_of_all_services() {
    for name in ["x-request-id", "x-openstack-request-id", "x-compute-request-id", "x-iam-trace-id"] {
        let response = Response::builder().header(name, "r").body(()).unwrap();
        assert_eq!(request_id(response.headers()).as_deref(), Some("r"), "{name}");
    }
    assert_eq!(request_id(&http::HeaderMap::new()), None);
}

#[test]
fn display_names_status_code_message_and_request() {
    let body = r#"{"error_code":"APIGW.0301","error_msg":"m","request_id":"r"}"#;
    let error = ServiceError::from_response(&response(401, body));
    assert_eq!(error.to_string(), "HTTP 401 Unauthorized, APIGW.0301: m (request r)");
    let error = ServiceError::from_response(&response(503, ""));
    assert_eq!(error.to_string(), "HTTP 503 Service Unavailable");
}

#[test]
fn no_field_contains_terminal_control_characters() {
    let bad = "\u{0}\t\n\u{1b}[31m\u{7f}\u{85}\u{9b}31m\u{ad}\u{61c}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\
               \u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2060}\
               \u{2066}\u{2067}\u{2068}\u{2069}\u{feff}";
    let steers = |c: char| bad.contains(c) && c != '[' && c != 'm' && !c.is_ascii_digit();
    let bodies = [
        json!({"error": {"code": bad, "message": bad}, "request_id": bad}).to_string(),
        json!({"error_code": bad, "error_msg": bad, "request_id": bad}).to_string(),
        json!({ "unknown": bad }).to_string(),
        json!({ bad: bad }).to_string(),
        format!("x{bad}"),
        format!("<title>x{bad}</title>"),
    ];
    for body in bodies {
        let shown = ServiceError::from_response(&response(500, body.clone())).to_string();
        assert!(!shown.contains(steers), "{body:?} is shown as {shown:?}");
    }
}
