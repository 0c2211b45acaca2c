//! The page at the root, for people who open the sandbox's address in a browser.

use axum::response::{Html, IntoResponse, Response};
use http::HeaderMap;
use http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};

use super::reached_at::reached_at;
use crate::identity::accounts::{PERMANENT_KEY, Secret, TOTP_SECRET, User};
use crate::state::AppState;

pub(crate) fn page(app: &AppState, headers: &HeaderMap) -> Response {
    let address = reached_at(app, headers);
    let accounts = &app.accounts;
    let project = &accounts.own.projects[0];
    let identity = format!("{address}v3");
    let password = |user: &User| user.password.map_or("", |Secret(password)| password);
    let rows = [
        ("identity service", identity.as_str()),
        ("region", project.region),
        ("domain", accounts.own.name),
        ("project", &project.name),
        ("project id", &project.id),
        ("user", accounts.user.name),
        ("password", password(&accounts.user)),
        ("access key (AK)", PERMANENT_KEY.access_key),
        ("secret key (SK)", PERMANENT_KEY.secret_key.0),
        ("user with a second factor", accounts.totp_user.name),
        ("password", password(&accounts.totp_user)),
        ("TOTP secret", TOTP_SECRET.0),
    ];
    let rows = rows.map(|(name, value)| format!("<tr><th>{name}<td><code>{}</code>\n", escaped(value)));
    let page = format!(
        "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>VBS sandbox</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem }}
th {{ font-weight: normal; padding-right: 2rem; text-align: left }}
</style>
<h1>VBS sandbox</h1>
<p>This is a sandbox of the Volume Backup Service (VBS) and its identity service, not the cloud. Its data are made up.
<ul>
<li><a href=\"/docs\">/docs</a>: the API reference, where each operation can be tried
<li><a href=\"/openapi.yaml\">/openapi.yaml</a>: the OpenAPI document
<li><a href=\"/admin\">/admin</a>: how to move the clock, inject faults and count requests
</ul>
<h2>Credentials</h2>
<p>They are public and open nothing in the cloud.
<table>
{}</table>
</html>
",
        rows.concat()
    );
    let headers = [
        (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Html(page)).into_response()
}

/// The address contains the value of `Host`.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
