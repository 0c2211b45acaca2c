#![allow(clippy::unwrap_used)]

use super::canonical::{Canonical, sha256_hex};
use super::*;
use bytes::Bytes;
use jiff::Timestamp;
use secrecy::SecretString;

const ACCESS_KEY: &str = "QTWAOYTTINDUT2QVKYUC";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn key() -> AccessKey {
    key_with(None)
}

fn temporary_key(security_token: &str) -> AccessKey {
    key_with(Some(security_token.to_owned().into()))
}

fn key_with(security_token: Option<SecretString>) -> AccessKey {
    let secret = "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc".to_owned();
    AccessKey::new(ACCESS_KEY, secret.into(), security_token).unwrap()
}

fn derived() -> SignatureVariant {
    SignatureVariant::default()
}

/// The published request.
fn request() -> http::Request<Bytes> {
    http::Request::get(
        "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs\
         ?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
    )
    .header("Content-Type", "application/json")
    .body(Bytes::new())
    .unwrap()
}

fn date() -> Timestamp {
    "2019-11-15T03:36:55Z".parse().unwrap()
}

fn authorization(request: &http::Request<Bytes>) -> String {
    request.headers()["authorization"].to_str().unwrap().to_owned()
}

fn signed(variant: &SignatureVariant) -> http::Request<Bytes> {
    let mut request = request();
    key().sign(&mut request, variant, &SigningScope::Unscoped, date()).unwrap();
    request
}

/// The canonical request's lines: method, path, query, one for each header, an empty one, the names, the payload.
fn canonical(method: &str, uri: &str, body: &'static str, variant: &SignatureVariant) -> Vec<String> {
    let request =
        http::Request::builder().method(method).uri(uri).body(Bytes::from_static(body.as_bytes())).unwrap();
    let canonical = Canonical::of(&request, variant).unwrap();
    canonical.text.split('\n').map(str::to_owned).collect()
}

fn path(uri: &str) -> String {
    canonical("GET", uri, "", &derived())[1].clone()
}

fn query(uri: &str) -> String {
    canonical("GET", uri, "", &derived())[2].clone()
}

#[test]
fn canonical_request_matches_the_published_one() {
    let request = signed(&SignatureVariant::Direct);
    let canonical = Canonical::of(&request, &SignatureVariant::Direct).unwrap();
    assert_eq!(
        sha256_hex(canonical.text.as_bytes()),
        "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a"
    );
}

#[test]
fn direct_signature_matches_the_test_vector() {
    assert_eq!(
        authorization(&signed(&SignatureVariant::Direct)),
        "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date, \
         Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"
    );
}

#[test]
fn signature_matches_the_derived_vector() {
    let request = signed(&derived());
    assert_eq!(
        authorization(&request),
        "SDK-HMAC-SHA256 Credential=QTWAOYTTINDUT2QVKYUC/20191115///sdk_request, \
         SignedHeaders=content-type;host;x-sdk-date, \
         Signature=a0f03b56828e2195f3f9f980a128ed757130504ee958dc210add06e9df89f227"
    );
    assert_eq!(request.headers()["x-sdk-date"], "20191115T033655Z");
}

#[test]
fn region_and_service_are_in_the_scope_and_in_the_key() {
    let variant = SignatureVariant::Derived { region: "eu-de".to_owned(), service: "vbs".to_owned() };
    let with_scope = authorization(&signed(&variant));
    assert!(with_scope.contains("Credential=QTWAOYTTINDUT2QVKYUC/20191115/eu-de/vbs/sdk_request,"));
    let signature = |text: &str| text.rsplit_once("Signature=").unwrap().1.to_owned();
    assert_ne!(signature(&with_scope), signature(&authorization(&signed(&derived()))));
}

#[test]
fn signing_again_replaces_the_first_signature() {
    let mut request = signed(&derived());
    let later = "2019-11-15T03:50:00Z".parse().unwrap();
    key().sign(&mut request, &derived(), &SigningScope::Unscoped, later).unwrap();
    assert_eq!(request.headers().get_all("authorization").iter().count(), 1);
    assert_eq!(request.headers()["x-sdk-date"], "20191115T035000Z");
    assert!(!authorization(&request).contains("authorization;"));

    key().sign(&mut request, &derived(), &SigningScope::Unscoped, date()).unwrap();
    assert_eq!(authorization(&request), authorization(&signed(&derived())));
}

