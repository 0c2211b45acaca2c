//! How long the service asks to wait.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, HeaderName, RETRY_AFTER};

/// What `Retry-After` asks for: seconds, or a date.
///
/// A date is taken relative to the response's own `date`, so that it does not matter whether the clocks agree, and to `now`
/// where there is none. What is neither is passed over.
pub(super) fn retry_after(headers: &HeaderMap, now: &dyn Fn() -> SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number {
        // More seconds than can be counted are the most that can.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let then = httpdate::parse_http_date(text).ok()?;
    let now = date(headers, DATE).unwrap_or_else(now);
    Some(then.duration_since(now).unwrap_or_default())
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}
