//! Backup policies in requests and responses.

use std::borrow::Cow;

use http::StatusCode;
use otc_vbs_api::types::{BackupPolicy, BackupPolicyChange, PolicySchedule};
use otc_vbs_api::values::{PolicyId, PolicyStatus, RetainFirstBackup, Weekday};
use serde_json::Value;

use super::tags::tags_to_give;
use crate::domain::data_error::DataError;
use crate::domain::policies::{PolicyChange, PolicySpec};
use crate::domain::policy::{Policy, Retention};
use crate::domain::policy_rules::{Recurrence, ScheduleLimits, StartTime};
use crate::domain::refusal::Refusal;
use crate::domain::schedule::Days;
use crate::http::failure::Failure;
use crate::http::fields::{Fields, OF_POLICIES};
use crate::state::AppState;
use crate::text::excerpt;

/// The days of the week, with their numbers in ISO 8601.
const WEEKDAYS: [(Weekday, i8); 7] = [
    (Weekday::Mon, 1),
    (Weekday::Tue, 2),
    (Weekday::Wed, 3),
    (Weekday::Thu, 4),
    (Weekday::Fri, 5),
    (Weekday::Sat, 6),
    (Weekday::Sun, 7),
];

/// The policy in a request of `createBackupPolicy`.
pub(crate) fn spec(body: &Value) -> Result<PolicySpec, Failure> {
    let fields = Fields::of(body, OF_POLICIES)?;
    let schedule = fields.required_object("scheduled_policy")?;
    let start_time = schedule.required_text("start_time")?;
    let limits = ScheduleLimits::OF_SPEC;
    Ok(PolicySpec {
        name: fields.required_text("backup_policy_name")?.to_owned(),
        start_time: StartTime::parse(start_time)?,
        recurrence: recurrence(&schedule, limits)?.ok_or(Refusal::NoRecurrence)?,
        retention: retention(&schedule, limits)?.ok_or(Refusal::NoRetention)?,
        keep_first_of_month: keep_first_of_month(&schedule)?,
        is_on: is_on(&schedule)?.ok_or_else(|| schedule.missing("status"))?,
        time_zone: fields.text("time_zone")?.map(str::to_owned),
        tags: tags_to_give(fields.objects("tags")?.unwrap_or_default())?,
    })
}

/// The changes in a request of `updateBackupPolicy`.
pub(crate) fn change(body: &Value) -> Result<PolicyChange, Failure> {
    let fields = Fields::of(body, OF_POLICIES)?;
    let change = PolicyChange {
        name: fields.text("backup_policy_name")?.map(str::to_owned),
        time_zone: fields.text("time_zone")?.map(str::to_owned),
        ..PolicyChange::default()
    };
    let Some(schedule) = fields.object("scheduled_policy")? else {
        if change.name.is_none() && change.time_zone.is_none() {
            let checked = BackupPolicyChange::default().check();
            checked.map_err(|violation| nothing_to_change(violation.to_string()))?;
        }
        return Ok(change);
    };
    if schedule.is_empty() {
        let message = "`scheduled_policy` is empty; send the fields to change, or omit it";
        return Err(nothing_to_change(message));
    }
    let start_time = schedule.text("start_time")?;
    let limits = ScheduleLimits::OF_CHANGE;
    Ok(PolicyChange {
        start_time: start_time.map(StartTime::parse).transpose()?,
        recurrence: recurrence(&schedule, limits)?,
        retention: retention(&schedule, limits)?,
        keep_first_of_month: keep_first_of_month(&schedule)?,
        is_on: is_on(&schedule)?,
        ..change
    })
}

fn nothing_to_change(message: impl Into<Cow<'static, str>>) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "AutoBackup.0001", message)
}

/// The days from the request. If both fields are sent, both must be valid, and `frequency` counts.
fn recurrence(schedule: &Fields<'_>, limits: ScheduleLimits) -> Result<Option<Recurrence>, Failure> {
    let every = schedule.integer("frequency")?;
    let every = every.map(|days| limits.every(days)).transpose()?;
    let weekdays = match schedule.texts("week_frequency")? {
        // Clients send an empty list instead of omitting it.
        Some(days) if days.is_empty() && every.is_some() => None,
        Some(days) => {
            let days = days.into_iter().map(weekday_number);
            Some(Recurrence::on(days.collect::<Result<_, _>>()?)?)
        }
        None => None,
    };
    Ok(every.or(weekdays))
}

fn weekday_number(text: &str) -> Result<i8, Refusal> {
    let mut weekdays = WEEKDAYS.iter();
    match weekdays.find(|(weekday, _)| weekday.as_str() == text) {
        Some((_, number)) => Ok(*number),
        None => Err(Refusal::UnknownWeekday(text.to_owned())),
    }
}

fn retention(schedule: &Fields<'_>, limits: ScheduleLimits) -> Result<Option<Retention>, Failure> {
    let backups = schedule.integer("rentention_num")?;
    let backups = backups.map(|count| limits.backups(count)).transpose()?;
    let days = schedule.integer("rentention_day")?;
    let days = days.map(|days| limits.days(days)).transpose()?;
    Ok(backups.or(days))
}

fn keep_first_of_month(schedule: &Fields<'_>) -> Result<Option<bool>, Failure> {
    let values = [RetainFirstBackup::Y.as_str(), RetainFirstBackup::N.as_str()];
    either(schedule, "remain_first_backup_of_curMonth", values, "AutoBackup.0105")
}

fn is_on(schedule: &Fields<'_>) -> Result<Option<bool>, Failure> {
    let values = [PolicyStatus::On.as_str(), PolicyStatus::Off.as_str()];
    either(schedule, "status", values, "AutoBackup.0104")
}

/// One of two values. The first means yes.
fn either(
    schedule: &Fields<'_>,
    name: &str,
    [yes, no]: [&str; 2],
    code: &'static str,
) -> Result<Option<bool>, Failure> {
    let Some(text) = schedule.text(name)? else {
        return Ok(None);
    };
    if text != yes && text != no {
        let message = format!("`{name}` has to be {yes} or {no}, not `{}`", excerpt(text));
        return Err(Failure::new(StatusCode::BAD_REQUEST, code, message));
    }
    Ok(Some(text == yes))
}

/// The policy in the format of the API.
pub(crate) fn to_wire(app: &AppState, policy: &Policy) -> Result<BackupPolicy, DataError> {
    let mut wire = BackupPolicy::new(app.policy_id(policy.number).parse::<PolicyId>()?);
    wire.backup_policy_name = Some(policy.name.clone());
    wire.policy_resource_count = Some(policy.disks.len() as u64);
    wire.time_zone = policy.schedule.time_zone.clone();
    wire.scheduled_policy = Some(schedule(policy));
    Ok(wire)
}

fn schedule(policy: &Policy) -> PolicySchedule {
    let mut wire = PolicySchedule::default();
    wire.start_time = Some(policy.schedule.start_time.clone());
    match &policy.schedule.days {
        Days::Every { days, .. } => wire.frequency = Some(i64::from(*days)),
        Days::Week(weekdays) => {
            wire.week_frequency = Some(weekdays.iter().filter_map(|day| weekday(*day)).collect());
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

fn weekday(number: i8) -> Option<Weekday> {
    let mut weekdays = WEEKDAYS.iter();
    let (weekday, _) = weekdays.find(|(_, of_weekday)| *of_weekday == number)?;
    Some(weekday.clone())
}
