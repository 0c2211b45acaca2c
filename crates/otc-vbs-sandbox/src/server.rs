//! The routes, and what holds for every answer.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state, map_request};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;

use crate::access::{Requests, record};
use crate::admin;
use crate::authorization::authorize;
use crate::connection::limit_body_time;
use crate::documentation;
use crate::failure::{Failure, excerpt};
use crate::fault::inject;
use crate::keystone;
use crate::request_log::note;
use crate::routes::native::{self, Version};
use crate::routes::{
    backup_jobs, backups, beyond_vbs, policies, policies_by_tag, resources, shares, tags, vbs_jobs,
};
use crate::world::World;

/// No request of the API is larger: the reference has no limit for some of the lists in them.
pub(crate) const MOST_BODY: usize = 1024 * 1024;

/// Everything the sandbox answers to.
pub(crate) fn router(world: Arc<World>) -> Router {
    // What is for callers who may use the project in the path.
    let of_project = |router: Router<Arc<World>>| {
        router
            .route_layer(from_fn_with_state(Arc::clone(&world), save_changes))
            .route_layer(from_fn_with_state(Arc::clone(&world), authorize))
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
        let path = format!("{}/{}/{{project_id}}", beyond_vbs::PREFIX, version.segment());
        Router::new().nest(&path, of_project(beyond_vbs::router(version)))
    };
    let admin = admin::router(&world)
        .method_not_allowed_fallback(method_not_allowed)
        .route_layer(from_fn_with_state(Arc::clone(&world), save_changes));
    let requests = Arc::new(Requests {
        world: Arc::clone(&world),
        next: AtomicU64::new(0),
    });
    Router::new()
        .nest("/v1/{project_id}", of_project(vbs_jobs::router()))
        .nest("/v2/{project_id}", of_project(project))
        .nest("/v3/{project_id}", of_project(native::router(Version::V3)))
        .merge(beyond_vbs::discovery())
        .merge(block_storage(Version::V2))
        .merge(block_storage(Version::V3))
        .merge(keystone::router(&world))
        .fallback(no_such_route)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(Arc::clone(&world), inject))
        .layer(from_fn_with_state(Arc::clone(&world), note))
        .merge(admin)
        .merge(documentation::router().method_not_allowed_fallback(method_not_allowed))
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(map_request(limit_body_time))
        .layer(from_fn_with_state(requests, record))
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

/// Answers a request that may have changed something once the change is in the file of the state, if there is one.
pub(crate) async fn save_changes(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let changes = !request.method().is_safe();
    let response = next.run(request).await;
    let Some(saver) = world.saver.as_ref().filter(|_| changes) else {
        return response;
    };
    match saver.save().await {
        Ok(()) => response,
        Err(problem) => {
            let message = format!("the sandbox could not save its state: {problem}");
            Failure::without_code(StatusCode::INTERNAL_SERVER_ERROR, message).into_response()
        }
    }
}
