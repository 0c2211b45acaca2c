//! The filters, the order and the paging of `listBackupJobs`.

use otc_vbs_api::limits;

use crate::domain::history::job_list::JobList;
use crate::domain::history::page::{Begin, Only, Order, PageRequest};
use crate::domain::history::statuses::Status;
use crate::domain::identifiers::{Identifiers, Kind};
use crate::http::failure::Failure;
use crate::http::query::Query;
use crate::text::excerpt;

const DEFAULT_LIMIT: u64 = 20;

/// What the seven query parameters say.
#[derive(Debug)]
pub(crate) struct BackupJobQuery {
    order: Order,
    limit: u64,
    offset: u64,
    status: Wanted,
    marker: Option<String>,
    job_id: Option<String>,
}

/// Which statuses are asked for.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    All,
    One(Status),
    /// A status that no job has: the values are open, so it is no bad parameter.
    Unlisted,
}

impl Wanted {
    fn parse(status: Option<&str>) -> Self {
        let listed = |text: &str| {
            Status::ALL
                .into_iter()
                .find(|status| status.wire().as_str() == text)
        };
        match status {
            None => Self::All,
            Some(text) => listed(text).map_or(Self::Unlisted, Self::One),
        }
    }
}

impl BackupJobQuery {
    pub(crate) fn parse(query: &str) -> Result<Self, Failure> {
        let query = Query::parse(
            query,
            &[
                "sort_dir", "limit", "marker", "job_id", "status", "sort_key", "offset",
            ],
        )?;
        let orders = [("asc", Order::OldestFirst), ("desc", Order::NewestFirst)];
        // The only key is the one by which jobs are always sorted.
        query.one_of("sort_key", &[("created_at", ())])?;
        Ok(Self {
            order: query.one_of("sort_dir", &orders)?.unwrap_or(Order::NewestFirst),
            limit: query
                .number("limit", &limits::LIST_BACKUP_JOBS_LIMIT)?
                .unwrap_or(DEFAULT_LIMIT),
            offset: query
                .number("offset", &limits::LIST_BACKUP_JOBS_OFFSET)?
                .unwrap_or(0),
            status: Wanted::parse(query.text("status")),
            marker: query.text("marker").map(str::to_owned),
            job_id: query.text("job_id").map(str::to_owned),
        })
    }

    /// What to show of these jobs. Where both a marker and an offset were sent, the marker holds and the offset does
    /// not count: the reference leaves it open, and a marker says more precisely what the caller has seen.
    pub(crate) fn page_request(
        &self,
        identifiers: &Identifiers,
        jobs: &JobList,
    ) -> Result<PageRequest, Failure> {
        let position_of = |id: &str| {
            let number = identifiers.number(Kind::BackupJob, id)?;
            jobs.position_of(number.into())
        };
        let begin = match &self.marker {
            None => Begin::Offset(self.offset),
            Some(marker) => Begin::After(position_of(marker).ok_or_else(|| {
                let problem = format!(
                    "must be the identifier of a backup job of this policy, not `{}`",
                    excerpt(marker)
                );
                Failure::parameter("marker", &problem)
            })?),
        };
        let only = match (&self.job_id, self.status) {
            (_, Wanted::Unlisted) => Only::NoJob,
            (None, _) => Only::AnyJob,
            (Some(job_id), _) => position_of(job_id).map_or(Only::NoJob, Only::Job),
        };
        let status = match self.status {
            Wanted::One(status) => Some(status),
            Wanted::All | Wanted::Unlisted => None,
        };
        Ok(PageRequest {
            order: self.order,
            begin,
            limit: self.limit,
            status,
            only,
        })
    }
}
