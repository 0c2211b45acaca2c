//! The tags of backup policies.

use std::sync::Arc;

use axum::extract::{RawPathParams, State};
use axum::routing::{delete, get, post};
use axum::{Extension, Json, Router};
use bytes::Bytes;
use http::StatusCode;
use otc_vbs_api::types::{Tag, TagAction, TagChange, TagList, TagSpec, TagValues, TagValuesList};

use super::find_policy;
use crate::domain::numbers::ProjectNumber;
use crate::domain::policy::Policy;
use crate::domain::refusal::Refusal;
use crate::domain::tags::{Tags, checked_tags};
use crate::http::failure::Failure;
use crate::http::fields::{Fields, OF_POLICIES, json};
use crate::http::path::path_parameter;
use crate::state::AppState;
use crate::text::excerpt;

pub(crate) fn router() -> Router<Arc<AppState>> {
    Router::new()
        .route("/backuppolicy/tags", get(list_all))
        .route("/backuppolicy/{policy_id}/tags", get(list).post(add))
        .route("/backuppolicy/{policy_id}/tags/{key}", delete(remove))
        .route("/backuppolicy/{policy_id}/tags/action", post(change))
}

/// Tags to add, each with its key and value.
pub(crate) fn tags_to_give(tags: Vec<Fields<'_>>) -> Result<Tags, Failure> {
    let tags = tags.iter().map(tag_to_give);
    let tags: Vec<TagSpec> = tags.collect::<Result<_, _>>()?;
    Ok(checked_tags(tags)?)
}

fn tag_to_give(tag: &Fields<'_>) -> Result<TagSpec, Failure> {
    Ok(TagSpec::new(tag.required_text("key")?, tag.required_text("value")?))
}

/// `addBackupPolicyTag`
async fn add(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
    body: Bytes,
) -> Result<StatusCode, Failure> {
    let body = json(&body, OF_POLICIES)?;
    let tag = Fields::of(&body, OF_POLICIES)?.required_object("tag")?;
    let tag = tag_to_give(&tag)?;
    with_policy(&app, project, &parameters, |policy| policy.add_tag(tag))
}

/// `removeBackupPolicyTag`
async fn remove(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
) -> Result<StatusCode, Failure> {
    let key = path_parameter(&parameters, "key");
    with_policy(&app, project, &parameters, |policy| policy.remove_tag(key))
}

/// `batchUpdateBackupPolicyTags`
async fn change(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
    body: Bytes,
) -> Result<StatusCode, Failure> {
    let body = json(&body, OF_POLICIES)?;
    let fields = Fields::of(&body, OF_POLICIES)?;
    let actions =
        [("create", TagAction::Create), ("update", TagAction::Update), ("delete", TagAction::Delete)];
    let action = action(&fields, &actions)?;
    let mut changes = Vec::new();
    for tag in fields.objects("tags")?.unwrap_or_default() {
        let mut change = TagChange::new(tag.required_text("key")?);
        change.value = tag.text("value")?.map(str::to_owned);
        changes.push(change);
    }
    with_policy(&app, project, &parameters, |policy| policy.change_tags(action, changes))
}

/// The `action` in a body.
pub(crate) fn action<T: Copy>(fields: &Fields<'_>, listed: &[(&str, T)]) -> Result<T, Failure> {
    let text = fields.required_text("action")?;
    match listed.iter().find(|(name, _)| *name == text) {
        Some((_, action)) => Ok(*action),
        None => {
            let names: Vec<&str> = listed.iter().map(|(name, _)| *name).collect();
            let names = names.join(" or ");
            let message = format!("`action` has to be {names}, not `{}`", excerpt(text));
            Err(Failure::new(StatusCode::BAD_REQUEST, "AutoBackup.0222", message))
        }
    }
}

/// Changes the policy in the path.
fn with_policy(
    app: &AppState,
    project: ProjectNumber,
    parameters: &RawPathParams,
    change: impl FnOnce(&mut Policy) -> Result<(), Refusal>,
) -> Result<StatusCode, Failure> {
    let mut vbs = app.vbs_at_now();
    let policy_id = path_parameter(parameters, "policy_id");
    let number = find_policy(app, &vbs, project, policy_id)?;
    change(vbs.known_policy(number)?)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `listBackupPolicyTags`
async fn list(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
) -> Result<Json<TagList>, Failure> {
    let vbs = app.vbs_at_now();
    let policy_id = path_parameter(&parameters, "policy_id");
    let number = find_policy(&app, &vbs, project, policy_id)?;
    let tags = vbs.policy(number).map(to_wire);
    Ok(Json(TagList::new(tags.unwrap_or_default())))
}

/// The tags of a policy in the format of the API.
pub(crate) fn to_wire(policy: &Policy) -> Vec<Tag> {
    let tags = policy.tags.iter();
    let tags = tags.map(|(key, value)| {
        let mut tag = Tag::new(key);
        tag.value = Some(value.clone());
        tag
    });
    tags.collect()
}

/// `listAllBackupPolicyTags`
async fn list_all(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
) -> Result<Json<TagValuesList>, Failure> {
    let vbs = app.vbs_at_now();
    let all = vbs.all_tags(project).into_iter();
    let tags = all.map(|(key, values)| {
        let mut tag = TagValues::new(key);
        tag.values = Some(values.into_iter().map(str::to_owned).collect());
        tag
    });
    Ok(Json(TagValuesList::new(tags)))
}