#[test]
fn project_and_domain_are_signed() {
    let temporary = temporary_key("temporary");
    let mut request = request();
    temporary.sign(&mut request, &derived(), &SigningScope::Project("p1".to_owned()), date()).unwrap();
    assert_eq!(request.headers()["x-project-id"], "p1");
    assert_eq!(request.headers()["x-security-token"], "temporary");
    assert!(request.headers()["x-security-token"].is_sensitive());
    let names = "SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token,";
    assert!(authorization(&request).contains(names), "{}", authorization(&request));

    key().sign(&mut request, &derived(), &SigningScope::Domain("d1".to_owned()), date()).unwrap();
    assert_eq!(request.headers()["x-domain-id"], "d1");
    assert!(!request.headers().contains_key("x-project-id"));
    assert!(!request.headers().contains_key("x-security-token"));
}

#[test]
fn path_is_encoded_once_and_ends_in_a_slash() {
    assert_eq!(path("https://h"), "/");
    assert_eq!(path("https://h/v2/p"), "/v2/p/");
    assert_eq!(path("https://h/v2/p/"), "/v2/p/");
    assert_eq!(path("https://h/a%20b/%C3%A4/-._~"), "/a%20b/%C3%A4/-._~/");
    assert_eq!(path("https://h/a:b*c@d,e"), "/a%3Ab%2Ac%40d%2Ce/");
    assert_eq!(path("https://h/%7euser/%2fx"), "/~user//x/");
}

#[test]
fn query_is_sorted_and_encoded_once() {
    assert_eq!(query("https://h/"), "");
    assert_eq!(query("https://h/?b=2&a=1"), "a=1&b=2");
    assert_eq!(query("https://h/?a=2&b=&a=1&c"), "a=1&a=2&b=&c=");
    assert_eq!(query("https://h/?limit=2&limit-by=1"), "limit=2&limit-by=1");
    assert_eq!(query("https://h/?q=a%20b&r=a+b&s=a%2Bb"), "q=a%20b&r=a%20b&s=a%2Bb");
    assert_eq!(query("https://h/?t=%7B%22k%22%3A%22%C3%A4%22%7D"), "t=%7B%22k%22%3A%22%C3%A4%22%7D");
    assert_eq!(query("https://h/?B=1&a=2&&"), "B=1&a=2");
}

#[test]
fn host_omits_the_default_port() {
    let host = |uri: &str| canonical("GET", uri, "", &derived())[3].clone();
    assert_eq!(host("https://vbs.EXAMPLE.com:443/"), "host:vbs.example.com");
    assert_eq!(host("https://vbs.example.com:8443/"), "host:vbs.example.com:8443");
    assert_eq!(host("http://127.0.0.1:80/"), "host:127.0.0.1");
    assert_eq!(host("http://127.0.0.1:443/"), "host:127.0.0.1:443");
}

#[test]
fn body_is_hashed() {
    let lines = canonical("POST", "https://h/?a=1", "{}", &derived());
    assert_eq!(lines[2], "a=1");
    assert_eq!(lines.last().unwrap(), &sha256_hex(b"{}"));
}

#[test]
fn post_without_a_body_differs_by_variant() {
    let uri = "https://h/?b=2%203&a=1&a=0";
    let derived = canonical("POST", uri, "", &derived());
    assert_eq!(derived[2], "");
    assert_eq!(derived.last().unwrap(), &sha256_hex(b"a=1&a=0&b=2+3"));

    let direct = canonical("POST", uri, "", &SignatureVariant::Direct);
    assert_eq!(direct[2], "a=0&a=1&b=2%203");
    assert_eq!(direct.last().unwrap(), EMPTY);
}

#[test]
fn variants_agree_without_a_query_and_for_other_methods() {
    for (method, uri) in [("POST", "https://h/x"), ("PUT", "https://h/x?a=1"), ("DELETE", "https://h/?a=1")] {
        let direct = canonical(method, uri, "", &SignatureVariant::Direct);
        assert_eq!(canonical(method, uri, "", &derived()), direct, "{method} {uri}");
        assert_eq!(direct.last().unwrap(), EMPTY);
    }
}

#[test]
fn no_error_repeats_a_secret() {
    let bad = temporary_key("se\ncret");
    let error = bad.sign(&mut request(), &derived(), &SigningScope::Unscoped, date()).unwrap_err();
    assert!(error.is_config());
    assert_eq!(error.to_string(), "the security token has characters that are not allowed in a header");
}
