//! The OpenAPI document and the page that shows it. Neither needs a token.

mod prefilled;

use std::io::Read as _;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use flate2::read::GzDecoder;
use http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use url::Url;

use self::prefilled::{Examples, prefilled};
use super::failure::Failure;
use crate::domain::data_error::DataError;
use crate::domain::numbers::ProjectNumber;
use crate::http::reached_at::reached_at;
use crate::identity::accounts::Holder;
use crate::identity::tokens::{Grant, Methods, Scope};
use crate::state::AppState;

/// The document as it is in the repository.
const DOCUMENT: &str = include_str!("../../../openapi/vbs.yaml");
/// The same document as JSON.
const JSON: &str = include_str!("../../../openapi/vbs.json");
/// The page, built by `cargo xtask docs`.
const PAGE: &[u8] = include_bytes!("../../../docs/page.html.gz");
/// The page's scripts, in the form of its content security policy. Built together with it.
const SCRIPTS: &str = include_str!("../../../docs/script-src.txt");

pub(crate) fn router() -> Router<Arc<AppState>> {
    Router::new()
        .route("/openapi.yaml", get(document))
        .route("/docs", get(page))
        .route("/docs/openapi.yaml", get(prefilled_document))
        .route("/docs/sandbox.json", get(sandbox))
}

/// `GET /openapi.yaml`
async fn document(State(app): State<Arc<AppState>>, headers: HeaderMap) -> Result<Response, Failure> {
    let document = with_server(DOCUMENT, &reached_at(&app, &headers));
    let document = document.ok_or_else(|| {
        let message = "the document has no `servers` before `security`";
        Failure::without_code(StatusCode::INTERNAL_SERVER_ERROR, message)
    })?;
    Ok(yaml(document))
}

/// `GET /docs/openapi.yaml`: the document for the page. JSON is YAML, too.
async fn prefilled_document(
    State(app): State<Arc<AppState>>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let document = serde_json::from_str(JSON).map_err(DataError::from)?;
    let server = server(&reached_at(&app, &headers));
    let document = prefilled(document, &server, &Examples::of(&app));
    Ok(yaml(document.to_string()))
}

fn yaml(document: String) -> Response {
    // RFC 9512
    let yaml = HeaderValue::from_static("application/yaml");
    ([(CONTENT_TYPE, yaml)], document).into_response()
}

fn server(address: &Url) -> String {
    address.as_str().trim_end_matches('/').to_owned()
}

/// The document with this server instead of the cloud's.
fn with_server(document: &str, address: &Url) -> Option<String> {
    let (before, rest) = document.split_once("\nservers:\n")?;
    let (_, after) = rest.split_once("\nsecurity:\n")?;
    // JSON strings use escapes that YAML has as well.
    let url = serde_json::Value::from(server(address));
    Some(format!(
        "{before}\nservers:\n  - url: {url}\n    description: This sandbox, which is not the cloud.\nsecurity:\n{after}"
    ))
}

/// The data that the page needs to sign in.
#[derive(Serialize)]
struct Filled {
    token: String,
    project_id: String,
}

/// `GET /docs/sandbox.json`
async fn sandbox(State(app): State<Arc<AppState>>) -> Json<Filled> {
    let grant =
        Grant::new(Holder::User, Scope::Project(ProjectNumber::OWN), Methods::PASSWORD, app.token_now());
    let token = app.tokens.issue(&grant);
    Json(Filled { token, project_id: app.accounts.own.projects[0].id.clone() })
}

/// `GET /docs`
async fn page(headers: HeaderMap) -> Result<Response, Failure> {
    // Scripts set single styles, which a policy can't name. Styles can't load anything.
    let policy = format!(
        "default-src 'none'; script-src {}; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        SCRIPTS.trim()
    );
    let mut response = match takes_gzip(&headers) {
        true => ([(CONTENT_ENCODING, "gzip")], Bytes::from_static(PAGE)).into_response(),
        false => unpacked()?.into_response(),
    };
    let more = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (REFERRER_POLICY, "no-referrer"),
        (VARY, "accept-encoding"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in more {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    let policy = HeaderValue::try_from(policy).map_err(|_| {
        let message = "the hashes of the page's scripts are not valid in a header";
        Failure::without_code(StatusCode::INTERNAL_SERVER_ERROR, message)
    })?;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// Whether the caller accepts gzip. A caller without the header might accept anything, but such callers
/// (curl) don't.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter();
    let accepted = accepted.filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let (name, parameters) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = parameters.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight != Some(0.0)
    })
}

fn unpacked() -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    match GzDecoder::new(PAGE).read_to_end(&mut page) {
        Ok(_) => Ok(page),
        Err(error) => Err(Failure::without_code(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("the page can't be unpacked: {error}"),
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use data_encoding::BASE64;
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn only_the_servers_differ() {
        let changed = with_server(DOCUMENT, &"http://127.0.0.1:8080/".parse().unwrap()).unwrap();
        let lines: Vec<&str> = DOCUMENT.lines().collect();
        let begin = lines.iter().position(|line| *line == "servers:").unwrap();
        let end = lines.iter().position(|line| *line == "security:").unwrap();
        let own = [
            "servers:",
            "  - url: \"http://127.0.0.1:8080\"",
            "    description: This sandbox, which is not the cloud.",
        ];
        let expected = [&lines[..begin], &own, &lines[end..]].concat();
        assert_eq!(changed.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn content_security_policy_names_the_scripts() {
        let page = String::from_utf8(unpacked().unwrap()).unwrap();
        let scripts = page.split("<script>").skip(1);
        let digests = scripts.map(|script| {
            let (script, _) = script.split_once("</script>").unwrap();
            format!("'sha256-{}'", BASE64.encode(&Sha256::digest(script)))
        });
        assert_eq!(digests.collect::<Vec<_>>().join(" "), SCRIPTS.trim());
    }

    #[test]
    fn page_is_compressed_only_if_gzip_is_accepted() {
        for (accepted, expected) in [
            (None, false),
            (Some("identity"), false),
            (Some("gzip;q=0"), false),
            (Some("br, GZIP;q=0.5"), true),
            (Some("gzip, deflate, br"), true),
        ] {
            let headers = accepted.map(|value| (ACCEPT_ENCODING, HeaderValue::from_static(value)));
            let headers = headers.into_iter().collect();
            assert_eq!(takes_gzip(&headers), expected, "{accepted:?}");
        }
    }
}
