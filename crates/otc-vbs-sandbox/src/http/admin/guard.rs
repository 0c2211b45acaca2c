//! Who may use the admin routes.
//!
//! They need no token, so a page in somebody's browser must not reach them: neither directly, which its `Origin` tells,
//! nor by a name that is made to point to this machine, which `Host` tells.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderValue, StatusCode, Uri};

use crate::http::failure::Failure;
use crate::state::AppState;

/// Lets a request through that comes from this machine, or any where others may reach the sandbox.
pub(crate) async fn check(State(app): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    if app.allow_remote || is_local(&request) {
        return next.run(request).await;
    }
    let message = "the admin routes are for this machine only: Host must be localhost or a loopback address, and so must \
                   Origin where a browser sends it. A sandbox that may be reached by others takes any";
    Failure::without_code(StatusCode::FORBIDDEN, message.to_owned()).into_response()
}

fn is_local(request: &Request) -> bool {
    let headers = request.headers();
    let of_host = headers.get_all(HOST).iter().all(|host| {
        let authority = host.to_str().ok().and_then(|host| host.parse().ok());
        authority.is_some_and(|authority: Authority| is_loopback(authority.host()))
    });
    let of_origin = headers.get_all(ORIGIN).iter().all(is_local_origin);
    let of_uri = request.uri().host().is_none_or(is_loopback);
    headers.contains_key(HOST) && of_host && of_origin && of_uri
}

fn is_local_origin(origin: &HeaderValue) -> bool {
    let uri = origin.to_str().ok().and_then(|origin| origin.parse().ok());
    uri.is_some_and(|uri: Uri| uri.host().is_some_and(is_loopback))
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "example.com",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "10.0.0.1",
            "0.0.0.0",
            "[::2]",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
