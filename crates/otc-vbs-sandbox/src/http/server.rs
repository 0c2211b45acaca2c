//! The routes, and the layers around them.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{from_fn_with_state, map_request};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::{ACCEPT, HeaderValue};
use http::{Extensions, HeaderMap, StatusCode};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};

use super::admin;
use super::connection::limit_body_time;
use super::docs;
use super::failure::Failure;
use super::keystone;
use super::limits::MOST_BODY;
use super::middleware::authorize::authorize;
use super::middleware::check_host::check_host;
use super::middleware::inject::{InjectedFault, inject};
use super::middleware::persist::save_changes;
use super::middleware::record::{Requests, note, record};
use super::openstack::native::{self, Version};
use super::openstack::{self, block_storage};
use super::root;
use super::vbs::{backup_jobs, backups, policies, policies_by_tag, resources, shares, tags, vbs_jobs};
use crate::state::AppState;
use crate::text::excerpt;

/// All routes of the sandbox.
pub(crate) fn router(app: Arc<AppState>) -> Router {
    // Routes for callers with rights in the project in the path.
    let of_project = |router: Router<Arc<AppState>>| {
        router
            .route_layer(from_fn_with_state(Arc::clone(&app), save_changes))
            .route_layer(from_fn_with_state(Arc::clone(&app), authorize))
    };
    let project = Router::new()
        .route("/backuppolicy/{policy_id}/backuptasks", get(backup_jobs::list))
        .merge(policies::router())
        .merge(resources::router())
        .merge(tags::router())
        .merge(policies_by_tag::router())
        .merge(backups::router())
        .merge(native::router(Version::V2))
        .merge(shares::router());
    let block_storage = |version: Version| {
        let path = format!("{}/{}/{{project_id}}", openstack::PREFIX, version.segment());
        Router::new().nest(&path, of_project(block_storage::router(version)))
    };
    let admin = admin::router(&app)
        .method_not_allowed_fallback(method_not_allowed)
        .route_layer(from_fn_with_state(Arc::clone(&app), save_changes));
    let requests = Arc::new(Requests { app: Arc::clone(&app), next: AtomicU64::new(0) });
    let services = Router::new()
        .nest("/v1/{project_id}", of_project(vbs_jobs::router()))
        .nest("/v2/{project_id}", of_project(project))
        .nest("/v3/{project_id}", of_project(native::router(Version::V3)))
        .merge(block_storage::discovery())
        .merge(block_storage(Version::V2))
        .merge(block_storage(Version::V3))
        .merge(keystone::router(&app))
        .route("/", get(root))
        .fallback(no_such_route)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(Arc::clone(&app), inject))
        .layer(from_fn_with_state(Arc::clone(&app), note));
    let services = match app.gzip {
        true => services.layer(CompressionLayer::new().compress_when(compressible())),
        false => services,
    };
    services
        .merge(admin)
        .merge(docs::router().method_not_allowed_fallback(method_not_allowed))
        .layer(from_fn_with_state(Arc::clone(&app), check_host))
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(map_request(limit_body_time))
        .layer(from_fn_with_state(requests, record))
        .with_state(app)
}

/// Responses that may be compressed: not those with a fault whose position is counted in bytes of the body.
fn compressible() -> impl Predicate {
    let has_no_fault = |_: StatusCode, _: http::Version, _: &HeaderMap, extensions: &Extensions| {
        extensions.get::<InjectedFault>().is_none()
    };
    DefaultPredicate::new().and(has_no_fault)
}

/// `GET /`: a page for browsers. Other clients get 404.
async fn root(State(app): State<Arc<AppState>>, request: Request) -> Response {
    let accepts = |value: &HeaderValue| value.to_str().is_ok_and(|types| types.contains("text/html"));
    match request.headers().get(ACCEPT).is_some_and(accepts) {
        true => root::page(&app, request.headers()),
        false => no_such_route(request).await.into_response(),
    }
}

async fn no_such_route(request: Request) -> Failure {
    let path = excerpt(request.uri().path());
    let message = format!("the sandbox has nothing at `{path}`; check the path and its version");
    Failure::without_code(StatusCode::NOT_FOUND, message)
}

async fn method_not_allowed(request: Request) -> Failure {
    let method = excerpt(request.method().as_str());
    let path = excerpt(request.uri().path());
    let message =
        format!("`{path}` does not support {method}; the header Allow lists the methods that it supports");
    Failure::without_code(StatusCode::METHOD_NOT_ALLOWED, message)
}
