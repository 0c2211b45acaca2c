//! Prism, which checks the requests of the client: `cargo xtask test prism` serves openapi/vbs.yaml with it.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The environment variable with the host and port where Prism listens.
const ADDRESS: &str = "OTC_VBS_PRISM";

/// The address of Prism, if it is running.
pub fn prism() -> Option<String> {
    std::env::var(ADDRESS).ok()
}

/// Sends a request to Prism, byte for byte as the client wrote it, and returns Prism's complaint, if any.
pub async fn refusal_by_prism(address: &str, request: &[u8]) -> Option<String> {
    let mut stream = TcpStream::connect(address).await.expect("Prism listens");
    // One request per connection, so that the response ends with the connection.
    let request = String::from_utf8_lossy(request).replacen("\r\n", "\r\nconnection: close\r\n", 1);
    stream.write_all(request.as_bytes()).await.expect("Prism reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("Prism answers");
    refusal(&String::from_utf8_lossy(&answer))
}

/// Prism reports violations in a header, and answers a request that it refuses with a failure.
fn refusal(answer: &str) -> Option<String> {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default();
    let violations = lines
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("sl-violations"))
        .map(|(_, violations)| violations);
    let accepted = status.starts_with("HTTP/1.1 2");
    match violations {
        None if accepted => None,
        Some(violations) => Some(format!("{status}: {violations}")),
        None => Some(format!("{status}: {body}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_without_violations_has_no_problem() {
        assert_eq!(refusal("HTTP/1.1 200 OK\r\na: b\r\n\r\n{}"), None);
        assert_eq!(refusal("HTTP/1.1 204 No Content\r\n\r\n"), None);
    }

    #[test]
    fn violations_and_failures_are_refusals() {
        for (answer, expected) in [
            ("HTTP/1.1 200 OK\r\nsl-violations: [1]\r\n\r\n{}", "HTTP/1.1 200 OK: [1]"),
            ("HTTP/1.1 400 Bad Request\r\nSL-Violations: [1]\r\n\r\n{}", "HTTP/1.1 400 Bad Request: [1]"),
            ("HTTP/1.1 404 Not Found\r\n\r\n{}", "HTTP/1.1 404 Not Found: {}"),
            ("", ": "),
        ] {
            assert_eq!(refusal(answer).as_deref(), Some(expected));
        }
    }
}
