#![allow(clippy::unwrap_used)]

mod encodings;

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::Redactor;

const TOKEN: &str = "gAAAAABn-_x7/Qz+Wk==";

fn redactor(secrets: &[&str]) -> Redactor {
    Redactor::new(secrets)
}

fn redact(secret: &str, text: &str) -> String {
    redactor(&[secret]).redact(text).into_owned()
}

fn redact_json(secret: &str, body: &Value) -> Value {
    let body = redactor(&[secret]).redact_body(&body.to_string().into());
    serde_json::from_slice(&body).unwrap()
}

fn headers(name: HeaderName, value: &str) -> HeaderMap {
    let mut value = HeaderValue::from_str(value).unwrap();
    value.set_sensitive(true);
    HeaderMap::from_iter([(name, value)])
}

#[test]
fn unrelated_text_is_borrowed() {
    let text = "AutoBackup.1100: 100% of %2B & &amp; \\u0041 \"policy\" … ünïcode... gAAAAAB not found";
    assert!(matches!(redactor(&[TOKEN, "t", ""]).redact(text), Cow::Borrowed(_)));
    assert!(matches!(redactor(&[]).redact(text), Cow::Borrowed(_)));
    assert!(matches!(redactor(&[TOKEN]).redact(""), Cow::Borrowed(_)));
}

#[test]
fn text_around_a_secret_is_kept() {
    let text = format!("ü%2B{TOKEN}\\u002bü{TOKEN}{TOKEN}%");
    assert_eq!(redact(TOKEN, &text), "ü%2B***\\u002bü***%");
}

#[test]
fn all_secrets_are_redacted() {
    let redactor = redactor(&["correct horse battery", TOKEN, "12345678"]);
    let text = format!("correct+horse+battery 12345678 {TOKEN}");
    assert_eq!(redactor.redact(&text), "*** *** ***");
}

#[test]
fn twelve_characters_in_a_row_are_redacted_anywhere() {
    for (start, end) in [(0, 12), (1, 13), (3, 15), (8, 20), (0, 19)] {
        let text = format!("see ({}) there", &TOKEN[start..end]);
        assert_eq!(redact(TOKEN, &text), "see (***) there");
    }
    for (start, end) in [(0, 11), (1, 12), (9, 20)] {
        let text = format!("see ({}) there", &TOKEN[start..end]);
        assert_eq!(redact(TOKEN, &text), text);
    }
}

#[test]
fn wrapped_secret_is_redacted_line_by_line() {
    let secret = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let text = format!("token:\n{}\n{}\n{}.", &secret[..20], &secret[20..40], &secret[40..]);
    assert_eq!(redact(secret, &text), "token:\n***\n***\n***.");
}

#[test]
fn eight_characters_are_redacted_where_the_text_is_cut() {
    for mark in ["", "…", "...", "\\u2026 x", "&hellip; x", "%E2%80%A6 x"] {
        for length in 8..TOKEN.len() {
            let text = format!("token {}{mark}", &TOKEN[..length]);
            assert_eq!(redact(TOKEN, &text), format!("token ***{mark}"));
        }
        let text = format!("token {}{mark}", &TOKEN[..7]);
        assert_eq!(redact(TOKEN, &text), text);
    }
}

#[test]
fn word_that_begins_a_secret_is_kept() {
    let text = "the password is wrong";
    assert_eq!(redact("password1234", text), text);
}

#[test]
fn escape_that_is_cut_off_is_redacted() {
    for escape in ["\\u002b", "\\x2b", "%2B", "%252B", "&#43;", "&plus;", "&#x0002b;", "&amp;#43;"] {
        for end in 1..escape.len() {
            let text = format!("token abcdefgh{}", &escape[..end]);
            let redacted = redact("abcdefgh+ijklmnop", &text);
            assert!(["token ***", "token ***\\"].contains(&&*redacted), "{text}: {redacted}");
        }
    }
}

