//! Backup policies.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use otc_vbs_api::types::{BackupPolicy, BackupPolicyList, PolicySchedule};
use otc_vbs_api::values::{PolicyStatus, RetainFirstBackup, Weekday};

use crate::error::DataError;
use crate::failure::Failure;
use crate::service::numbers::ProjectNumber;
use crate::service::policy::{Policy, Retention};
use crate::service::schedule::Days;
use crate::world::World;

/// `listBackupPolicies`
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    Extension(project): Extension<ProjectNumber>,
) -> Result<Json<BackupPolicyList>, Failure> {
    let service = world.service();
    let policies = service.policies(project).map(|policy| wire(&world, policy));
    let policies: Vec<BackupPolicy> = policies.collect::<Result<_, _>>()?;
    let list: Result<BackupPolicyList, _> = BackupPolicyList::builder()
        .backup_policies(policies)
        .try_into();
    Ok(Json(list.map_err(DataError::from)?))
}

/// The policy as it goes over the wire.
fn wire(world: &World, policy: &Policy) -> Result<BackupPolicy, DataError> {
    let mut wire: BackupPolicy = BackupPolicy::builder()
        .backup_policy_id(world.policy_id(policy.number))
        .try_into()?;
    wire.backup_policy_name = Some(policy.name.clone());
    wire.policy_resource_count = i64::try_from(policy.disks.len()).ok();
    wire.time_zone = policy.time_zone.clone();
    wire.scheduled_policy = Some(schedule(policy));
    Ok(wire)
}

fn schedule(policy: &Policy) -> PolicySchedule {
    let mut wire = PolicySchedule::default();
    wire.start_time = Some(policy.schedule.start_time.clone());
    match &policy.schedule.days {
        Days::Every { days, .. } => wire.frequency = Some(i64::from(*days)),
        Days::Week(weekdays) => {
            wire.week_frequency = Some(weekdays.iter().map(|day| weekday(*day)).collect());
        }
    }
    match policy.retention {
        Retention::Backups(most) => wire.retention_num = Some(most.into()),
        Retention::Days(days) => wire.retention_day = Some(days.into()),
    }
    let keep_first = policy.keep_first_of_month.map(|keep| match keep {
        true => RetainFirstBackup::Y,
        false => RetainFirstBackup::N,
    });
    wire.retain_first_backup_of_current_month = keep_first;
    wire.status = Some(match policy.schedule.is_on {
        true => PolicyStatus::On,
        false => PolicyStatus::Off,
    });
    wire
}

fn weekday(number: i8) -> Weekday {
    match number {
        1 => Weekday::Mon,
        2 => Weekday::Tue,
        3 => Weekday::Wed,
        4 => Weekday::Thu,
        5 => Weekday::Fri,
        6 => Weekday::Sat,
        _ => Weekday::Sun,
    }
}
