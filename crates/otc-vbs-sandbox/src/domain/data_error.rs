//! The error of data that the document does not allow.

/// Data that can't be serialized as the document requires.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataError {
    #[error("a field is missing or invalid: {0}")]
    Field(String),
    #[error("an id is invalid: {0}")]
    Identifier(#[from] otc_vbs_api::InvalidIdentifier),
    #[error("a time can't be written: {0}")]
    Time(#[from] jiff::Error),
    #[error("a value can't be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}
