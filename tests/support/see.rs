//! Requests as a socket receives them.

use otc_vbs_testing::{Socket, TOKEN};

use crate::{prism, refusal_by_prism};

/// Runs `call`, answers its one request with `response` (raw HTTP), and returns the request. If Prism is running, it checks
/// the request.
///
/// Redacts the port, which differs between runs, the version in the user agent, which every release changes,
/// and the token, which no snapshot may show.
pub async fn see(socket: &Socket, response: &str, call: impl Future) -> String {
    let request = socket.receive(response, call).await;
    if let Some(prism) = prism() {
        let refusal = refusal_by_prism(&prism, request.as_bytes()).await;
        assert_eq!(refusal, None, "Prism objects to\n{request}");
    }
    assert!(request.contains(TOKEN), "the token was not sent");
    request
        .replace("\r\n", "\n")
        .replace(&socket.address().to_string(), "[host]")
        .replace(TOKEN, "[token]")
        .replace(concat!("otc-vbs/", env!("CARGO_PKG_VERSION")), "otc-vbs/[version]")
}
