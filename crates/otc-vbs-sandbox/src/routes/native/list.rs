//! Lists of backups, in brief and in full.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use otc_vbs_api::types::{self, BackupList, BackupListV2, BackupSummary, BackupSummaryList, BackupV2};

use super::asked::{Asked, Version};
use super::details::Source;
use super::page::{BackupPage, BackupQuery};
use crate::builder::CountReading;
use crate::error::DataError;
use crate::failure::Failure;
use crate::service::Service;
use crate::world::World;

/// `listBackupSummariesV2` and `listBackupSummaries`
pub(super) async fn summaries(State(world): State<Arc<World>>, asked: Asked) -> Result<Response, Failure> {
    let service = world.service();
    let (query, page) = read(&world, &service, &asked)?;
    let summary = |(id, backup): &(String, &crate::service::backup::Backup)| {
        asked.place.summary(id.clone(), backup.name.as_deref())
    };
    let backups: Result<Vec<BackupSummary>, DataError> = page.backups.iter().map(summary).collect();
    let mut list = BackupSummaryList::new(backups?);
    list.count = count(&world, &query, &page);
    list.backups_links = links(&query, &page, &asked, "backups");
    Ok(Json(list).into_response())
}

/// `listBackupsV2` and `listBackups`
pub(super) async fn details(State(world): State<Arc<World>>, asked: Asked) -> Result<Response, Failure> {
    let service = world.service();
    let (query, page) = read(&world, &service, &asked)?;
    let source = Source {
        world: &world,
        service: &service,
        project: asked.project,
        place: &asked.place,
    };
    let links = links(&query, &page, &asked, "backups/detail");
    let backups = page.backups.iter().map(|(_, backup)| *backup);
    Ok(match asked.place.version {
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
            list.count = count(&world, &query, &page);
            Json(list).into_response()
        }
    })
}

fn read<'a>(
    world: &World,
    service: &'a Service,
    asked: &Asked,
) -> Result<(BackupQuery, BackupPage<'a>), Failure> {
    let query = BackupQuery::parse(asked).map_err(Failure::of_openstack)?;
    let project = service.project(asked.project);
    let page = project.map(|project| query.page(&world.identifiers, project));
    let page = page.transpose().map_err(Failure::of_openstack)?;
    Ok((query, page.unwrap_or_default()))
}

fn count(world: &World, query: &BackupQuery, page: &BackupPage<'_>) -> Option<u64> {
    let count = match world.count_reading {
        CountReading::All => page.matching,
        CountReading::Page => page.backups.len() as u64,
    };
    query.with_count.then_some(count)
}

fn links(
    query: &BackupQuery,
    page: &BackupPage<'_>,
    asked: &Asked,
    collection: &str,
) -> Option<Vec<otc_vbs_api::types::Link>> {
    let (last, _) = page.backups.last().filter(|_| page.has_more)?;
    Some(vec![query.link_to_next(asked, collection, last)])
}
