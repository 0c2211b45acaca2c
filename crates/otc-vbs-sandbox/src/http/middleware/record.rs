//! Gives every response a request id, counts it and writes it to the access log.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};

use super::inject::InjectedFault;
use crate::domain::identifiers::Kind;
use crate::http::operation_name;
use crate::http::request_id::RequestId;
use crate::state::AppState;
use crate::text::{excerpt, log_excerpt};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The target of the access log.
const TARGET: &str = "otc_vbs_sandbox::access";

/// Numbers the requests.
pub(crate) struct Requests {
    pub(crate) app: Arc<AppState>,
    pub(crate) next: AtomicU64,
}

/// Gives every response a request id, as support would need it, and records it.
pub(crate) async fn record(
    State(requests): State<Arc<Requests>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let app = &requests.app;
    let number = requests.next.fetch_add(1, Ordering::Relaxed);
    let id = format!("req-{}", app.identifiers.plain(Kind::Request, number));
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // Without the query, which could contain anything.
    let path = request.uri().path().to_owned();
    let operation = operation_name::operation(&request);

    let mut response = next.run(request).await;
    let happened = response.extensions().get::<InjectedFault>();
    let status = match happened {
        Some(happened) if happened.without_status => None,
        _ => Some(response.status().as_u16()),
    };
    tracing::info!(
        target: TARGET,
        method = excerpt(method.as_str()),
        path = log_excerpt(&path),
        status,
        fault = happened.map(|happened| log_excerpt(&happened.fault)),
        duration_ms = started.elapsed().as_secs_f64() * 1000.0,
        request_id = id,
    );
    if !is_admin(&path) {
        app.request_counts.count(operation, status);
    }
    response.headers_mut().insert(REQUEST_ID, header_of(id));
    response
}

#[expect(clippy::expect_used, reason = "a request id has only letters, digits and hyphens")]
fn header_of(request_id: String) -> HeaderValue {
    HeaderValue::try_from(request_id).expect("a request id is a valid header value")
}

fn is_admin(path: &str) -> bool {
    path == "/admin" || path.starts_with("/admin/")
}

/// Records each request on arrival, before anything else happens to it.
pub(crate) async fn note(State(app): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    app.requests.add(&request);
    next.run(request).await
}
