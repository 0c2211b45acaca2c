//! Secrets of the request that the service echoes.

use std::sync::Arc;

use otc_http::{FixedToken, Layers, ServiceError};
use otc_vbs_testing::{Fault, Faulty};

use crate::{get_from, http, send};

#[tokio::test]
async fn echoed_token_is_redacted() {
    let server = Faulty::with([Fault::Echo(400)]).await;
    let token = FixedToken::new("the-token-of-the-tests").unwrap();
    let layers = Layers::new().authorize(Arc::new(token));
    let response = send(layers, http(), get_from(&server)).await.unwrap();
    let error = ServiceError::from_response(&response);
    assert_eq!(error.request_id.as_deref(), Some("***"));
    let message = error.message.unwrap();
    assert!(message.starts_with("*** was refused: GET /items"), "{message}");
    assert!(message.contains("  x-auth-token: ***  "), "{message}");
}
