//! The clock.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde::{Deserialize, Serialize};

use crate::http::admin::{bad_request, parse};
use crate::http::failure::Failure;
use crate::state::AppState;
use crate::text::excerpt;

#[derive(Serialize)]
pub(crate) struct Clock {
    now: Timestamp,
    /// How many seconds pass while one passes outside.
    rate: u32,
}

/// `GET /admin/clock`
pub(crate) async fn show(State(app): State<Arc<AppState>>) -> Json<Clock> {
    Json(Clock {
        now: app.now(),
        rate: app.clock.rate(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    /// As ISO 8601 has it, for example `P1DT2H`.
    advance: Option<String>,
    advance_seconds: Option<u32>,
}

impl Advance {
    fn by(&self) -> Result<SignedDuration, Failure> {
        match (&self.advance, self.advance_seconds) {
            (None, Some(seconds)) => Ok(SignedDuration::from_secs(seconds.into())),
            (Some(text), None) => duration(text).ok_or_else(|| {
                bad_request(format!(
                    "`advance` must be a time such as `P1DT2H`, in weeks, days or less and not backwards, not `{}`",
                    excerpt(text)
                ))
            }),
            _ => Err(bad_request(
                "the body must have either `advance` or `advance_seconds`".to_owned(),
            )),
        }
    }
}

/// Days have 24 hours here; months have no length.
fn duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    (!duration.is_negative()).then_some(duration)
}

/// `POST /admin/clock`
pub(crate) async fn advance(state: State<Arc<AppState>>, body: Bytes) -> Result<Json<Clock>, Failure> {
    let by = parse::<Advance>(&body)?.by()?;
    state
        .clock
        .advance(by)
        .ok_or_else(|| bad_request("the clock can't go so far: no such time can be written".to_owned()))?;
    // What is due happens before the answer, so that whoever asks next need not wait for it.
    drop(state.vbs_at_now());
    Ok(show(state).await)
}
