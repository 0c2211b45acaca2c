//! A socket that keeps what it saw.

use std::net::SocketAddr;

use otc_vbs::Client;
use otc_vbs::transport::RetryPolicy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::{PROJECT, TOKEN, prism, refusal_by_prism};

/// Listens on this machine and answers one request.
pub struct Socket {
    listener: TcpListener,
    address: SocketAddr,
}

impl Socket {
    /// Listens on a free port.
    pub async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        Self { listener, address }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether nobody has connected. The kernel is asked, so that no connection is still on its way to the runtime.
    pub fn was_left_alone(self) -> bool {
        let listener = self.listener.into_std().expect("a listener");
        listener
            .accept()
            .is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }

    /// A client whose requests come here. It repeats none.
    pub fn client(&self) -> Client {
        Client::builder()
            .endpoint(format!("http://{}", self.address))
            .project_id(PROJECT)
            .token(TOKEN)
            .retry(RetryPolicy::never())
            .build()
            .expect("a client of a socket")
    }

    /// Runs `call` and answers its one request with `response` (raw HTTP), and returns the request as it came. Where
    /// Prism listens too, it judges the request first.
    ///
    /// Redacted are the port, which differs from run to run, the version in the user agent, which every release changes,
    /// and the token, which no snapshot may show.
    pub async fn see(&self, response: &str, call: impl Future) -> String {
        let serve = async {
            let (mut stream, _) = self.listener.accept().await.expect("a connection");
            let mut seen = Vec::new();
            while !is_whole(&seen) {
                let mut buffer = [0; 4096];
                let read = stream.read(&mut buffer).await.expect("the request");
                assert_ne!(
                    read, 0,
                    "the client closed the connection in the middle of its request"
                );
                seen.extend_from_slice(&buffer[..read]);
            }
            if let Some(prism) = prism() {
                let refusal = refusal_by_prism(&prism, &seen).await;
                let request = String::from_utf8_lossy(&seen);
                assert_eq!(refusal, None, "Prism has something against\n{request}");
            }
            stream.write_all(response.as_bytes()).await.expect("the answer");
            stream.shutdown().await.expect("the end of the answer");
            String::from_utf8(seen).expect("a request in UTF-8")
        };
        let (seen, _) = tokio::join!(serve, call);
        assert!(seen.contains(TOKEN), "the token was not sent");
        seen.replace("\r\n", "\n")
            .replace(&self.address.to_string(), "[host]")
            .replace(TOKEN, "[token]")
            .replace(
                concat!("otc-vbs/", env!("CARGO_PKG_VERSION")),
                "otc-vbs/[version]",
            )
    }
}

/// Whether the head and the whole body of a request are there.
pub(crate) fn is_whole(seen: &[u8]) -> bool {
    let text = String::from_utf8_lossy(seen);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, length)| length.parse().expect("a length"));
    body.len() >= length
}
