//! Reads and moves the clock.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use http::StatusCode;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde::{Deserialize, Serialize};

use crate::http::admin::{bad_request, parse};
use crate::http::failure::Failure;
use crate::state::AppState;
use crate::state::catch_up::{Stopped, catch_up_off_reactor};
use crate::text::excerpt;

#[derive(Serialize)]
pub(crate) struct Clock {
    now: Timestamp,
    /// The speed relative to real time.
    rate: u32,
}

/// `GET /admin/clock`
pub(crate) async fn show(State(app): State<Arc<AppState>>) -> Json<Clock> {
    Json(Clock { now: app.now(), rate: app.clock.rate() })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    /// An ISO 8601 duration, for example `P1DT2H`.
    advance: Option<String>,
    advance_seconds: Option<u32>,
}

impl Advance {
    fn by(&self) -> Result<SignedDuration, Failure> {
        match (&self.advance, self.advance_seconds) {
            (None, Some(seconds)) => Ok(SignedDuration::from_secs(seconds.into())),
            (Some(text), None) => duration(text).ok_or_else(|| {
                bad_request(format!(
                    "`advance` must be a positive ISO 8601 duration in weeks, days or smaller units, such as `P1DT2H`, not `{}`",
                    excerpt(text)
                ))
            }),
            _ => Err(bad_request(
                "the body must have either `advance` or `advance_seconds`".to_owned(),
            )),
        }
    }
}

/// A day has 24 hours here. Months have no fixed length.
fn duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    (!duration.is_negative()).then_some(duration)
}

/// `POST /admin/clock`
pub(crate) async fn advance(state: State<Arc<AppState>>, body: Bytes) -> Result<Json<Clock>, Failure> {
    let by = parse::<Advance>(&body)?.by()?;
    let advanced = state.clock.advance(by);
    let until = advanced.map_err(|error| bad_request(error.to_string()))?;
    // Events that are due are applied before the response, so that the next request sees their results.
    let caught_up = catch_up_off_reactor(Arc::clone(&state), until).await;
    caught_up.map_err(|Stopped| {
        let message = "the sandbox is shutting down; the rest of the jump is not applied".to_owned();
        Failure::without_code(StatusCode::SERVICE_UNAVAILABLE, message)
    })?;
    Ok(show(state).await)
}
