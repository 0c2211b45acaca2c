//! Backup policies by their tags and names.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Extension, Json, Router};
use bytes::Bytes;
use http::StatusCode;
use otc_vbs_api::types::{TaggedPolicy, TaggedPolicyList};
use otc_vbs_api::values::PolicyMatchField;

use super::fields::{Fields, OF_POLICIES, json};
use super::tags;
use crate::error::DataError;
use crate::failure::{Failure, excerpt};
use crate::service::numbers::ProjectNumber;
use crate::service::policy::Policy;
use crate::service::policy_query::{PolicyQuery, TagFilter};
use crate::service::refusal::Refusal;
use crate::world::World;

const MOST_ON_A_PAGE: usize = 1000;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new().route("/backuppolicy/resource_instances/action", post(query))
}

/// What is to be known of the policies that fit.
#[derive(Clone, Copy)]
enum Action {
    Filter,
    Count,
}

/// `queryBackupPoliciesByTag`
async fn query(
    State(world): State<Arc<World>>,
    Extension(project): Extension<ProjectNumber>,
    body: Bytes,
) -> Result<Json<TaggedPolicyList>, Failure> {
    let body = json(&body, OF_POLICIES)?;
    let fields = Fields::of(&body, OF_POLICIES)?;
    let actions = [("filter", Action::Filter), ("count", Action::Count)];
    let action = tags::action(&fields, &actions)?;
    let query = PolicyQuery {
        tags: filters(&fields, "tags", 0)?,
        tags_any: filters(&fields, "tags_any", 1)?,
        not_tags: filters(&fields, "not_tags", 1)?,
        not_tags_any: filters(&fields, "not_tags_any", 1)?,
        names: names(&fields)?,
    };
    let limit = number(&fields, "limit", 1, MOST_ON_A_PAGE)?.unwrap_or(MOST_ON_A_PAGE);
    let offset = number(&fields, "offset", 0, i32::MAX as usize)?.unwrap_or(0);

    let service = world.service();
    let fitting = service.policies(project).filter(|policy| query.fits(policy));
    let fitting: Vec<&Policy> = fitting.collect();
    let mut list = TaggedPolicyList::default();
    list.total_count = i64::try_from(fitting.len()).ok();
    if let Action::Filter = action {
        let page = fitting.into_iter().skip(offset).take(limit);
        let page = page.map(|policy| wire(&world, policy));
        list.resources = Some(page.collect::<Result<_, _>>()?);
    }
    Ok(Json(list))
}

/// A list of tags to look for. The reference allows only `tags` to be there without any.
fn filters(fields: &Fields<'_>, name: &str, least: usize) -> Result<Vec<TagFilter>, Failure> {
    let Some(sent) = fields.objects(name)? else {
        return Ok(Vec::new());
    };
    if sent.len() < least {
        let message = format!("`{name}` is empty; send at least one tag, or leave it out");
        return Err(Refusal::invalid("AutoBackup.0214", message).into());
    }
    let mut filters = Vec::new();
    for filter in sent {
        let values = filter.texts("values")?;
        let values = values.ok_or_else(|| filter.missing("values"))?;
        filters.push(TagFilter {
            key: filter.needed_text("key")?.to_owned(),
            values: values.into_iter().map(str::to_owned).collect(),
        });
    }
    TagFilter::check(name, &filters)?;
    Ok(filters)
}

fn names(fields: &Fields<'_>) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for part in fields.objects("matches")?.unwrap_or_default() {
        let key = part.needed_text("key")?;
        if key != PolicyMatchField::ResourceName.as_str() {
            let message = format!(
                "`matches` searches in `resource_name` only, not in `{}`",
                excerpt(key)
            );
            return Err(unreadable(message));
        }
        names.push(part.needed_text("value")?.to_owned());
    }
    Ok(names)
}

/// A whole number written as text.
fn number(fields: &Fields<'_>, name: &str, least: usize, most: usize) -> Result<Option<usize>, Failure> {
    let Some(text) = fields.text(name)? else {
        return Ok(None);
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    match number.filter(|number| (least..=most).contains(number)) {
        Some(number) => Ok(Some(number)),
        None => Err(unreadable(format!(
            "`{name}` has to be a whole number from {least} to {most}, written as text, not `{}`",
            excerpt(text)
        ))),
    }
}

/// The reference has no code for such parts of a query; this one stands for a wrong format.
fn unreadable(message: String) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "VolumeBackup.0002", message)
}

fn wire(world: &World, policy: &Policy) -> Result<TaggedPolicy, DataError> {
    let tagged = TaggedPolicy::builder()
        .resource_id(world.policy_id(policy.number))
        .resource_name(policy.name.clone())
        .tags(tags::wire(policy)?);
    Ok(tagged.try_into()?)
}
