//! Decodes the bodies of responses for the generated client.

use progenitor_client::{Error, ResponseValue};
use serde::de::DeserializeOwned;

/// Decodes the body of a response, with its status and headers.
pub(crate) async fn decode<T: DeserializeOwned, E>(
    mut response: reqwest::Response,
) -> Result<ResponseValue<T>, Error<E>> {
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let body = response.bytes().await.map_err(Error::ResponseBodyError)?;
    match from_body(&body) {
        Ok(value) => Ok(ResponseValue::new(value, status, headers)),
        Err(error) => Err(Error::InvalidResponsePayload(body, error)),
    }
}

/// Decodes JSON. Checking that the whole body is UTF-8 costs a tenth of checking each of its strings.
fn from_body<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    match std::str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        // A member that is ignored may contain other bytes.
        Err(_) => serde_json::from_slice(body),
    }
}

#[cfg(test)]
mod tests {
    use crate::types::JobReference;

    use super::*;

    #[test]
    fn only_members_that_are_decoded_must_be_utf8() {
        let decoded = from_body::<JobReference>(b"{\"job_id\": \"j1\", \"other\": \"\xff\"}");
        assert_eq!(decoded.ok().map(|job| job.job_id.to_string()).as_deref(), Some("j1"));
        assert!(from_body::<JobReference>(b"{\"job_id\": \"j1\xff\"}").is_err());
    }
}
