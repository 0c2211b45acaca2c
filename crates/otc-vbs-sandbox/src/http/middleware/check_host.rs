//! Rejects requests from web pages of other origins.
//!
//! `/admin` and `/docs` need no token, and the credentials are public. So a web page must not be able to
//! reach the sandbox. `Origin` reveals direct requests, and `Host` reveals a name that resolves to this
//! machine (DNS rebinding).

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{HOST, HeaderName, ORIGIN};
use url::{Host, Url};

use crate::http::failure::Failure;
use crate::http::reached_at::address_of;
use crate::state::AppState;

pub(crate) async fn check_host(State(app): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    if app.allow_remote {
        return next.run(request).await;
    }
    let problem = match (is_local(&request, &HOST), is_local(&request, &ORIGIN)) {
        (true, true) => return next.run(request).await,
        (false, _) => "`Host` must be localhost or a loopback address",
        (true, false) => "`Origin` must be localhost or a loopback address",
    };
    let message = format!(
        "{problem}: the sandbox accepts requests from this machine only, unless it allows remote callers"
    );
    Failure::without_code(StatusCode::FORBIDDEN, message).into_response()
}

fn is_local(request: &Request, header: &HeaderName) -> bool {
    request.headers().get_all(header).iter().all(|value| {
        let address = value.to_str().ok().and_then(|value| match *header == HOST {
            true => address_of(value),
            false => value.parse().ok(),
        });
        address.is_some_and(|address| is_loopback(&address))
    })
}

fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_accepted() {
        let is_local = |host: &str| address_of(host).is_some_and(|address| is_loopback(&address));
        for host in ["localhost", "LOCALHOST:80", "127.0.0.1", "127.9.9.9:1", "[::1]", "[::1]:8080"] {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "",
            "example.com",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "10.0.0.1",
            "0.0.0.0",
            "[::2]",
            "[::1].evil",
            "[::1]evil",
            "[[::1]]",
            "::1",
            "localhost@evil.example",
            "evil.example@localhost",
            "evil.example/@localhost",
            "localhost/evil.example",
            "localhost?evil.example",
            "localhost#evil.example",
            "localhost:80:80",
            "localhost ",
            " localhost",
            "local\thost",
        ] {
            assert!(!is_local(host), "{host}");
        }
    }
}
