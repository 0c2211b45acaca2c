//! What OpenStack's clients call on their way to backups and VBS does not have: a block storage endpoint that
//! says which versions it speaks and knows disks and snapshots. Backups are there as they are in VBS.
//!
//! It has a path of its own, because `/v3` without a project is the identity service.

mod collection;
mod snapshots;
mod versions;
mod volumes;

use std::sync::Arc;

use axum::routing::{MethodRouter, get};
use axum::{Extension, Router};

use super::PREFIX;
use super::native::{self, Version};
use crate::state::AppState;

/// What anybody may ask.
pub(crate) fn discovery() -> Router<Arc<AppState>> {
    // With a slash at the end or without: clients write both.
    let both = |router: Router<Arc<AppState>>, path: &str, handler: MethodRouter<Arc<AppState>>| {
        router
            .route(&format!("{PREFIX}{path}"), handler.clone())
            .route(&format!("{PREFIX}{path}/"), handler)
    };
    let router = both(Router::new(), "", get(versions::all));
    let router = both(router, "/v2", get(versions::v2));
    both(router, "/v3", get(versions::v3))
}

/// Paths relative to the project under the prefix and a version.
pub(crate) fn router(version: Version) -> Router<Arc<AppState>> {
    let disks = Router::new()
        .route("/volumes", get(volumes::list))
        .route("/volumes/detail", get(volumes::list))
        .route("/volumes/{volume_id}", get(volumes::show))
        .route("/snapshots", get(snapshots::list))
        .route("/snapshots/detail", get(snapshots::list))
        .route("/snapshots/{snapshot_id}", get(snapshots::show))
        .layer(Extension(version));
    disks.merge(native::router(version))
}