#[test]
fn short_secret_is_redacted_as_a_complete_value_only() {
    let kept = [
        ("t", "AutoBackup.1100: not tested, at t"),
        ("code", r#"{"code":"AutoBackup.1100","message": "code x","code" : 1"#),
        ("123456", "job 1234567, 123456 and \"123456 \""),
    ];
    for (secret, text) in kept {
        assert_eq!(redact(secret, text), text);
    }
    let redacted = [
        ("123456", " 123456\n", " ***\n"),
        ("123456", "passcode '123456' is wrong", "passcode '***' is wrong"),
        ("123456", r#"passcode \"123456\" is wrong"#, r#"passcode \"***\" is wrong"#),
        ("p+\"", "&quot;p&#43;&quot;&quot; is wrong", "&quot;***&quot; is wrong"),
        ("123456", r#"{"passcode":"123456","a"#, r#"{"passcode":"***","a"#),
    ];
    for (secret, text, expected) in redacted {
        assert_eq!(redact(secret, text), expected);
    }
}

#[test]
fn seven_characters_are_short_and_eight_are_not() {
    assert_eq!(redact("pässwör", "pässwör is wrong"), "pässwör is wrong");
    assert_eq!(redact("pässwört", "xpässwörtx"), "x***x");
}

#[test]
fn json_strings_numbers_and_names_are_redacted() {
    let body = json!({"a": ["x", {"b": format!("<{TOKEN}>")}], TOKEN: null, "n": 1.5});
    let expected = json!({"a": ["x", {"b": "<***>"}], "***": null, "n": 1.5});
    assert_eq!(redact_json(TOKEN, &body), expected);
    let body = json!({"passcode": "123456", "code": 123_456, "123456": "job 123456"});
    let expected = json!({"passcode": "***", "code": "***", "123456": "job 123456"});
    assert_eq!(redact_json("123456", &body), expected);
}

#[test]
fn json_without_a_secret_is_not_encoded_again() {
    let body = Bytes::from_static(b"{ \"b\" : 1.50, \"a\":\"\\u0041\" }");
    assert_eq!(redactor(&[TOKEN]).redact_body(&body), body);
}

#[test]
fn secret_in_a_repeated_member_is_redacted() {
    let body = Bytes::from(format!(r#"{{"a":"{TOKEN}","a":"x"}}"#));
    assert_eq!(redactor(&[TOKEN]).redact_body(&body), r#"{"a":"***","a":"x"}"#);
}

#[test]
fn cut_off_json_is_redacted_as_text() {
    let json = json!({"message": format!("token \"{TOKEN}\" is wrong")}).to_string();
    let cut = Bytes::from(json.replace('/', "\\/").replace("is wrong\"}", ""));
    let redacted = redactor(&[TOKEN]).redact_body(&cut);
    assert_eq!(redacted, r#"{"message":"token \"***\" "#);
}

#[test]
fn body_that_is_not_utf8_is_redacted() {
    let body = [b"\xff\xfe\x80 ", TOKEN.as_bytes(), b"\xff %FF"].concat();
    let redacted = redactor(&[TOKEN]).redact_body(&body.into());
    assert_eq!(redacted, &b"\xff\xfe\x80 ***\xff %FF"[..]);
}

#[test]
fn only_sensitive_request_headers_are_secrets() {
    let mut headers = headers(HeaderName::from_static("x-auth-token"), TOKEN);
    headers.insert("x-project-id", HeaderValue::from_static("0123456789abcdef"));
    let redactor = Redactor::of_request_headers(&headers);
    let text = format!("{TOKEN} for 0123456789abcdef");
    assert_eq!(redactor.redact(&text), "*** for 0123456789abcdef");
}

#[test]
fn signature_is_redacted_alone_and_with_its_header() {
    let header =
        "SDK-HMAC-SHA256 Access=AKEXAMPLE, SignedHeaders=host;x-sdk-date, Signature=0a1b2c3d4e5f6071";
    let redactor = Redactor::of_request_headers(&headers(AUTHORIZATION, header));
    let cases = [
        (format!("authorization: {header} is wrong"), "authorization: *** is wrong"),
        ("verify 0a1b2c3d4e5f6071 failed".to_owned(), "verify *** failed"),
        ("Signature=0a1b2c3d…".to_owned(), "Signature=***…"),
        ("expected SDK-HMAC-SHA256 Access=".to_owned(), "expected SDK-HMAC-SHA256 Access="),
    ];
    for (text, expected) in cases {
        assert_eq!(redactor.redact(&text), expected);
    }
}

#[test]
fn scheme_of_an_authorization_header_is_kept() {
    for scheme in ["Bearer", "Basic"] {
        let header = format!("{scheme} {TOKEN}");
        let redactor = Redactor::of_request_headers(&headers(AUTHORIZATION, &header));
        assert_eq!(redactor.redact(&format!("{header}, {TOKEN}")), format!("{scheme} ***, ***"));
    }
}

#[test]
fn proxy_credentials_are_redacted_although_unknown() {
    let cases = [
        ("Proxy-Authorization: Basic dXNl+y/=\r\nHost: x", "Proxy-Authorization: Basic ***\r\nHost: x"),
        (r#"{"proxy-authorization":"basic dXNlcjpwYXNz"}"#, r#"{"proxy-authorization":"basic ***"}"#),
        ("proxy-authorization%3a%20basic%20dXNlcjpwYXNz%20x", "proxy-authorization%3a%20basic%20***%20x"),
        ("dXNlcjpwYXNz of proxy-authorization: Basic dXNlcjpwYXNz", "*** of proxy-authorization: Basic ***"),
        ("send proxy-authorization: Basic to x", "send proxy-authorization: Basic ***"),
    ];
    for (text, expected) in cases {
        assert_eq!(redactor(&[]).redact(text).replace("*** x", "***"), expected);
    }
}

#[test]
fn response_headers_are_redacted() {
    let mut headers = HeaderMap::new();
    let location = format!("https://x/?t={}", TOKEN.replace('/', "%2f"));
    headers.insert("location", location.parse().unwrap());
    headers.insert("x-request-id", "1234".parse().unwrap());
    headers.insert(CONTENT_LENGTH, "1234".parse().unwrap());
    redactor(&[TOKEN, "1234"]).redact_headers(&mut headers);
    assert_eq!(headers["location"], "https://x/?t=***");
    assert_eq!(headers["x-request-id"], "***");
    assert_eq!(headers[CONTENT_LENGTH], "1234");
}

#[test]
fn debug_shows_no_secret() {
    assert_eq!(format!("{:?}", redactor(&[TOKEN])), "Redactor { .. }");
}

#[test]
fn text_that_repeats_itself_is_searched_in_linear_time() {
    let token = "0123456789".repeat(400);
    let texts = [
        "A",
        "0123456789",
        "%3",
        "%25",
        "\\",
        "&",
        "&amp;",
        "&#",
        "...",
        "\\u005c",
        "\"",
        "proxy-authorization: basic ",
    ];
    for text in texts {
        let text = text.repeat(32 * 1024 / text.len());
        let _ = redactor(&[&token, TOKEN]).redact(&format!("{text}3"));
    }
}
