//! The operations, with a module for each area of the API.

pub(crate) mod backup_job_query;
pub(crate) mod backup_jobs;
pub(crate) mod backups;
pub(crate) mod page_body;
pub(crate) mod policies;
pub(crate) mod policies_by_tag;
pub(crate) mod policy_body;
mod quotas;
pub(crate) mod resources;
pub(crate) mod share_query;
pub(crate) mod shares;
pub(crate) mod tags;
pub(crate) mod vbs_jobs;

use crate::domain::Vbs;
use crate::domain::numbers::{PolicyNumber, ProjectNumber};
use crate::domain::refusal::Refusal;
use crate::http::failure::Failure;
use crate::http::refusals::RequestIds;
use crate::state::AppState;

/// The policy with this id, if the project has it.
fn find_policy(
    app: &AppState,
    vbs: &Vbs,
    project: ProjectNumber,
    policy_id: &str,
) -> Result<PolicyNumber, Failure> {
    let number = app.policy_number(project, policy_id);
    number.filter(|number| vbs.policy(*number).is_some()).ok_or_else(|| unknown_policy(policy_id))
}

fn unknown_policy(policy: &str) -> Failure {
    let refusal = match policy {
        "" => Refusal::NoPolicyId,
        _ => Refusal::UnknownPolicy,
    };
    RequestIds { policy, ..RequestIds::default() }.refused(&refusal)
}
