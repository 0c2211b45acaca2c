//! The routes, and what holds for every answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use http::{HeaderName, HeaderValue, StatusCode};

use crate::authorization::authorize;
use crate::data::identifiers::{Identifiers, Kind};
use crate::failure::{Failure, excerpt};
use crate::fault::inject;
use crate::keystone;
use crate::request_log::note;
use crate::routes::{backup_jobs, policies};
use crate::world::World;

/// No request of the API is larger.
pub(crate) const MOST_BODY: usize = 64 * 1024;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Everything the sandbox answers to.
pub(crate) fn router(world: Arc<World>) -> Router {
    let project = Router::new()
        .route("/backuppolicy", get(policies::list))
        .route(
            "/backuppolicy/{policy_id}/backuptasks",
            get(backup_jobs::list),
        )
        .route_layer(from_fn_with_state(Arc::clone(&world), authorize));
    let requests = Arc::new(Requests {
        identifiers: world.identifiers,
        next: AtomicU64::new(0),
    });
    Router::new()
        .nest("/v2/{project_id}", project)
        .merge(keystone::router(&world))
        .fallback(no_such_route)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(from_fn_with_state(Arc::clone(&world), inject))
        .layer(from_fn_with_state(requests, name_request))
        .layer(from_fn_with_state(Arc::clone(&world), note))
        .with_state(world)
}

async fn no_such_route(request: Request) -> Failure {
    let path = excerpt(request.uri().path());
    let message = format!("the sandbox has nothing at `{path}`; check the path and its version");
    Failure::without_code(StatusCode::NOT_FOUND, message)
}

async fn method_not_allowed(request: Request) -> Failure {
    let method = excerpt(request.method().as_str());
    let path = excerpt(request.uri().path());
    let message = format!("`{path}` does not take {method}; the header Allow lists what it takes");
    Failure::without_code(StatusCode::METHOD_NOT_ALLOWED, message)
}

/// Numbers the requests.
struct Requests {
    identifiers: Identifiers,
    next: AtomicU64,
}

/// The identifier of a request, for those answers that say it in their body.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Gives every answer the identifier by which the service's support would find the request.
async fn name_request(
    State(requests): State<Arc<Requests>>,
    mut request: Request,
    next: Next,
) -> Response {
    let number = requests.next.fetch_add(1, Ordering::Relaxed);
    let id = format!("req-{}", requests.identifiers.plain(Kind::Request, number));
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
