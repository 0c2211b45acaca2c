//! Finds a text in JSON that may have been cut off.

use super::{FAILURE_BYTES, first_bytes, partial_json};

/// Returns a text member of a JSON object, for example the id of a job that was started. `body` may be only
/// the beginning of the object. `None` if the text is not complete.
///
/// ```
/// use otc_http::json_text;
///
/// assert_eq!(json_text(br#"{"job_id":"70a599e0", "na"#, "job_id"), Some("70a599e0".to_owned()));
/// assert_eq!(json_text(br#"{"job_id":"70a5"#, "job_id"), None);
/// ```
pub fn json_text(body: &[u8], member: &str) -> Option<String> {
    let json = first_bytes(body, FAILURE_BYTES);
    let value = partial_json::parse(&json)?;
    let text = value.get(member)?.as_str()?;
    // A text that is cut off has no closing quote.
    json.contains(&format!("\"{text}\"")).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_text_is_complete() {
        let id = |body: &str| json_text(body.as_bytes(), "job_id");
        for body in [r#"{"job_id":"70a599e0""#, r#"{"job_id": "70a599e0", "na"#, r#"{"job_id":"70a599e0"}"#] {
            assert_eq!(id(body).as_deref(), Some("70a599e0"), "{body}");
        }
        for body in [r#"{"job_id":"70a599e0"#, r#"{"job_id":"#, r#"{"job_id":7"#, r#"["job_id"]"#, ""] {
            assert_eq!(id(body), None, "{body}");
        }
    }
}
