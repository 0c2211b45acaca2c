//! The filters, the order and the paging of `listBackupJobs`.

use otc_vbs_api::limits;

use crate::domain::backup_job::Status;
use crate::domain::history::job_list::JobList;
use crate::domain::history::page::{Begin, Only, Order, PageRequest};
use crate::domain::identifiers::{Identifiers, Kind};
use crate::http::failure::Failure;
use crate::http::list_query::{ListParameters, ListQuery};
use crate::text::excerpt;

/// The reference does not limit the size of a page.
const PARAMETERS: ListParameters<()> = ListParameters {
    limit: &limits::LIST_BACKUP_JOBS_LIMIT,
    offset: &limits::LIST_BACKUP_JOBS_OFFSET,
    default_limit: 20,
    // Jobs are always sorted by their creation time.
    ..ListParameters::new(&["marker", "job_id", "status"], &[("created_at", ())], u64::MAX)
};

/// The query of `listBackupJobs`.
#[derive(Debug)]
pub(crate) struct BackupJobQuery {
    list: ListQuery<()>,
    status: Wanted,
}

/// The statuses to show.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    All,
    One(Status),
    /// A status that no job has. Statuses are open, so this is not an invalid parameter.
    Unlisted,
}

impl Wanted {
    fn parse(status: Option<&str>) -> Self {
        let listed = |text: &str| Status::ALL.into_iter().find(|status| status.to_wire().as_str() == text);
        match status {
            None => Self::All,
            Some(text) => listed(text).map_or(Self::Unlisted, Self::One),
        }
    }
}

impl BackupJobQuery {
    pub(crate) fn parse(query: &str) -> Result<Self, Failure> {
        let list = ListQuery::parse(query, &PARAMETERS)?;
        Ok(Self { status: Wanted::parse(list.text("status")), list })
    }

    /// The page to show of these jobs. If there are both a marker and an offset, the marker counts and the
    /// offset is ignored: the reference does not specify this, and a marker describes more precisely what the
    /// caller has seen.
    pub(crate) fn page_request(
        &self,
        identifiers: &Identifiers,
        jobs: &JobList,
    ) -> Result<PageRequest, Failure> {
        let position_of = |id: &str| {
            let number = identifiers.number(Kind::BackupJob, id)?;
            jobs.position_of(number.into())
        };
        let begin = match self.list.text("marker") {
            None => Begin::Offset(self.list.offset),
            Some(marker) => Begin::After(position_of(marker).ok_or_else(|| {
                let problem =
                    format!("must be the id of a backup job of this policy, not `{}`", excerpt(marker));
                Failure::parameter("marker", &problem)
            })?),
        };
        let only = match (self.list.text("job_id"), self.status) {
            (_, Wanted::Unlisted) => Only::NoJob,
            (None, _) => Only::AnyJob,
            (Some(job_id), _) => position_of(job_id).map_or(Only::NoJob, Only::Job),
        };
        let status = match self.status {
            Wanted::One(status) => Some(status),
            Wanted::All | Wanted::Unlisted => None,
        };
        Ok(PageRequest {
            order: match self.list.is_ascending {
                true => Order::OldestFirst,
                false => Order::NewestFirst,
            },
            begin,
            limit: self.list.limit,
            status,
            only,
        })
    }
}
