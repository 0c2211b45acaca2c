//! Bodies of requests, by the rules of the reference.

use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// The codes that an area of the API has for bodies that it can't read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Codes {
    pub(crate) empty: &'static str,
    pub(crate) malformed: &'static str,
}

/// What backup policies answer.
pub(crate) const OF_POLICIES: Codes = Codes {
    empty: "AutoBackup.0000",
    malformed: "AutoBackup.0008",
};

/// Reads the body of a request. A member that the operation does not know is ignored, as the service does.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8], codes: Codes) -> Result<T, Failure> {
    if body.iter().all(u8::is_ascii_whitespace) {
        let message = "the request has no body; send the JSON that the operation wants";
        return Err(Failure::new(
            StatusCode::BAD_REQUEST,
            codes.empty,
            message.to_owned(),
        ));
    }
    serde_json::from_slice(body).map_err(|error| {
        let message = format!("the body is not the JSON that the operation wants: {error}");
        Failure::new(StatusCode::BAD_REQUEST, codes.malformed, message)
    })
}
