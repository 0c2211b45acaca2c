//! The requests of OpenStack's clients that VBS does not have: a block storage endpoint that lists its
//! versions, disks and snapshots. Backups are the same as in VBS.
//!
//! It has its own path, because `/v3` without a project is the identity service.

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

/// Routes that need no token.
pub(crate) fn discovery() -> Router<Arc<AppState>> {
    // With or without a slash at the end, because clients use both.
    let both = |router: Router<Arc<AppState>>, path: &str, handler: MethodRouter<Arc<AppState>>| {
        router.route(&format!("{PREFIX}{path}"), handler.clone()).route(&format!("{PREFIX}{path}/"), handler)
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
