//! Backup policies by their tags and names.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Extension, Json, Router};
use bytes::Bytes;
use http::StatusCode;
use otc_vbs_api::limit::{ListLimit, NumberRange};
use otc_vbs_api::limits;
use otc_vbs_api::types::{TagFilter, TaggedPolicy, TaggedPolicyList};
use otc_vbs_api::values::{PolicyId, PolicyMatchField};

use super::tags;
use crate::domain::data_error::DataError;
use crate::domain::numbers::ProjectNumber;
use crate::domain::policy::Policy;
use crate::domain::policy_query::{PolicyQuery, check_filters};
use crate::http::failure::Failure;
use crate::http::fields::{Fields, OF_POLICIES, json};
use crate::state::AppState;
use crate::text::excerpt;

pub(crate) fn router() -> Router<Arc<AppState>> {
    Router::new().route("/backuppolicy/resource_instances/action", post(query))
}

/// The result to return: the matching policies, or their number.
#[derive(Clone, Copy)]
enum Action {
    Filter,
    Count,
}

/// `queryBackupPoliciesByTag`
async fn query(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    body: Bytes,
) -> Result<Json<TaggedPolicyList>, Failure> {
    let body = json(&body, OF_POLICIES)?;
    let fields = Fields::of(&body, OF_POLICIES)?;
    let actions = [("filter", Action::Filter), ("count", Action::Count)];
    let action = tags::action(&fields, &actions)?;
    let query = PolicyQuery {
        tags: filters(&fields, "tags", &limits::POLICY_QUERY_TAGS)?,
        tags_any: filters(&fields, "tags_any", &limits::POLICY_QUERY_TAGS_ANY)?,
        not_tags: filters(&fields, "not_tags", &limits::POLICY_QUERY_NOT_TAGS)?,
        not_tags_any: filters(&fields, "not_tags_any", &limits::POLICY_QUERY_NOT_TAGS_ANY)?,
        names: names(&fields)?,
    };
    let limit = number(&fields, "limit", &limits::POLICY_QUERY_LIMIT)?;
    // Defaults to the maximum.
    let limit = limit.or(limits::POLICY_QUERY_LIMIT.max).map_or(usize::MAX, as_size);
    let offset = number(&fields, "offset", &limits::POLICY_QUERY_OFFSET)?.map_or(0, as_size);

    let vbs = app.vbs_at_now();
    let fitting = vbs.policies(project).filter(|policy| query.fits(policy));
    let fitting: Vec<&Policy> = fitting.collect();
    let mut list = TaggedPolicyList::default();
    list.total_count = Some(fitting.len() as u64);
    if let Action::Filter = action {
        let page = fitting.into_iter().skip(offset).take(limit);
        let page = page.map(|policy| to_wire(&app, policy));
        list.resources = Some(page.collect::<Result<_, _>>()?);
    }
    Ok(Json(list))
}

/// A list of tags to search for.
fn filters(fields: &Fields<'_>, name: &str, limit: &ListLimit) -> Result<Vec<TagFilter>, Failure> {
    let Some(sent) = fields.objects(name)? else {
        return Ok(Vec::new());
    };
    let mut filters = Vec::new();
    for filter in sent {
        let values = filter.texts("values")?;
        let values = values.ok_or_else(|| filter.missing("values"))?;
        filters.push(TagFilter::new(filter.required_text("key")?, values));
    }
    check_filters(name, limit, &filters)?;
    Ok(filters)
}

fn names(fields: &Fields<'_>) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for part in fields.objects("matches")?.unwrap_or_default() {
        let key = part.required_text("key")?;
        if key != PolicyMatchField::ResourceName.as_str() {
            let message = format!("`matches` searches in `resource_name` only, not in `{}`", excerpt(key));
            return Err(unreadable(message));
        }
        names.push(part.required_text("value")?.to_owned());
    }
    Ok(names)
}

/// An integer written as text.
fn number(fields: &Fields<'_>, name: &str, range: &NumberRange) -> Result<Option<i64>, Failure> {
    let number = range.check_optional_text(name, fields.text(name)?);
    number.map_err(|violation| unreadable(violation.to_string()))
}

/// The number of policies to skip or return. Numbers beyond the machine's range are treated as the maximum.
fn as_size(number: i64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The reference has no code for these parts of a query. This one means a malformed request.
fn unreadable(message: String) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "VolumeBackup.0002", message)
}

fn to_wire(app: &AppState, policy: &Policy) -> Result<TaggedPolicy, DataError> {
    let mut tagged = TaggedPolicy::new(app.policy_id(policy.number).parse::<PolicyId>()?);
    tagged.resource_name = Some(policy.name.clone());
    tagged.tags = Some(tags::to_wire(policy));
    Ok(tagged)
}
