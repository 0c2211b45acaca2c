//! Lists of backups, in brief and in detail.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use otc_vbs_api::types::{self, BackupList, BackupListV2, BackupSummary, BackupSummaryList, BackupV2};

use super::details::Source;
use super::page::{BackupPage, BackupQuery};
use super::request_context::{RequestContext, Version};
use crate::domain::Vbs;
use crate::domain::backup::Backup;
use crate::domain::data_error::DataError;
use crate::domain::limits::CountReading;
use crate::http::failure::Failure;
use crate::state::AppState;

/// `listBackupSummariesV2` and `listBackupSummaries`
pub(super) async fn summaries(
    State(app): State<Arc<AppState>>,
    context: RequestContext,
) -> Result<Response, Failure> {
    let vbs = app.vbs_at_now();
    let (query, page) = read(&app, &vbs, &context)?;
    let summary =
        |(id, backup): &(String, Cow<'_, Backup>)| context.place.summary(id.clone(), backup.name.as_deref());
    let backups: Result<Vec<BackupSummary>, DataError> = page.backups.iter().map(summary).collect();
    let mut list = BackupSummaryList::new(backups?);
    list.count = count(&app, &query, &page);
    list.backups_links = links(&query, &page, &context, "backups");
    Ok(Json(list).into_response())
}

/// `listBackupsV2` and `listBackups`
pub(super) async fn details(
    State(app): State<Arc<AppState>>,
    context: RequestContext,
) -> Result<Response, Failure> {
    let vbs = app.vbs_at_now();
    let (query, page) = read(&app, &vbs, &context)?;
    let source = Source { app: &app, vbs: &vbs, project: context.project, place: &context.place };
    let links = links(&query, &page, &context, "backups/detail");
    let backups = page.backups.iter().map(|(_, backup)| backup.as_ref());
    Ok(match context.place.version {
        Version::V2 => {
            let backups: Result<Vec<BackupV2>, DataError> = backups.map(|backup| source.v2(backup)).collect();
            let mut list = BackupListV2::new(backups?);
            list.backups_links = links;
            Json(list).into_response()
        }
        Version::V3 => {
            let backups: Result<Vec<types::Backup>, DataError> =
                backups.map(|backup| source.v3(backup)).collect();
            let mut list = BackupList::new(backups?);
            list.backups_links = links;
            list.count = count(&app, &query, &page);
            Json(list).into_response()
        }
    })
}

fn read<'a>(
    app: &AppState,
    vbs: &'a Vbs,
    context: &RequestContext,
) -> Result<(BackupQuery, BackupPage<'a>), Failure> {
    let query = BackupQuery::parse(context).map_err(Failure::of_openstack)?;
    let project = vbs.project(context.project);
    let page = project.map(|project| query.page(&app.identifiers, project));
    let page = page.transpose().map_err(Failure::of_openstack)?;
    Ok((query, page.unwrap_or_default()))
}

fn count(app: &AppState, query: &BackupQuery, page: &BackupPage<'_>) -> Option<u64> {
    let count = match app.count_reading {
        CountReading::All => page.matching,
        CountReading::Page => page.backups.len() as u64,
    };
    query.with_count.then_some(count)
}

fn links(
    query: &BackupQuery,
    page: &BackupPage<'_>,
    context: &RequestContext,
    collection: &str,
) -> Option<Vec<otc_vbs_api::types::Link>> {
    let (last, _) = page.backups.last().filter(|_| page.has_more)?;
    Some(vec![query.link_to_next(context, collection, last)])
}
